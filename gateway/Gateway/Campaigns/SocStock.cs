using System.Text.Json.Nodes;
using FourPerMille.Sensor.Estimation.Stock;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Mrv.Records;
using MathNet.Numerics.Distributions;

namespace FourPerMille.Sensor.Gateway.Campaigns;

public enum StockMethod { FineSoilMass, FixedDepth, EquivalentSoilMass }

/// <summary>A record with its id.</summary>
public sealed record NamedRecord(RecordId Id, JsonObject Body)
{
    public string this[string name] => Body[name]!.ToString();
    public double Number(string name) => Decimals.Parse(Body[name]!);
}

/// <summary>
/// The carbon stock of a campaign from its laboratory samples: each core to the campaign's depth, or to a mass of mineral soil, the points of
/// a stratum as a random sample of it, strata by area. What laboratories share is not averaged away. Pure: records in, draft out.
/// </summary>
static class SocStock
{
    /// <summary>Organic matter per organic carbon where nobody measured it (van Bemmelen).</summary>
    const double MatterPerCarbon = 1.724;

    const double Coverage = 0.9;

    sealed record PointStock(string Stratum, int Point, double TonnesPerHa, bool IsExtrapolated);
    sealed record StratumStock(string Stratum, string Role, double AreaHa, int Points, double Mean, double Variance);

    /// <param name="reference">The stock whose mineral masses are taken, for equivalent soil mass; null takes the campaign's own mean, as a baseline does.</param>
    /// <exception cref="InputRefused">Samples are missing or do not tell what the method needs.</exception>
    public static RecordDraft Of(NamedRecord campaign, IReadOnlyList<NamedRecord> samples, StockMethod method, NamedRecord? reference)
    {
        var ordered = samples.OrderBy(s => s["subject"], StringComparer.Ordinal).ToList();
        var depth = campaign.Number("depthCm");
        var cores = ordered.GroupBy(s => (Stratum: s["stratum"], Point: (int)s.Body["point"]!, Core: s["core"]))
            .OrderBy(c => c.Key.Stratum, StringComparer.Ordinal).ThenBy(c => c.Key.Point).ThenBy(c => c.Key.Core, StringComparer.Ordinal)
            .Select(c => (c.Key.Stratum, c.Key.Point, Layers: Contiguous($"core {c.Key.Core} of {c.Key.Stratum}/{c.Key.Point}", [.. c.OrderBy(l => l.Number("topCm"))], depth))).ToList();
        var mineral = method == StockMethod.EquivalentSoilMass ? reference is null ? OwnMineral(cores.Select(c => c.Layers), depth) : Decimals.Parse(reference.Body["referenceMasses"]![0]!) : (double?)null;
        var points = cores.Select(c => (c.Stratum, c.Point, Stock: Core(c.Layers, method, depth, mineral))).GroupBy(c => (c.Stratum, c.Point))
            .Select(p => new PointStock(p.Key.Stratum, p.Key.Point, p.Average(c => c.Stock.TonnesPerHa), p.Any(c => c.Stock.IsExtrapolated))).ToList();
        var strata = campaign.Body["strata"]!.AsArray().Select(s => Stratum(s!, points)).ToList();
        return State(campaign, ordered, method, reference, mineral, points, strata);
    }

    static RecordDraft State(NamedRecord campaign, List<NamedRecord> samples, StockMethod method, NamedRecord? reference, double? mineral, List<PointStock> points, List<StratumStock> strata)
    {
        var project = strata.Where(s => s.Role == "project").ToList();
        if (project.Count == 0) throw new InputRefused($"campaign {campaign["campaign"]}: has no stratum of the project.");
        var area = project.Sum(s => s.AreaHa);
        var estimate = project.Sum(s => s.AreaHa / area * s.Mean);
        var parts = project.Select(s => (Input: $"points of stratum {s.Stratum}", Variance: Math.Pow(s.AreaHa / area, 2) * s.Variance, Dof: (double)s.Points - 1)).ToList();
        var laboratories = Laboratories(samples);
        parts.AddRange(laboratories.Where(l => l.RelativeBias is not null).Select(l => (l.Group, Math.Pow(estimate * l.Share * l.RelativeBias!.Value, 2), double.PositiveInfinity)));
        var variance = parts.Sum(p => p.Variance);
        var u = Math.Sqrt(variance);
        var dof = parts.Sum(p => p.Variance * p.Variance / p.Dof) is > 0 and var spread ? variance * variance / spread : 1e6;
        var half = StudentT.InvCDF(0, 1, Math.Max(1, dof), (1 + Coverage) / 2) * u;
        return RecordDraft.Of(RecordTypes.SocStock, $"{campaign["campaign"]}/{Word(method)}", new RecordBody
        {
            ["campaign"] = campaign.Id.ToString(), ["method"] = Word(method), ["depthCm"] = campaign["depthCm"], ["extrapolated"] = points.Any(p => p.IsExtrapolated),
            ["reference"] = reference?.Id.ToString(), ["referenceMasses"] = mineral is { } mass ? new JsonArray(Decimals.Exact(mass)) : null,
            ["strata"] = new JsonArray([.. strata.Select(s => (JsonNode)new JsonObject
            {
                ["stratum"] = s.Stratum, ["role"] = s.Role, ["areaHa"] = Decimals.Fixed(s.AreaHa, 4), ["points"] = s.Points,
                ["mean"] = Decimals.Result(s.Mean, Math.Sqrt(s.Variance)), ["u"] = Decimals.Uncertainty(Math.Sqrt(s.Variance)),
            })]),
            ["points"] = new JsonArray([.. points.Select(p => (JsonNode)new JsonObject { ["stratum"] = p.Stratum, ["point"] = p.Point, ["stock"] = Decimals.Exact(p.TonnesPerHa) })]),
            ["result"] = new JsonObject
            {
                ["estimate"] = Decimals.Result(estimate, u), ["u"] = Decimals.Uncertainty(u), ["dof"] = Decimals.Statistic(dof),
                ["lower90"] = Decimals.Result(estimate - half, u), ["upper90"] = Decimals.Result(estimate + half, u), ["unit"] = "t/ha",
                ["errorGroups"] = new JsonArray([.. laboratories.Select(l => (JsonNode)l.Group)]),
            },
            ["budget"] = new JsonArray([.. parts.Select(p => (JsonNode)new JsonObject
            {
                ["input"] = p.Input, ["u"] = Decimals.Uncertainty(Math.Sqrt(p.Variance)), ["share"] = Decimals.Fixed(variance > 0 ? p.Variance / variance : 0, 3),
            })]),
            ["reducesMostNext"] = parts.MaxBy(p => p.Variance).Input,
            ["laboratoryBias"] = laboratories.All(l => l.RelativeBias is not null) ? null : "not stated: a laboratory reported no reference material, so what its results share is not in u",
            ["samples"] = SoilDayRecord.Ids(samples.Select(s => s.Id)),
            [ProgramIdentity.Field] = ProgramIdentity.ToJson(),
        }.WithoutNulls());
    }

    static StratumStock Stratum(JsonNode stratum, List<PointStock> points)
    {
        var name = stratum["stratum"]!.ToString();
        var stocks = points.Where(p => p.Stratum == name).Select(p => p.TonnesPerHa).ToList();
        if (stocks.Count < 2) throw new InputRefused($"stratum {name}: has samples of {stocks.Count} points, a spread needs two.");
        var mean = stocks.Average();
        return new(name, stratum["role"]!.ToString(), Decimals.Parse(stratum["areaHa"]!), stocks.Count, mean,
            stocks.Sum(s => (s - mean) * (s - mean)) / (stocks.Count - 1.0) / stocks.Count);
    }

    /// <summary>Layers from the surface to the campaign's depth without a gap.</summary>
    static List<NamedRecord> Contiguous(string core, List<NamedRecord> layers, double depth)
    {
        var reached = 0.0;
        foreach (var layer in layers)
        {
            if (layer.Number("topCm") != reached) throw new InputRefused($"{core}: a layer starts at {layer["topCm"]} cm where the core has come to {reached} cm.");
            reached = layer.Number("bottomCm");
        }
        if (reached < depth) throw new InputRefused($"{core}: ends at {reached} cm, the campaign asks for {depth} cm.");
        return layers;
    }

    static (double TonnesPerHa, bool IsExtrapolated) Core(List<NamedRecord> layers, StockMethod method, double depth, double? mineral)
    {
        if (method == StockMethod.EquivalentSoilMass) return Equivalent(layers, depth, mineral!.Value);
        var stock = 0.0;
        foreach (var layer in layers.Where(l => l.Number("topCm") < depth))
        {
            if (layer.Number("bottomCm") > depth) throw new InputRefused($"sample {layer["subject"]}: reaches from {layer["topCm"]} to {layer["bottomCm"]} cm across the campaign's {depth} cm; that needs equivalent soil mass.");
            var soc = Value(layer, LaboratoryValues.OrganicCarbon);
            stock += method == StockMethod.FineSoilMass
                ? FixedDepthStock.FromFineSoilMass(Value(layer, LaboratoryValues.FineSoilMass), soc, Decimals.Parse(layer.Body["coreAreaCm2"]!), (int)layer.Body["cores"]!)
                : FixedDepthStock.TonnesPerHa(soc, Value(layer, LaboratoryValues.BulkDensity), layer.Number("bottomCm") - layer.Number("topCm"), Value(layer, LaboratoryValues.CoarseFragments));
        }
        return (stock, false);
    }

    static (double, bool) Equivalent(List<NamedRecord> layers, double depth, double mineral)
    {
        try
        {
            var layer = EquivalentSoilMass.Of(Profile(layers), [new ReferenceMass(0, depth, mineral)], extrapolate: true);
            const double tonnesPerHaPerGramPerCm2 = 100;
            return layer.Length == 1 ? (layer[0].Cumulated.Soc * tonnesPerHaPerGramPerCm2, layer[0].IsExtrapolated)
                : throw new InputRefused($"sample {layers[0]["subject"]}: its core holds less than the reference's mineral soil.");
        }
        catch (ArgumentException refused) { throw new InputRefused($"sample {layers[0]["subject"]}: {Technician.Cli.Verb.Reason(refused)}"); }
    }

    /// <summary>Mineral soil down to the depth, mean over cores, g/cm2.</summary>
    static double OwnMineral(IEnumerable<List<NamedRecord>> cores, double depth) => cores.Select(layers => Profile(layers).Layers
        .Where(l => l.TopCm < depth).Sum(l => l.Masses.Mineral * Math.Min(1, (depth - l.TopCm) / (l.BottomCm - l.TopCm)))).Average();

    static SoilCore Profile(List<NamedRecord> layers)
    {
        try
        {
            return new([.. layers.Select(l =>
            {
                var carbon = Value(l, LaboratoryValues.OrganicCarbon) / 10;
                // Fine earth per volume of the core: what is stone holds no carbon and no mineral soil of the reference.
                var density = Value(l, LaboratoryValues.BulkDensity) * (1 - Value(l, LaboratoryValues.CoarseFragments));
                return new SoilLayer(l.Number("topCm"), l.Number("bottomCm"), carbon, Find(l, LaboratoryValues.OrganicMatter) ?? carbon * MatterPerCarbon, density);
            })]);
        }
        catch (ArgumentException refused) { throw new InputRefused($"sample {layers[0]["subject"]}: {refused.Message}"); }
    }

    /// <summary>What each laboratory's results share, as its reference materials tell: root mean square of their relative errors.</summary>
    static List<(string Group, double Share, double? RelativeBias)> Laboratories(List<NamedRecord> samples) => [.. samples.GroupBy(s => s["laboratory"]).OrderBy(l => l.Key, StringComparer.Ordinal).Select(laboratory =>
    {
        var errors = laboratory.SelectMany(s => s.Body["references"] as JsonArray ?? []).Select(r => Decimals.Parse(r!["measured"]!) / Decimals.Parse(r["certified"]!) - 1).ToList();
        return ("laboratory/" + laboratory.Key, laboratory.Count() / (double)samples.Count, errors.Count > 0 ? Math.Sqrt(errors.Average(e => e * e)) : (double?)null);
    })];

    static double Value(NamedRecord sample, string property) => Find(sample, property)
        ?? throw new InputRefused($"sample {sample["subject"]}: states no {property}, which this method needs. Choose another method or have it measured; it is never guessed.");

    static double? Find(NamedRecord sample, string property) =>
        sample.Body["values"]!.AsArray().FirstOrDefault(v => v!["property"]!.ToString() == property) is { } value ? Decimals.Parse(value["value"]!) : null;

    public static string Word(StockMethod method) => method switch { StockMethod.FineSoilMass => "fine-soil-mass", StockMethod.FixedDepth => "fixed-depth", _ => "equivalent-soil-mass" };

    public static StockMethod Method(string? word) => Enum.GetValues<StockMethod>().Where(m => Word(m) == word).Cast<StockMethod?>().FirstOrDefault()
        ?? throw new InputRefused($"method: '{word}' is none of {string.Join(", ", Enum.GetValues<StockMethod>().Select(Word))}.");
}

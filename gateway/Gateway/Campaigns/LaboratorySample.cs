using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Mrv.Records;

namespace FourPerMille.Sensor.Gateway.Campaigns;

/// <summary>One layer of one core, from the field through every hand to the laboratory's values and what its quality control says.</summary>
public sealed record LaboratorySample
{
    public required string Sample { get; init; }

    /// <summary>The campaign by its name.</summary>
    public required string Campaign { get; init; }
    public required string Stratum { get; init; }
    public required int Point { get; init; }
    public required string Core { get; init; }
    public required double TopCm { get; init; }
    public required double BottomCm { get; init; }
    public required DateTimeOffset Taken { get; init; }

    /// <summary>Cores put together, and the inner area of the corer.</summary>
    public int Cores { get; init; } = 1;
    public double? CoreAreaCm2 { get; init; }
    public required string Laboratory { get; init; }
    public DateTimeOffset? Analysed { get; init; }
    public string? Batch { get; init; }

    /// <summary>How carbon was determined, such as "ISO 10694 dry combustion, carbonate-corrected".</summary>
    public required string SocMethod { get; init; }
    public string? BulkDensityMethod { get; init; }

    /// <summary>Of the fine earth, g/kg; the mean of the replicates where there are any.</summary>
    public required Measured Soc { get; init; }

    /// <summary>Dry fine soil of all cores together, g.</summary>
    public Measured? FineSoilGrams { get; init; }

    /// <summary>Of the fine earth, g/cm3.</summary>
    public Measured? BulkDensity { get; init; }

    /// <summary>Coarse fragments, share of the volume.</summary>
    public Measured? CoarseShare { get; init; }
    public Measured? OrganicMatterPercent { get; init; }
    public required IReadOnlyList<CustodyStep> Custody { get; init; }

    /// <summary>Of the batch, in the unit of the value; duplicates as pairs; reference materials with what they are certified to hold.</summary>
    public IReadOnlyList<double> Blanks { get; init; } = [];
    public IReadOnlyList<double[]> Duplicates { get; init; } = [];
    public IReadOnlyList<ReferenceResult> References { get; init; } = [];

    /// <summary>The frame its spectrum was taken with, where a node took it.</summary>
    public SpectrumName? Spectrum { get; init; }

    public sealed record SpectrumName(string Node, uint Epoch, uint Sequence);
    public sealed record Measured(double Value, double? U = null, double[]? Replicates = null);
    public sealed record CustodyStep(string Holder, DateTimeOffset From, string What);
    public sealed record ReferenceResult(string Material, double Certified, double Measured, double? U = null);

    /// <exception cref="InputRefused">Something that no sample could be.</exception>
    public LaboratorySample Checked(string where)
    {
        Require(Words.IsWord(Sample), "sample", $"'{Sample}' must be 1 to 64 letters, digits, '-' or '_'");
        Require(Words.IsWord(Core), "core", $"'{Core}' must be 1 to 64 letters, digits, '-' or '_'");
        Require(TopCm >= 0 && BottomCm > TopCm && BottomCm <= 300, "bottomCm", $"a layer runs downwards from the surface: {TopCm} to {BottomCm} cm does not");
        Require(!string.IsNullOrWhiteSpace(Laboratory), "laboratory", "names none");
        Require(!string.IsNullOrWhiteSpace(SocMethod), "socMethod", "names none; such as 'ISO 10694 dry combustion'");
        Require(Cores >= 1 && CoreAreaCm2 is null or > 0, "coreAreaCm2", "a corer has an area, and at least one core was taken");
        Require(FineSoilGrams is null || CoreAreaCm2 is not null, "coreAreaCm2", "a mass of fine soil needs the area it was cored from");
        Require(Analysed is null || Analysed >= Taken, "analysed", "is before the sample was taken");
        Require(Custody is { Count: > 0 } && Custody.All(c => !string.IsNullOrWhiteSpace(c.Holder) && !string.IsNullOrWhiteSpace(c.What)), "custody", "who had the sample, from when, doing what? at least whoever took it");
        Require(Custody.Zip(Custody.Skip(1)).All(pair => pair.First.From <= pair.Second.From), "custody", "goes from hand to hand in the order of time");
        Require(Duplicates.All(d => d is { Length: 2 }), "duplicates", "each is a pair of results");
        Require(References.All(r => r.Certified > 0 && !string.IsNullOrWhiteSpace(r.Material)), "references", "each names its material and what that is certified to hold");
        foreach (var (field, value, highest) in new[] { ("soc", Soc, 1000), ("fineSoilGrams", FineSoilGrams, 1e6), ("bulkDensity", BulkDensity, 3), ("coarseShare", CoarseShare, 0.99), ("organicMatterPercent", OrganicMatterPercent, 100) })
            Require(value is null || (value.Value >= 0 && value.Value <= highest && value.U is null or >= 0), field, $"{value?.Value} must lie in 0 to {highest}, its u at zero or above");
        Require(Soc.Replicates is not { Length: > 0 } replicates || Math.Abs(replicates.Average() - Soc.Value) <= 0.005 * Math.Max(1, Soc.Value), "soc", "is not the mean of its replicates");
        return this;

        void Require(bool met, string field, RefusalSentence what)
        {
            if (!met) throw new InputRefused($"{where}.{field}: {what}.");
        }
    }

    public RecordDraft Draft(RecordId campaign, Func<string, JsonNode, string> commit) => RecordDraft.Of(RecordTypes.LaboratorySample, $"{Campaign}/{Sample}", new RecordBody
    {
        ["sample"] = Sample, ["campaign"] = campaign.ToString(), ["stratum"] = Stratum, ["point"] = Point, ["core"] = Core,
        ["topCm"] = Decimals.Exact(TopCm), ["bottomCm"] = Decimals.Exact(BottomCm), ["taken"] = RecordEnvelope.WriteTime(Taken),
        ["cores"] = Cores, ["coreAreaCm2"] = CoreAreaCm2 is { } area ? Decimals.Exact(area) : null,
        ["laboratory"] = Laboratory, ["analysed"] = Analysed is { } when ? RecordEnvelope.WriteTime(when) : null, ["batch"] = Batch,
        ["methods"] = Methods(),
        ["values"] = Values(),
        ["custody"] = new JsonArray([.. Custody.Select(c => (JsonNode)new JsonObject
        {
            ["holder"] = commit("technician", c.Holder), ["from"] = RecordEnvelope.WriteTime(c.From), ["what"] = c.What,
        })]),
        ["spectrum"] = Spectrum is { } shot ? new JsonObject { ["node"] = shot.Node, ["epoch"] = shot.Epoch, ["sequence"] = shot.Sequence } : null,
        ["blanks"] = Blanks.Count > 0 ? Decimals.Exact(Blanks) : null,
        ["duplicates"] = Duplicates.Count > 0 ? Decimals.Exact(Duplicates) : null,
        ["references"] = References.Count == 0 ? null : new JsonArray([.. References.Select(r => (JsonNode)new RecordBody
        {
            ["material"] = r.Material, ["certified"] = Decimals.Exact(r.Certified), ["measured"] = Decimals.Exact(r.Measured), ["u"] = r.U is { } u ? Decimals.Exact(u) : null,
        }.WithoutNulls())]),
    }.WithoutNulls());

    JsonArray Methods()
    {
        var methods = new JsonArray(new JsonObject { ["property"] = LaboratoryValues.OrganicCarbon, ["method"] = SocMethod });
        if (BulkDensityMethod is { } method) methods.Add(new JsonObject { ["property"] = LaboratoryValues.BulkDensity, ["method"] = method });
        return methods;
    }

    JsonArray Values() => new([.. new[]
    {
        (LaboratoryValues.OrganicCarbon, "g/kg", Soc), (LaboratoryValues.FineSoilMass, "g", FineSoilGrams), (LaboratoryValues.BulkDensity, "g/cm3", BulkDensity),
        (LaboratoryValues.CoarseFragments, "m3/m3", CoarseShare), (LaboratoryValues.OrganicMatter, "%", OrganicMatterPercent),
    }.Where(v => v.Item3 is not null).Select(v => (JsonNode)new RecordBody
    {
        ["property"] = v.Item1, ["unit"] = v.Item2, ["value"] = Decimals.Exact(v.Item3!.Value), ["u"] = v.Item3.U is { } u ? Decimals.Exact(u) : null,
        ["replicates"] = v.Item3.Replicates is { Length: > 0 } replicates ? Decimals.Exact(replicates) : null,
    }.WithoutNulls())]);
}

/// <summary>What a laboratory's values are called: GLOSIS where it has the code, else our own word.</summary>
static class LaboratoryValues
{
    const string Glosis = "http://w3id.org/glosis/model/codelists/physioChemicalPropertyCode-";

    public const string OrganicCarbon = Vocabulary.OrganicCarbon;
    public const string BulkDensity = Glosis + "BulDfine";
    public const string FineSoilMass = "fine-soil-mass";
    public const string CoarseFragments = "coarse-fragments-by-volume";
    public const string OrganicMatter = "organic-matter";
}

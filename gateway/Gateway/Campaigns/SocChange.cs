using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Estimation.Programmes;
using FourPerMille.Sensor.Estimation.Stock;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Mrv.Records;

namespace FourPerMille.Sensor.Gateway.Campaigns;

/// <summary>
/// What changed between two stocks of the same points: the gain and what a programme credits of it, and how it stands to 4 per mille. Errors
/// the two share (the points' own soil, the laboratory) cancel in the change. Pure: records in, draft out.
/// </summary>
static class SocChange
{
    const double DaysPerYear = 365.25;

    /// <param name="first">The baseline's stock and its campaign.</param>
    /// <param name="second">Likewise, later.</param>
    /// <exception cref="InputRefused">The two cannot be compared.</exception>
    public static RecordDraft Of((NamedRecord Stock, NamedRecord Campaign) first, (NamedRecord Stock, NamedRecord Campaign) second, ProgrammeRule rule)
    {
        CheckComparable(first, second);
        var years = (RecordEnvelope.ReadTime(second.Campaign.Body["begins"]!) - RecordEnvelope.ReadTime(first.Campaign.Body["begins"]!)).TotalDays / DaysPerYear;
        if (!(years > 0)) throw new InputRefused("final: its campaign does not begin after the baseline's.");
        var pairs = Pairs(first.Stock, second.Stock);
        var claim = Understood(() => StockChangeClaim.Of(pairs, rule));
        var (stock1, stock2) = (Stock(first.Stock), Stock(second.Stock));
        var verdict = FourPerMilleVerdict.Of(stock1, stock2, years, Correlation(first.Stock, second.Stock, pairs, rule));
        return RecordDraft.Of(RecordTypes.SocChange, $"{first.Stock["subject"]}..{second.Stock["subject"]}/{rule.Id}", new RecordBody
        {
            ["baseline"] = first.Stock.Id.ToString(), ["final"] = second.Stock.Id.ToString(), ["years"] = Decimals.Fixed(years, 2),
            ["rule"] = RuleToJson(rule),
            ["claim"] = ClaimToJson(claim),
            ["fourPerMille"] = new RecordBody
            {
                ["change"] = Decimals.Result(verdict.ChangeTonnesPerHa, verdict.ChangeUncertainty), ["u"] = Decimals.Uncertainty(verdict.ChangeUncertainty),
                ["target"] = Decimals.Result(verdict.TargetTonnesPerHa, verdict.ChangeUncertainty), ["probabilityAbove"] = Decimals.Fixed(verdict.ProbabilityAbove, 3),
                ["outcome"] = verdict.Outcome switch { FourPerMilleOutcome.Above => "above", FourPerMilleOutcome.Below => "below", _ => "not-yet-distinguishable" },
                ["years"] = verdict.YearsUntilDistinguishable is { } until ? Decimals.Fixed(until, 1) : null,
            }.WithoutNulls(),
            ["reducesMostNext"] = claim.MostNext,
            [ProgramIdentity.Field] = ProgramIdentity.ToJson(),
        });
    }

    static void CheckComparable((NamedRecord Stock, NamedRecord Campaign) first, (NamedRecord Stock, NamedRecord Campaign) second)
    {
        if (first.Stock["method"] != second.Stock["method"]) throw new InputRefused($"The baseline is a stock by {first.Stock["method"]}, the final by {second.Stock["method"]}: their difference would be one of methods. Compute both by the same.");
        if (first.Stock["depthCm"] != second.Stock["depthCm"]) throw new InputRefused($"The baseline reaches {first.Stock["depthCm"]} cm, the final {second.Stock["depthCm"]} cm. Compute both to the same depth.");
        if (first.Stock["method"] == SocStock.Word(StockMethod.EquivalentSoilMass) && first.Stock.Body["referenceMasses"]!.ToJsonString() != second.Stock.Body["referenceMasses"]!.ToJsonString())
            throw new InputRefused("The two are on different masses of soil: compute the final stock with the baseline as its reference.");
        if (second.Campaign.Body["revisits"]?.ToString() != first.Campaign.Id.ToString())
            throw new InputRefused($"Campaign {second.Campaign["campaign"]} does not revisit the points of {first.Campaign["campaign"]}: the claim's equations pair points. Plan it as a revisit.");
    }

    static List<ClaimPoint> Pairs(NamedRecord first, NamedRecord second)
    {
        static Dictionary<(string, int), double> Points(NamedRecord stock) => stock.Body["points"]!.AsArray().ToDictionary(p => (p!["stratum"]!.ToString(), (int)p["point"]!), p => Decimals.Parse(p!["stock"]!));
        var (before, after) = (Points(first), Points(second));
        return [.. first.Body["strata"]!.AsArray().SelectMany(s => before.Where(p => p.Key.Item1 == s!["stratum"]!.ToString() && after.ContainsKey(p.Key)).OrderBy(p => p.Key.Item2)
            .Select(p => new ClaimPoint(p.Key.Item1, Decimals.Parse(s!["areaHa"]!), s["role"]!.ToString() == "control" ? ClaimScenario.Baseline : ClaimScenario.Project, p.Value, after[p.Key])))];
    }

    /// <summary>
    /// Of the two stocks' errors: the covariance of the paired points is what their difference's variance lacks to the sum, and a laboratory
    /// that analysed both errs alike.
    /// </summary>
    static double Correlation(NamedRecord first, NamedRecord second, List<ClaimPoint> pairs, ProgrammeRule rule)
    {
        var change = Understood(() => StockChangeClaim.Of([.. pairs.Where(p => p.Scenario == ClaimScenario.Project)], rule)).StandardUncertainty;
        double U(NamedRecord stock, Func<string, bool> input) => Math.Sqrt(stock.Body["budget"]!.AsArray().Where(l => input(l!["input"]!.ToString())).Sum(l => Math.Pow(Decimals.Parse(l!["u"]!), 2)));
        static bool IsLaboratory(string input) => input.StartsWith("laboratory/", StringComparison.Ordinal);
        double s1 = U(first, i => !IsLaboratory(i)), s2 = U(second, i => !IsLaboratory(i));
        var shared = first.Body["budget"]!.AsArray().Select(l => l!["input"]!.ToString()).Where(IsLaboratory).Intersect(second.Body["budget"]!.AsArray().Select(l => l!["input"]!.ToString())).ToHashSet();
        var covariance = (s1 * s1 + s2 * s2 - change * change) / 2 + U(first, shared.Contains) * U(second, shared.Contains);
        var product = Stock(first).StandardUncertainty * Stock(second).StandardUncertainty;
        return product > 0 ? Math.Clamp(covariance / product, -1, 1) : 0;
    }

    static StockEstimate Stock(NamedRecord stock) => new(Decimals.Parse(stock.Body["result"]!["estimate"]!), Decimals.Parse(stock.Body["result"]!["u"]!));

    static JsonObject RuleToJson(ProgrammeRule rule) => new()
    {
        ["id"] = rule.Id, ["edition"] = rule.Edition, ["source"] = rule.Source, ["quantile"] = rule.Quantile,
        ["modelErrorReading"] = rule.ModelErrorReading == ModelErrorReading.PerPoint ? "per-point" : "of-mean",
        ["hash"] = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(System.Text.Json.JsonSerializer.Serialize(rule)))),
    };

    static JsonObject ClaimToJson(StockChangeClaim claim) => new RecordBody
    {
        ["areaHa"] = Decimals.Fixed(claim.AreaHa, 4), ["gain"] = Decimals.Result(claim.GainTonnesPerHa, claim.StandardUncertainty), ["u"] = Decimals.Uncertainty(claim.StandardUncertainty),
        ["dof"] = Decimals.Statistic(double.IsFinite(claim.DegreesOfFreedom) ? claim.DegreesOfFreedom : 1e6), ["t"] = Decimals.Statistic(claim.Quantile),
        ["uncertaintyPercent"] = claim.UncertaintyPercent is { } percent ? Decimals.Statistic(percent) : null,
        ["credited"] = Decimals.Result(claim.CreditedTonnesPerHa, claim.StandardUncertainty),
        ["creditedTonnesCo2"] = Decimals.Result(claim.CreditedTonnesCarbonDioxide, CarbonDioxide.TonnesFromCarbon(claim.StandardUncertainty * claim.AreaHa)), ["unit"] = "t/ha",
    }.WithoutNulls();

    static T Understood<T>(Func<T> make)
    {
        try { return make(); }
        catch (ArgumentException refused) { throw new InputRefused(refused.Message); }
    }
}

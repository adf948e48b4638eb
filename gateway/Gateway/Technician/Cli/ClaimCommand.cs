using System.CommandLine;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Estimation.Programmes;

namespace FourPerMille.Sensor.Gateway.Technician.Cli;

/// <summary><c>fpm claim vm0042</c>: what a programme credits of a measured gain, and by which rule.</summary>
public static class ClaimCommand
{
    public static Command Create()
    {
        var points = new Option<string>("--points") { Required = true, Description = "One row a point: stratum, area_ha, start_t_ha, final_t_ha (t C/ha); scenario (project or baseline, project where it does not stand), start_model_u_t_ha and final_model_u_t_ha for spectroscopic estimates." };
        var modelError = new Option<string>("--model-error") { Description = "How Equations 72 and 73 are read.", DefaultValueFactory = _ => "per-point" };
        modelError.AcceptOnlyFromAmong("per-point", "of-mean");
        var rule = new Option<string?>("--rule") { Description = "Another rule: the id of one that ships, or a file." };
        var output = new Option<string?>("--out") { Description = "Where to write the claim as JSON; else to standard output." };
        var vm0042 = new Command("vm0042", """
            Credit a gain by VM0042 v2.2 (Equations 70 to 74) or by another rule of the same form.

            Examples:
              fpm claim vm0042 --points points.csv
              fpm claim vm0042 --points points.csv --model-error of-mean --out claim.json
              fpm claim vm0042 --points points.csv --rule example-label-1
            """) { points, modelError, rule, output };
        vm0042.SetAction(parsed => Verb.Run(() =>
        {
            var read = CsvTable.Read(parsed.GetRequiredValue(points)).Rows.Select(row => row.Make(ReadPoint)).ToList();
            var chosen = ReadRule(parsed.GetValue(rule) ?? (parsed.GetValue(modelError) == "of-mean" ? "vm0042-2.2-model-error-of-mean" : "vm0042-2.2"));
            JsonOutput.Deliver(parsed, ToJson(StockChangeClaim.Of(read, chosen)), parsed.GetValue(output));
        }));
        return new Command("claim", "Credits of programmes.") { vm0042 };
    }

    static ClaimPoint ReadPoint(CsvRow row)
    {
        double Model(string column) => row.Has(column) ? row.NumberOrMissing(column) ?? 0 : 0;
        string scenario = row.Has("scenario") ? row.Text("scenario").ToLowerInvariant() : "project";
        if (scenario is not ("project" or "baseline")) throw row.Refuse("scenario", $"'{scenario}' is neither project nor baseline");
        return new(row.Text("stratum"), row.Number("area_ha"), scenario == "project" ? ClaimScenario.Project : ClaimScenario.Baseline,
            row.Number("start_t_ha"), row.Number("final_t_ha"), Model("start_model_u_t_ha"), Model("final_model_u_t_ha"));
    }

    static ProgrammeRule ReadRule(string nameOrFile) => File.Exists(nameOrFile) ? ProgrammeRule.FromJson(File.ReadAllText(nameOrFile)) : ProgrammeRule.Named(nameOrFile);

    static JsonObject ToJson(StockChangeClaim claim) => new()
    {
        ["rule"] = new JsonObject
        {
            ["id"] = claim.Rule.Id, ["edition"] = claim.Rule.Edition, ["source"] = claim.Rule.Source, ["quantile"] = claim.Rule.Quantile,
            ["modelErrorReading"] = claim.Rule.ModelErrorReading == ModelErrorReading.PerPoint ? "per-point" : "of-mean",
            ["toleratedUncertaintyPercent"] = claim.Rule.ToleratedUncertaintyPercent,
        },
        ["areaHa"] = claim.AreaHa,
        ["gainTonnesPerHa"] = claim.GainTonnesPerHa,
        ["standardUncertaintyTonnesPerHa"] = claim.StandardUncertainty,
        ["degreesOfFreedom"] = double.IsFinite(claim.DegreesOfFreedom) ? claim.DegreesOfFreedom : null,
        ["t"] = claim.Quantile,
        ["uncertaintyPercent"] = claim.UncertaintyPercent,
        ["creditedTonnesPerHa"] = claim.CreditedTonnesPerHa,
        ["creditedTonnesCarbonDioxide"] = claim.CreditedTonnesCarbonDioxide,
        ["reducesMostNext"] = claim.MostNext,
        ["strata"] = new JsonArray([.. claim.Strata.Select(s => new JsonObject
        {
            ["stratum"] = s.Stratum, ["scenario"] = s.Scenario.ToString().ToLowerInvariant(), ["areaHa"] = s.AreaHa, ["points"] = s.Points,
            ["meanChangeTonnesPerHa"] = s.MeanChange, ["samplingVariance"] = s.SamplingVariance, ["modelVariance"] = s.ModelVariance,
        })]),
    };
}

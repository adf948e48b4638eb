using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Estimation.Levels.Reading;
using FourPerMille.Sensor.Gateway.Records;

namespace FourPerMille.Sensor.Gateway.Levels;

/// <summary>
/// This MRV system in the words of a catalogue: JSON-LD in schema.org's vocabulary, with what it measures, how, how well, under which rules, and what it does not
/// know. Its accuracy is read from the committed study of methods, never written here.
/// </summary>
sealed class SystemDescription(LogKey key, GatewayOptions options)
{
    static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public string ToJson() => new JsonObject
    {
        ["@context"] = "https://schema.org",
        ["@type"] = "Dataset",
        ["name"] = "FourPerMille.Sensor: soil organic carbon, monitored, reported and verifiable",
        ["description"] = "Soil nodes, calibrated probes and laboratory cores; every statement a signed record in a log that nobody can rewrite, with its uncertainty or the reason why there is none.",
        ["license"] = "https://creativecommons.org/licenses/by/4.0/",
        ["creator"] = new JsonObject { ["@type"] = "Organization", ["name"] = key.Gateway },
        ["isAccessibleForFree"] = true,
        ["conditionsOfAccess"] = "Positions are cells unless the holder agreed; restricted parcels are left out.",
        ["variableMeasured"] = Variables(),
        ["measurementTechnique"] = Techniques(),
        ["distribution"] = Distributions(),
        ["fpm:simulated"] = options.Simulated,
        ["fpm:log"] = new JsonObject { ["key"] = key.Verifier.ToString(), ["checkpoint"] = "/log/checkpoint", ["tiles"] = "C2SP tlog-tiles", ["records"] = "gateway/Mrv/SPEC.md" },
        ["fpm:target"] = "4 per mille of the first stock a year; above, below or not yet distinguishable at one-sided 95 %",
        ["fpm:rules"] = Rules(),
        ["fpm:accuracy"] = new JsonObject { ["source"] = "gateway/Estimation/STUDY.md, repeated by tests/Bench", ["studies"] = Studies() },
        ["fpm:notKnown"] = new JsonArray(
            "Eighteen bands see no 4 per mille a year at a point: laboratory cores stay in every campaign, probes densify and interpolate.",
            "Intervals hold on average over soils like the calibration's; outside its domain there is no estimate.",
            "A bias that a laboratory or model shares over all points is not averaged away, and is said beside every mean."),
    }.ToJsonString(Readable) + "\n";

    static JsonArray Variables() =>
    [
        Variable("soil organic carbon content", Vocabulary.OrganicCarbon, "g/kg"), Variable("soil water content", Vocabulary.WaterContent, "m3/m3"),
        Variable("soil temperature", Vocabulary.SoilTemperature, "Cel"), Variable("carbon dioxide in soil air", Vocabulary.CarbonDioxide, "[ppm]"), Variable("reflectance in 18 bands, 410-940 nm", Vocabulary.Reflectance, "1"),
    ];

    static JsonObject Variable(string name, string property, string ucum) => new() { ["@type"] = "PropertyValue", ["name"] = name, ["propertyID"] = property, ["unitCode"] = ucum };

    static JsonArray Techniques() =>
    [
        "Laboratory cores of a stratified random campaign: dry combustion, fine-soil mass, equivalent soil mass (VM0042 Eq. 3; von Haden et al. 2020)",
        "Visible and near-infrared reflectance (AS7265x) by a model trained on laboratory soils, spiked with local cores; gated by moisture and temperature probes",
        "Uncertainty after JCGM 100 and 101; errors shared over points kept apart by error group",
        "RothC-26.3 and an exact Kalman filter for what lies between campaigns",
    ];

    static JsonArray Distributions() => [.. new[]
    {
        ("/feed/levels.json", "application/json"), ("/feed/parcels.json", "application/json"), ("/feed/parcels.csv", "text/csv"), ("/feed/parcels.geojson", "application/geo+json"), ("/feed", "text/html"),
    }.Select(d => (JsonNode)new JsonObject { ["@type"] = "DataDownload", ["contentUrl"] = d.Item1, ["encodingFormat"] = d.Item2 })];

    static JsonArray Rules() => [.. new[] { "vm0042-2.2", "vm0042-2.2-model-error-of-mean" }.Select(Estimation.Programmes.ProgrammeRule.Named)
        .Select(rule => (JsonNode)new JsonObject { ["id"] = rule.Id, ["name"] = rule.Name, ["edition"] = rule.Edition })];

    static JsonArray Studies() => [.. Study.Committed.Tables.Select(table => (JsonNode)new JsonObject
    {
        ["study"] = table.Title, ["conditions"] = table.Conditions,
        ["rows"] = new JsonArray([.. table.Rows.Select(row => (JsonNode)new JsonObject(table.Columns.Zip(row).Select(c => KeyValuePair.Create(c.First, (JsonNode?)JsonValue.Create(c.Second)))))]),
    })];
}

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Technician.Cli;

namespace FourPerMille.Sensor.Gateway.SocModels;

/// <summary>A plan for other programs: a receiver's waypoints (GeoJSON), and the list of samples that goes to the laboratory (CSV).</summary>
public static class PlanFiles
{
    /// <summary>RFC 7946 points, one a core.</summary>
    /// <exception cref="InputRefused">The positions were destroyed.</exception>
    public static string GeoJson(ModelCampaign campaign, DrawnPlan plan) => new JsonObject
    {
        ["type"] = "FeatureCollection",
        ["features"] = new JsonArray([.. Points(campaign, plan).Select(point => (JsonNode)new JsonObject
        {
            ["type"] = "Feature",
            ["geometry"] = new JsonObject { ["type"] = "Point", ["coordinates"] = new JsonArray(point.Longitude, point.Latitude) },
            ["properties"] = new JsonObject
            {
                ["name"] = SampleId.CoreOf(SampleId.Of(campaign.Code, point.Number, 0)), ["campaign"] = campaign.Name, ["stratum"] = point.Stratum, ["point"] = point.Point, ["seed"] = plan.Seed,
            },
        })]),
    }.ToJsonString(new JsonSerializerOptions { WriteIndented = true });

    /// <summary>One line a sample, with empty columns for the laboratory to fill in: what it returns is what the gateway reads.</summary>
    public static string Csv(ModelCampaign campaign, IReadOnlyList<CoreSample> samples, DrawnPlan plan)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        using var csv = new CsvWriter(text, "\r\n");
        csv.Row("sample", "campaign", "stratum", "point", "top_cm", "bottom_cm", "latitude", "longitude", "soc", "unit", "method", "laboratory", "date", "replicate", "u", "bulk_density", "factor");
        foreach (var sample in samples)
        {
            var at = plan.Points?.FirstOrDefault(p => p.Number == sample.Number);
            csv.Row(sample.Id, campaign.Name, sample.Stratum, sample.Point, sample.TopCm, sample.BottomCm, at?.Latitude, at?.Longitude, null, null, null, null, null, null, null, null, null);
        }
        return text.ToString();
    }

    static IReadOnlyList<PlannedPoint> Points(ModelCampaign campaign, DrawnPlan plan) => plan.Points
        ?? throw new InputRefused($"campaign '{campaign.Name}': its positions were destroyed on the holder's wish. The samples keep their names.", StatusCodes.Status410Gone) { Key = "model.refused-positions-gone" };
}

using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Mrv;

namespace FourPerMille.Sensor.Gateway.SocModels.Candidates;

/// <summary>How wet a region's ground was, by its days on record.</summary>
static class RecordedWater
{
    /// <summary>Days looked at, newest first: a season of a dozen nodes, and no more to read than a second.</summary>
    const int MostDays = 1000;

    public static WetDays Of(Session session, IReadOnlyList<Node> nodes, double limit)
    {
        var (days, wetter) = (0, 0);
        foreach (var node in nodes)
            foreach (var record in session.Query("SELECT r.canonical FROM soil_days d JOIN records r ON r.id = d.record_id WHERE d.node = @0 ORDER BY d.day DESC LIMIT @1", row => (byte[])row[0], node.Number, MostDays / nodes.Count).ToList())
            {
                if (Mean(record) is not { } mean) continue;
                days++;
                if (mean > limit) wetter++;
            }
        return new(days, wetter);
    }

    /// <summary>The day's mean of the shallowest probe; null where it states none.</summary>
    static double? Mean(byte[] record) => CanonicalJson.Parse(record)["series"]!.AsArray()
        .Where(series => series!["property"]!.ToString() == Vocabulary.WaterContent && series["mean"] is not null)
        .OrderBy(series => series!["depthCm"] is { } depth ? Decimals.Parse(depth) : 0).Select(series => (double?)Decimals.Parse(series!["mean"]!)).FirstOrDefault();
}

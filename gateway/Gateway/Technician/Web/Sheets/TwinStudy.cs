using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Calibration;
using FourPerMille.Sensor.Gateway.Estimates;
using FourPerMille.Sensor.Gateway.Observations;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Gateway.Technician.Health;
using FourPerMille.Sensor.Mrv;
using FourPerMille.Sensor.Mrv.Records;

namespace FourPerMille.Sensor.Gateway.Technician.Web.Sheets;

/// <summary>A day of a region: the mean of its nodes' daily means, and between which of them it lies.</summary>
public sealed record RegionDay(DateTimeOffset Day, double Mean, double Lowest, double Highest, int Nodes);

/// <summary>What a region's day records say of one quantity.</summary>
public sealed record RegionSeries(string Region, IReadOnlyList<RegionDay> Days);

/// <summary>One side of a pair of twins.</summary>
/// <param name="ByHealth">Nodes by the worst that is wrong with each: good, note, warning, alarm.</param>
/// <param name="Newest">Of each node the newest estimate in the span that is a figure.</param>
/// <param name="Verdicts">Estimates of the span by verdict: in, out, abstain.</param>
/// <param name="Reasons">Abstentions and doubts by their word, the most frequent first.</param>
/// <param name="Kept">Readings that the days hold, of those their nodes took.</param>
/// <param name="Flagged">Values of the days by flag.</param>
sealed record TwinRegion(
    string Region, IReadOnlyList<Node> Nodes, IReadOnlyDictionary<string, int> ByHealth, RegionSeries Moisture, RegionSeries Temperature, IReadOnlyList<Estimated> Newest,
    IReadOnlyDictionary<string, int> Verdicts, IReadOnlyList<(string Word, int Count)> Reasons, (long Held, long Taken) Kept, IReadOnlyDictionary<string, long> Flagged, (int Valid, int Probes) Certificates, ModelInForce? Model)
{
    public double? ShallowestCm => Nodes.Select(node => node.Settings.MoistureDepthsCm.Cast<double?>().FirstOrDefault()).Distinct().ToList() is [var only] ? only : null;
}

/// <summary>Why two regions, or two figures, do not compare. Members of the language files' family <c>twin-note</c>.</summary>
public enum TwinCaution { Seasons, Point, Depths, Rhythms, Models, NoModel, Laboratories, Certificates, FewDays, Moisture }

/// <summary>Two regions side by side, from what stands on record: day summaries, estimates, certificates.</summary>
sealed record TwinStudy(string Twin, IReadOnlyList<TwinRegion> Regions, DateTimeOffset From, DateTimeOffset To, IReadOnlyList<TwinCaution> Cautions)
{
    public const int Days = 30;

    /// <summary>Fewer days than this show a spell of weather and nothing else.</summary>
    const int FewestDays = 7;

    public static IReadOnlyList<string> All(NodeRegistry nodes) => [.. nodes.All.Where(node => node.Retired is null).Select(node => node.Settings.Twin).OfType<string>().Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Null where no node names the pair.</summary>
    public static TwinStudy? Of(string twin, NodeRegistry nodes, NodeStates states, CertificateBook certificates, ModelBook models, Database database, DateTimeOffset now)
    {
        var from = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero).AddDays(-Days);
        var regions = nodes.All.Where(node => node.Retired is null && node.Settings.Twin == twin).GroupBy(node => node.Settings.Region).OrderBy(region => region.Key, StringComparer.Ordinal)
            .Select(region => Look(region.Key, [.. region], states, certificates, models, database, from, now)).ToList();
        return regions.Count == 0 ? null : new(twin, regions, from, now, [.. CautionsOf(regions)]);
    }

    static TwinRegion Look(string region, IReadOnlyList<Node> nodes, NodeStates states, CertificateBook certificates, ModelBook models, Database database, DateTimeOffset from, DateTimeOffset now)
    {
        var days = database.Read(session => nodes.SelectMany(node => DaysOf(session, node, from)).ToList());
        var estimates = database.Read(session => nodes.SelectMany(node => Estimated.Of(session, node, from)).ToList());
        var under = nodes.Select(node => FittedProbes.UnderCertificate(node, certificates, now)).ToList();
        return new(region, nodes,
            nodes.Select(node => NodeHealth.Concerns(states.Of(node), now)).GroupBy(concerns => concerns.Count == 0 ? "good" : concerns[0].Severity.ToString().ToLowerInvariant()).ToDictionary(group => group.Key, group => group.Count()),
            Series(region, days, Vocabulary.WaterContent, 100), Series(region, days, Vocabulary.SoilTemperature, 1),
            [.. estimates.Where(estimate => estimate.Value is not null).DistinctBy(estimate => estimate.Node)],
            estimates.GroupBy(estimate => estimate.Verdict).ToDictionary(group => group.Key, group => group.Count()),
            [.. estimates.Where(estimate => estimate.Why is not null).GroupBy(estimate => estimate.Why!).Select(group => (group.Key, group.Count())).OrderByDescending(reason => reason.Item2)],
            (days.Sum(day => day.Held), days.Sum(day => day.Held + day.Missing)),
            days.SelectMany(day => day.Flags).GroupBy(flag => flag.Key).ToDictionary(group => group.Key, group => group.Sum(flag => flag.Value)),
            (under.Sum(of => of.Valid), under.Sum(of => of.Probes)), models.InForce(region));
    }

    sealed record NodeDay(DateTimeOffset Day, long Held, long Missing, IReadOnlyDictionary<string, long> Flags, IReadOnlyDictionary<string, double> Shallowest);

    /// <summary>The day records in force of a node.</summary>
    static List<NodeDay> DaysOf(Session session, Node node, DateTimeOffset from) => [.. session.Query(
        "SELECT records.canonical FROM soil_days JOIN records ON records.id = soil_days.record_id WHERE soil_days.node = @0 AND soil_days.day >= @1 ORDER BY soil_days.day",
        row => Read(CanonicalJson.Parse((byte[])row[0])), node.Number, Day.Of(from))];

    static NodeDay Read(JsonObject day)
    {
        var series = day["series"]!.AsArray().Select(one => one!).ToList();
        return new(DateTimeOffset.ParseExact(day["day"]!.ToString(), "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal),
            (long)day["completeness"]!["stored"]!, (long)day["completeness"]!["pending"]! + (long)day["completeness"]!["declaredLost"]!,
            series.SelectMany(one => one["flags"]!.AsObject()).GroupBy(flag => flag.Key).ToDictionary(group => group.Key, group => group.Sum(flag => (long)flag.Value!)),
            // Series stand with the shallowest first; one without a mean that day is not drawn for a deeper one instead.
            series.Where(one => one["depthCm"] is not null).GroupBy(one => one["property"]!.ToString()).Select(group => (group.Key, One: group.OrderBy(one => Decimals.Parse(one["depthCm"]!)).First()))
                .Where(found => found.One["mean"] is not null).ToDictionary(found => found.Key, found => Decimals.Parse(found.One["mean"]!)));
    }

    static RegionSeries Series(string region, List<NodeDay> days, string property, double factor) => new(region,
    [
        .. days.Where(day => day.Shallowest.ContainsKey(property)).GroupBy(day => day.Day).OrderBy(day => day.Key).Select(day =>
        {
            var values = day.Select(node => node.Shallowest[property] * factor).ToList();
            return new RegionDay(day.Key, values.Average(), values.Min(), values.Max(), values.Count);
        }),
    ]);

    /// <summary>What always holds comes last; what can be mended comes first.</summary>
    static IEnumerable<TwinCaution> CautionsOf(IReadOnlyList<TwinRegion> regions)
    {
        if (regions.Any(region => region.Certificates.Valid < region.Certificates.Probes)) yield return TwinCaution.Certificates;
        if (regions.Any(region => region.Moisture.Days.Count < FewestDays)) yield return TwinCaution.FewDays;
        if (regions.Any(region => region.Model is null)) yield return TwinCaution.NoModel;
        if (regions.Select(region => region.Model?.Id).OfType<string>().Distinct().Count() > 1) yield return TwinCaution.Models;
        if (regions.Select(region => region.Model?.Model.Options.Reference).Where(reference => reference is not null).Select(reference => (reference!.Laboratory, reference.Method)).Distinct().Count() > 1) yield return TwinCaution.Laboratories;
        if (regions.SelectMany(region => region.Nodes).Select(node => node.Settings.MoistureDepthsCm.Cast<double?>().FirstOrDefault()).Distinct().Count() > 1) yield return TwinCaution.Depths;
        if (regions.SelectMany(region => region.Nodes).Select(node => (node.Settings.IntervalMinutes, node.Settings.SpectralEvery)).Distinct().Count() > 1) yield return TwinCaution.Rhythms;
        yield return TwinCaution.Seasons;
        yield return TwinCaution.Moisture;
        yield return TwinCaution.Point;
    }
}

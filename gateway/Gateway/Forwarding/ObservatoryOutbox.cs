using System.Text.Json;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Ledger;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Mrv.Records;

namespace FourPerMille.Sensor.Gateway.Forwarding;

/// <summary>How the outbox stands.</summary>
/// <param name="Failed">Parked: refused by the observatory until it made no sense to go on.</param>
public sealed record OutboxCounts(long Pending, long Delivered, long Failed);

/// <summary>A row that waits.</summary>
/// <param name="Sent">It was on the way once and nobody knows whether it arrived.</param>
sealed record WaitingObservation(long Id, long Series, string ObservationId, string PhenomenonTime, string ResultTime, string Result, string Quality,
    int Version = 1, string? Supersedes = null, bool Sent = false)
{
    public const string Columns = "id, series, observation, phenomenon_time, result_time, result, quality, version, supersedes, sent";

    public static WaitingObservation Map(Microsoft.Data.Sqlite.SqliteDataReader row) => new(
        row.GetInt64(0), row.GetInt64(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5), row.GetString(6),
        row.GetInt32(7), row.IsDBNull(8) ? null : row.GetString(8), row.GetBoolean(9));

    /// <summary>What finds it again at the observatory. The newest version of an observation is the one that stands; it names the one before, which stays.</summary>
    public JsonObject Parameters
    {
        get
        {
            var parameters = new JsonObject { ["recordId"] = ObservationId };
            if (Version > 1) parameters["version"] = Version;
            if (Supersedes is { } old) parameters["supersedes"] = old;
            return parameters;
        }
    }
}

/// <summary>The outbox as rows of the store: what slices put in.</summary>
sealed class ObservatoryOutbox(GatewayOptions options) : IObservatoryOutbox
{
    public void Enqueue(WriteSession session, ObservedSeries series, IEnumerable<Observation> observations)
    {
        if (!options.KeepsObservations) return;
        session.Execute("INSERT INTO outbox_series (key, description) VALUES (@0, @1) ON CONFLICT DO NOTHING", series.Key, JsonSerializer.Serialize(SeriesDescription.Of(series)));
        var id = session.Scalar<long>("SELECT id FROM outbox_series WHERE key = @0", series.Key);
        foreach (var epoch in observations.GroupBy(o => o.Epoch))
        {
            var taken = SequenceRuns.Parse(session.Scalar<string>("SELECT sequences FROM outbox_taken WHERE series = @0 AND epoch = @1", id, epoch.Key) ?? "");
            var before = taken.Count;
            foreach (var observation in epoch.Where(o => o.Version > 1 || !taken.Contains(o.Sequence)))
            {
                Insert(session, id, series, observation);
                taken.Add(observation.Sequence);
            }
            if (taken.Count > before) session.Execute("INSERT OR REPLACE INTO outbox_taken (series, epoch, sequences) VALUES (@0, @1, @2)", id, epoch.Key, taken.ToString());
        }
    }

    static void Insert(WriteSession session, long id, ObservedSeries series, Observation observation) => session.Execute(
        "INSERT OR IGNORE INTO outbox (series, observation, phenomenon_time, result_time, result, quality, version, supersedes) VALUES (@0, @1, @2, @3, @4, @5, @6, @7)",
        id, observation.IdIn(series).ToString(), PhenomenonTime(observation), RecordEnvelope.WriteTime(observation.AcceptedUtc), observation.Result, Quality(series, observation),
        observation.Version, observation.Supersedes?.ToString());

    public static OutboxCounts Counts(Session session) => session.Query(
        "SELECT (SELECT COUNT(*) FROM outbox WHERE failed = 0), (SELECT count FROM outbox_delivered), (SELECT COUNT(*) FROM outbox WHERE failed = 1)",
        row => new OutboxCounts(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2))).Single();

    static string PhenomenonTime(Observation observation)
    {
        var (earliest, latest) = (RecordEnvelope.WriteTime(observation.EarliestUtc), RecordEnvelope.WriteTime(observation.LatestUtc));
        return earliest == latest ? earliest : $"{earliest}/{latest}";
    }

    static string Quality(ObservedSeries series, Observation observation)
    {
        var quality = new JsonObject { ["qc"] = observation.Flag };
        if (observation.StandardUncertainty is { } u) (quality["u"], quality["k"]) = (u, 1);
        if (series.Procedure is { } procedure) quality["cal"] = procedure.ToString();
        return quality.ToJsonString();
    }
}

/// <summary>What the entities of a series are made from, kept with it: the node may be enrolled otherwise by the time the line is up.</summary>
/// <param name="Components">Of a series whose results are arrays: what each place holds, in order; null for a single value.</param>
sealed record SeriesDescription(string Key, string Node, string Site, string Region, string? Twin, string? Parcel, string Role,
    string Quantity, string Definition, string UnitName, string Ucum, double? DepthCm, string Probe, string? Procedure, string[]? Components = null)
{
    public static SeriesDescription Of(ObservedSeries series) => new(series.Key, series.Node, series.Site, series.Region, series.Twin, series.Parcel, series.Role,
        series.Quantity.Name, series.Quantity.Definition, series.Quantity.UnitName, series.Quantity.Ucum, series.DepthCm, series.Probe, series.Procedure?.ToString(),
        series.Quantity.Components?.ToArray());

    /// <summary>The soil layer or the place above it.</summary>
    public string Layer => DepthCm is { } depth ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Node}, {depth} cm") : $"{Node}, above ground";

    /// <summary>Whether its results are arrays: a MultiDatastream of SensorThings.</summary>
    public bool IsMulti => Components is not null;
}

using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Store;

namespace FourPerMille.Sensor.Gateway.Forwarding;

/// <summary>Empties the outbox into the observatory, in order, each observation once.</summary>
/// <remarks>
/// SensorThings has no idempotency, so a batch whose fate is unknown (a lost answer, a kill) is asked for before it is sent again. The batch
/// is always the rows that wait longest, so it need not be written down which were on the way: whatever the process was doing when it ended,
/// the first batch after a start or a failure is asked for.
/// </remarks>
sealed class ObservationForwarder(Database database, SensorThingsClient observatory, SeriesRegistrar registrar)
{
    /// <summary>About 100 kB of JSON.</summary>
    const int BatchSize = 500;

    static readonly string[] Components = ["phenomenonTime", "resultTime", "result", "resultQuality", "parameters", "FeatureOfInterest/id"];

    bool _fateUnknown = true;

    /// <summary>Sends until nothing waits or a row is refused; a row that was refused has the next pass to itself and those behind it.</summary>
    public async Task Forward(CancellationToken stop)
    {
        while (database.Read(session => ObservatoryOutbox.Waiting(session, BatchSize)) is { Count: > 0 } batch)
        {
            if (_fateUnknown) batch = await WithoutArrived(batch, stop);
            if (batch.Count == 0) continue;
            if (!await Send(batch, stop)) return;
        }
    }

    /// <returns>Whether every row was taken.</returns>
    async Task<bool> Send(List<WaitingObservation> batch, CancellationToken stop)
    {
        var series = batch.GroupBy(row => row.Series).ToList();
        var arrays = new JsonArray();
        foreach (var rows in series) arrays.Add(DataArray(await registrar.Ensure(rows.Key, stop), [.. rows]));

        _fateUnknown = true;
        var sent = series.SelectMany(rows => rows).ToList();
        IReadOnlyList<bool> taken;
        try { taken = await observatory.CreateObservations(arrays, sent.Count, stop); }
        catch (FarSideException) { await registrar.Forget(series.Select(rows => rows.Key)); throw; }

        await database.Write(session =>
        {
            ObservatoryOutbox.Delivered(session, [.. sent.Where((_, i) => taken[i])]);
            ObservatoryOutbox.Refused(session, sent.Where((_, i) => !taken[i]));
        }, stop);
        _fateUnknown = false;
        return taken.All(t => t);
    }

    async Task<List<WaitingObservation>> WithoutArrived(List<WaitingObservation> batch, CancellationToken stop)
    {
        var arrived = new List<WaitingObservation>();
        foreach (var rows in batch.GroupBy(row => row.Series))
        {
            var remote = await registrar.Ensure(rows.Key, stop);
            // Times of one form and zone: their order as text is their order.
            var there = await observatory.RecordIds(remote.Datastream, rows.Min(r => r.ResultTime)!, rows.Max(r => r.ResultTime)!, stop);
            arrived.AddRange(rows.Where(row => there.Contains(row.ObservationId)));
        }
        if (arrived.Count > 0) await database.Write(session => ObservatoryOutbox.Delivered(session, arrived), stop);
        _fateUnknown = false;
        return [.. batch.Except(arrived)];
    }

    static JsonObject DataArray(RemoteSeries remote, List<WaitingObservation> rows) => new()
    {
        ["Datastream"] = new JsonObject { ["@iot.id"] = JsonNode.Parse(remote.Datastream) },
        ["components"] = new JsonArray([.. Components.Select(c => (JsonNode)c)]),
        ["dataArray@iot.count"] = rows.Count,
        ["dataArray"] = new JsonArray([.. rows.Select(row => (JsonNode)new JsonArray(
            row.PhenomenonTime, row.ResultTime, JsonNode.Parse(row.Result), JsonNode.Parse(row.Quality),
            Parameters(row), JsonNode.Parse(remote.Feature)))]),
    };

    /// <summary>The newest version of an observation is the one that stands; it names the one before, which stays.</summary>
    static JsonObject Parameters(WaitingObservation row)
    {
        var parameters = new JsonObject { ["recordId"] = row.ObservationId };
        if (row.Version > 1) parameters["version"] = row.Version;
        if (row.Supersedes is { } old) parameters["supersedes"] = old;
        return parameters;
    }
}

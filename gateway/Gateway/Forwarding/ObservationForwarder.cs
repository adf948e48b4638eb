using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Store;

namespace FourPerMille.Sensor.Gateway.Forwarding;

/// <summary>Empties the outbox into the observatory, in order, each observation once.</summary>
/// <remarks>
/// SensorThings has no idempotency, so a row is marked durably before it leaves, and a marked row whose fate is unknown (a lost answer, a kill) is
/// asked for before it is sent again. A batch that is refused as a whole is halved until the row at fault stands alone.
/// </remarks>
sealed class ObservationForwarder(Database database, SensorThingsClient observatory, SeriesRegistrar registrar, TimeProvider time, LineMeter? meter = null)
{
    /// <summary>About 150 kB of JSON.</summary>
    const int MostRows = 500;

    /// <summary>A row with its answer and its share of what is asked before, bytes: a generous mean, so that a batch fits what is left of the day.</summary>
    const int BytesOfRow = 500;

    /// <summary>So many rows refused one by one, and none taken: it is not the rows.</summary>
    const int RefusalsThatTell = 8;

    static readonly string[] Components = ["phenomenonTime", "resultTime", "result", "resultQuality", "parameters", "FeatureOfInterest/id"];

    int _batch = MostRows;
    bool _pastRefused;

    /// <summary>Sends until nothing waits or rows are refused; those have the next pass, and those behind them in their series wait.</summary>
    public async Task Forward(CancellationToken stop)
    {
        while (Next() is { Count: > 0 } batch)
        {
            var pass = new Pass();
            try
            {
                await Send(await WithoutArrived(batch, pass, stop), pass, registeredAnew: false, stop);
                _batch = RetryRule.BatchAfter(_batch, arrived: true, MostRows);
            }
            catch (Exception fault) when (fault is HttpRequestException or IOException or FarSideException or OperationCanceledException)
            {
                _batch = RetryRule.BatchAfter(_batch, arrived: false, MostRows);
                throw;
            }
            finally { await Refuse(pass, CancellationToken.None); }
            _pastRefused = pass.Taken == 0;
            if (pass.Refused.Count == 0) continue;
            if (pass.Taken == 0) throw new FarSideException($"the observatory takes nothing: {pass.Refused[0].Reason}");
            return;
        }
    }

    /// <summary>What one batch came to.</summary>
    sealed class Pass
    {
        public int Taken { get; set; }
        public List<RefusedRow> Refused { get; } = [];
        public bool IsHopeless => Taken == 0 && Refused.Count >= RefusalsThatTell;
    }

    List<WaitingObservation> Next()
    {
        var fits = meter?.Remaining is { } left ? (int)Math.Clamp(left / BytesOfRow, 1, _batch) : _batch;
        return database.Read(session => WaitingRows.Next(session, fits, _pastRefused));
    }

    async Task Send(List<WaitingObservation> batch, Pass pass, bool registeredAnew, CancellationToken stop)
    {
        if (batch.Count == 0) return;
        var (series, arrays) = (new List<IGrouping<long, WaitingObservation>>(), new JsonArray());
        foreach (var rows in batch.GroupBy(row => row.Series))
            try
            {
                arrays.Add(DataArray(await registrar.Ensure(rows.Key, stop), [.. rows]));
                series.Add(rows);
            }
            // Its entities are refused: its rows cannot go, those of others can.
            catch (FarSideException refused) when (refused.RefusesContent) { pass.Refused.AddRange(rows.Select(row => new RefusedRow(row, refused.Message))); }
        if (series.Count == 0) return;
        batch = [.. series.SelectMany(rows => rows)];
        await database.Write(session => WaitingRows.OnTheWay(session, batch), stop);

        try { await Settle(batch, await observatory.CreateObservations(arrays, batch.Count, stop), pass, stop); }
        catch (FarSideException refused) when (refused.RefusesContent)
        {
            // Its entities may be gone there; only then are the rows suspected.
            if (!registeredAnew) await registrar.Forget(series.Select(rows => rows.Key));
            await Narrow(batch, refused, pass, registeredAnew, stop);
        }
    }

    async Task Narrow(List<WaitingObservation> batch, FarSideException refused, Pass pass, bool registeredAnew, CancellationToken stop)
    {
        if (registeredAnew && batch.Count == 1)
        {
            pass.Refused.Add(new(batch[0], refused.Message, IsCertain: true));
            if (pass.IsHopeless) throw refused;
            return;
        }
        var half = registeredAnew ? batch.Count / 2 : batch.Count;
        var marked = batch.OrderBy(row => row.Id).Select(row => row with { Sent = true }).ToList();
        foreach (var part in new[] { marked[..half], marked[half..] })
            await Send(await WithoutArrived(part, pass, stop), pass, registeredAnew: true, stop);
    }

    /// <summary>Takes note of the answer to each row. One that was refused because it is there already has arrived.</summary>
    async Task Settle(List<WaitingObservation> sent, IReadOnlyList<string?> reasons, Pass pass, CancellationToken stop)
    {
        var taken = sent.Where((_, i) => reasons[i] is null).ToList();
        await database.Write(session => WaitingRows.Delivered(session, taken), stop);
        pass.Taken += taken.Count;
        var refused = sent.Select((row, i) => (Row: row with { Sent = true }, Reason: reasons[i])).Where(r => r.Reason is not null).ToList();
        var missing = (await WithoutArrived([.. refused.Select(r => r.Row)], pass, stop)).Select(row => row.Id).ToHashSet();
        pass.Refused.AddRange(refused.Where(r => missing.Contains(r.Row.Id)).Select(r => new RefusedRow(r.Row, r.Reason!)));
    }

    async Task Refuse(Pass pass, CancellationToken stop)
    {
        if (pass.Refused.Count == 0) return;
        await database.Write(session =>
        {
            if (pass.IsHopeless) LineAlarm.Raise(session, time.GetUtcNow(), "", "the observatory refuses all observations", pass.Refused[0].Reason);
            else WaitingRows.Refused(session, pass.Refused, pass.Taken > 0, time.GetUtcNow());
        }, stop);
    }

    /// <summary>Rows that were not on the way, and of those that were, the ones the observatory does not have.</summary>
    async Task<List<WaitingObservation>> WithoutArrived(List<WaitingObservation> batch, Pass pass, CancellationToken stop)
    {
        var arrived = new List<WaitingObservation>();
        foreach (var rows in batch.Where(row => row.Sent).GroupBy(row => row.Series))
        {
            // Times of one form and zone: their order as text is their order.
            var there = await observatory.RecordIds(await registrar.Ensure(rows.Key, stop), rows.Min(r => r.ResultTime)!, rows.Max(r => r.ResultTime)!, stop);
            arrived.AddRange(rows.Where(row => there.Contains(row.ObservationId)));
        }
        if (arrived.Count == 0) return batch;
        await database.Write(session => WaitingRows.Delivered(session, arrived), stop);
        pass.Taken += arrived.Count;
        return [.. batch.Except(arrived)];
    }

    static JsonObject DataArray(RemoteSeries remote, List<WaitingObservation> rows) => new()
    {
        [remote.Link] = new JsonObject { ["@iot.id"] = JsonNode.Parse(remote.Datastream) },
        ["components"] = new JsonArray([.. Components.Select(c => (JsonNode)c)]),
        ["dataArray@iot.count"] = rows.Count,
        ["dataArray"] = new JsonArray([.. rows.Select(row => (JsonNode)new JsonArray(
            row.PhenomenonTime, row.ResultTime, JsonNode.Parse(row.Result), JsonNode.Parse(row.Quality), row.Parameters, JsonNode.Parse(remote.Feature)))]),
    };
}

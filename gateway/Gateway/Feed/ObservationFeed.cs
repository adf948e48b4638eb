using FourPerMille.Sensor.Estimation.TimeSeriesQuality;
using FourPerMille.Sensor.Gateway.Calibration;
using FourPerMille.Sensor.Gateway.Estimates;
using FourPerMille.Sensor.Gateway.Forwarding;
using FourPerMille.Sensor.Gateway.Ledger;
using FourPerMille.Sensor.Gateway.Observations;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Quality;
using FourPerMille.Sensor.Gateway.Store;

namespace FourPerMille.Sensor.Gateway.Feed;

/// <summary>
/// What the observatory is told, and when. A reading goes out within minutes of its acknowledgement, judged by what is known by then; the
/// day's summary, which looks back farther, corrects it. A statement that changed goes out again as a later version of the same observation.
/// </summary>
/// <remarks>
/// Nothing is noted at intake: fresh is what the ledger has stored and the feed has not taken. So ingest costs nothing more, a crash loses
/// nothing, and an observatory that is set up late is told everything from the start.
/// </remarks>
public sealed class ObservationFeed(GatewayOptions options, Database database, NodeRegistry nodes, CertificateBook certificates, IObservatoryOutbox outbox)
{
    /// <summary>Readings of one transaction: bounds memory, and how long others wait.</summary>
    const int BatchSize = 256;

    const uint LongestSpan = 1024;

    /// <summary>
    /// Readings before the fresh ones that a live judgement looks back to: enough for the spike test and some for the eye. Stuck probes take
    /// days to tell; the day's summary finds them.
    /// </summary>
    const uint LiveLookback = 24;

    readonly Dictionary<long, long> _seen = []; // node → last arrival dealt with; memory only: after a start everybody is looked at once

    /// <summary>Puts whatever is fresh into the outbox. Called before every pass of forwarding; one caller at a time.</summary>
    public async Task Run(CancellationToken stop)
    {
        if (!options.KeepsObservations) return;
        foreach (var (number, arrived) in Arrivals().Where(a => _seen.GetValueOrDefault(a.Node, -1) < a.Arrived))
        {
            while (await Take(nodes.ByNumber(number), stop)) stop.ThrowIfCancellationRequested();
            _seen[number] = arrived;
        }
    }

    /// <summary>
    /// Puts what is known of whole days: fresh values, and versions of those whose flag, certificate or model changed. A value that is missing
    /// or abstained from is not an observation; an estimate that was told and is withdrawn now is told again as failed.
    /// </summary>
    /// <param name="estimates">Each with the record that states it.</param>
    public void Put(WriteSession session, Node node, IReadOnlyList<JudgedReading> readings, IReadOnlyList<StatedEstimate> estimates)
    {
        if (!options.KeepsObservations) return;
        Put(session, node, readings, isFinal: true);
        var said = new SaidObservations(session);
        foreach (var estimate in estimates)
            if (said.News(estimate) is { } news) said.Say(outbox, news);
    }

    void Put(WriteSession session, Node node, IReadOnlyList<JudgedReading> readings, bool isFinal)
    {
        var said = new SaidObservations(session);
        var values = readings.SelectMany(reading => reading.Quantities.Where(q => q.Quantity.Value is not null).Select(q => (reading, q)));
        foreach (var series in values.GroupBy(v => Statements.Series(node, v.q.Quantity)))
            said.Say(outbox, series.Key, [.. said.News(series.Key, [.. series.Select(v => Statements.Observed(v.reading, v.q))], isFinal)]);
        foreach (var series in readings.Where(r => r.Spectrum is not null).GroupBy(r => Statements.Series(node, r.Spectrum!)))
            said.Say(outbox, series.Key, [.. said.News(series.Key, [.. series.Select(Statements.Observed)], isFinal)]);
    }

    /// <returns>Whether there may be more.</returns>
    async Task<bool> Take(Node node, CancellationToken stop)
    {
        if (database.Read(session => Fresh(session, node)) is not { } fresh) return false;
        var first = fresh.Sequences.Runs[0].First;
        var stored = database.Read(session => StoredReadings.Between(session, node, fresh.Epoch, first - Math.Min(first, LiveLookback), fresh.Sequences.Runs[^1].Last));
        var judged = ReadingQuality.Judge(stored, certificates.Of(node));
        await database.Write(session =>
        {
            Put(session, node, judged, isFinal: false);
            var taken = Taken(session, node, fresh.Epoch);
            taken.Add(fresh.Sequences);
            session.Execute("INSERT OR REPLACE INTO feed_taken (node, epoch, sequences) VALUES (@0, @1, @2)", node.Number, fresh.Epoch, taken.ToString());
        }, stop);
        return true;
    }

    /// <summary>The oldest readings that were not fed, of one epoch.</summary>
    static (uint Epoch, SequenceRuns Sequences)? Fresh(Session session, Node node)
    {
        foreach (var (epoch, runs) in session.Query("SELECT epoch, stored_runs FROM epochs WHERE node = @0 ORDER BY epoch",
                     row => ((uint)row.GetInt64(0), SequenceRuns.Parse(row.GetString(1))), node.Number).ToList())
            if (runs.Without(Taken(session, node, epoch), BatchSize) is { Count: > 0 } fresh) return (epoch, Near(fresh));
        return null;
    }

    /// <summary>A late reading and today's are not read in one go: all that lies between them would be.</summary>
    static SequenceRuns Near(SequenceRuns fresh)
    {
        var near = new SequenceRuns();
        foreach (var (first, last) in fresh.Runs.TakeWhile(run => run.First - fresh.Runs[0].First <= LongestSpan)) near.Add(first, last);
        return near;
    }

    static SequenceRuns Taken(Session session, Node node, uint epoch) =>
        SequenceRuns.Parse(session.Scalar<string>("SELECT sequences FROM feed_taken WHERE node = @0 AND epoch = @1", node.Number, epoch) ?? "");

    List<(long Node, long Arrived)> Arrivals() => database.Read(session =>
        session.Query("SELECT node, MAX(last_received_ms) FROM epochs GROUP BY node", row => (row.GetInt64(0), row.GetInt64(1))).ToList());
}

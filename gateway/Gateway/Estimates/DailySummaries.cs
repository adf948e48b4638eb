using FourPerMille.Sensor.Gateway.Calibration;
using FourPerMille.Sensor.Gateway.Feed;
using FourPerMille.Sensor.Gateway.Ledger;
using FourPerMille.Sensor.Gateway.Observations;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Provisioning.Life;
using FourPerMille.Sensor.Gateway.Quality;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Gateway.Time;
using FourPerMille.Sensor.Mrv.Records;

namespace FourPerMille.Sensor.Gateway.Estimates;

/// <summary>
/// Puts each ended day of each node on record: its quantities, and for each spectral shot the carbon estimate or the reason there is none. A day is due when
/// readings of it arrived, when its clock became better known, or when a certificate or model changed; saying the same again makes no
/// new record, saying something else supersedes the old one.
/// </summary>
public sealed class DailySummaries
{
    /// <summary>How long after midnight a day is taken as ended: time for the last wake's readings to arrive.</summary>
    static readonly TimeSpan Grace = TimeSpan.FromHours(1);

    const int BatchSize = 64;

    readonly Database _database;
    readonly NodeRegistry _nodes;
    readonly CertificateBook _certificates;
    readonly ModelBook _models;
    readonly IRecordBook _records;
    readonly NodeLifeBook _lives;
    readonly ObservationFeed _feed;
    readonly TimeProvider _time;
    readonly Agenda _agenda;
    readonly SemaphoreSlim _oneAtATime = new(1);

    public DailySummaries(Database database, NodeRegistry nodes, CertificateBook certificates, ModelBook models, IRecordBook records, NodeLifeBook lives, ObservationFeed feed, TimeProvider time, Agenda agenda)
    {
        (_database, _nodes, _certificates, _models, _records, _lives, _feed, _time, _agenda) = (database, nodes, certificates, models, records, lives, feed, time, agenda);
        agenda.Every(TimeSpan.FromHours(1), "summarising days", Run);
    }

    /// <summary>Has due days summarised now, beside the caller.</summary>
    public void Soon() => _agenda.Begin("summarising days", Run);

    /// <summary>Summarises every day that is due and over.</summary>
    public async Task Run(CancellationToken stop)
    {
        await _oneAtATime.WaitAsync(stop);
        try
        {
            while (Due() is { Count: > 0 } due)
                foreach (var (node, day, marks) in due) await Summarise(_nodes.ByNumber(node), day, marks, stop);
        }
        finally { _oneAtATime.Release(); }
    }

    List<(long Node, long Day, long Marks)> Due() => _database.Read(session => session.Query(
        "SELECT node, day, marks FROM due_days WHERE day < @0 ORDER BY day, node LIMIT @1",
        row => (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)), Day.Of(_time.GetUtcNow() - Grace), BatchSize).ToList());

    async Task Summarise(Node node, long day, long marks, CancellationToken stop)
    {
        var seen = _database.Read(session => Look(session, node, day));
        var judged = ReadingQuality.Judge(seen.Stored, _certificates.Of(node).Fitted(seen.Probes));
        var readings = judged.Where(r => DayBasis.IsOf(r.Reading, day)).ToList();
        var own = _models.InForce(node.Settings.Region);
        var twin = own is null ? _models.OfTwin(node) : null;
        var estimates = readings.Select(reading => SocEstimator.Estimate(reading, own, twin)).OfType<SocEstimate>().ToList();
        await _database.Write(session =>
        {
            if (readings.Count > 0)
            {
                var state = _lives.Of(session, node);
                // Told of meanwhile: that marked the day once more, and it is judged again.
                if (!state.Probes.SequenceEqual(seen.Probes)) return;
                Record(session, new DayBasis(node, state, day, judged, seen.Clocks, seen.Gaps, SoilDay.Seal(seen.Seal!)));
                _feed.Put(session, node, readings, [.. estimates.Select(estimate => new StatedEstimate(estimate, Record(session, estimate, seen.Clocks, state)))]);
            }
            session.Execute("DELETE FROM due_days WHERE node = @0 AND day = @1 AND marks = @2", node.Number, day, marks);
        }, stop);
    }

    /// <summary>One consistent look at the store.</summary>
    /// <param name="Stored">The day's readings and those around it that its tests look at.</param>
    /// <param name="Gaps">What the ledger says of the day.</param>
    /// <param name="Seal">What the node's seals say of it; null where no reading is of the day.</param>
    sealed record Sight(IReadOnlyList<StoredReading> Stored, IReadOnlyList<ClockBasis> Clocks, IReadOnlyList<DayGaps> Gaps, DaySeal? Seal, IReadOnlyList<FittedProbe> Probes);

    static Sight Look(Session session, Node node, long day)
    {
        var from = Day.Start(day);
        var stored = StoredReadings.Within(session, node, from - ReadingQuality.Lookback, from.AddDays(1) + Grace).ToList();
        var own = stored.Where(r => DayBasis.IsOf(r, day)).ToList();
        return new Sight(stored, Clocks(session, node, stored), SoilDay.Gaps(own, LedgerBook.Of(session, node)),
            own.Count > 0 ? DaySeals.Of(session, node, [.. own.Select(r => (r.Raw.Epoch, r.Raw.Sequence))]) : null, NodeLifeBook.InForce(session, node.Id)?.Probes ?? []);
    }

    /// <summary>The few marks that the readings' times rest on.</summary>
    static List<ClockBasis> Clocks(Session session, Node node, IReadOnlyList<StoredReading> readings) => [.. readings.GroupBy(r => r.Raw.Epoch)
        .Select(epoch => SteadyClocks.Basis(session, node.Number, epoch.Key, epoch.Min(r => r.Raw.Sequence), epoch.Max(r => r.Raw.Sequence)))];

    void Record(WriteSession session, DayBasis basis)
    {
        var id = _records.Write(session, SoilDay.Of(basis).Draft());
        session.Execute("INSERT OR REPLACE INTO soil_days (node, day, record_id) VALUES (@0, @1, @2)", basis.Node.Number, basis.Day, id.ToString());
    }

    RecordId Record(WriteSession session, SocEstimate estimate, IReadOnlyList<ClockBasis> clocks, NodeState state)
    {
        var reading = estimate.Shot.Reading;
        var clock = clocks.Single(c => c.Epoch == reading.Raw.Epoch).Near(reading.Raw.Sequence);
        var id = _records.Write(session, SocStatement.Record(estimate, clock, state).Draft());
        session.Execute("INSERT OR REPLACE INTO estimates (node, epoch, sequence, utc_ms, content, model, record_id) VALUES (@0, @1, @2, @3, @4, @5, @6)",
            reading.Node.Number, reading.Raw.Epoch, reading.Raw.Sequence, reading.Time.Middle.ToUnixTimeMilliseconds(),
            SocStatement.Line(estimate, id).ToJsonString(), estimate.Model.Id, id.ToString());
        return id;
    }
}

using FourPerMille.Sensor.Estimation.TimeSeriesQuality;
using FourPerMille.Sensor.Gateway.Estimates;
using FourPerMille.Sensor.Gateway.Forwarding;
using FourPerMille.Sensor.Gateway.Ledger;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Mrv.Records;

namespace FourPerMille.Sensor.Gateway.Feed;

/// <summary>
/// What the observatory was told of each observation, so that only news is told again. The usual statement, version 1 with flag 1, is known
/// from the outbox's runs alone; a row is kept only for what differs. A value of a series depends on its certificate and the frame, which never change,
/// so its flag is all that can; another certificate is another series.
/// </summary>
sealed class SaidObservations(WriteSession session)
{
    sealed record Said(int Version, int Flag, string? Result = null, string? Record = null);

    static readonly Said Usual = new(1, (int)QualityFlag.Pass);

    /// <summary>A series with what there is to tell of it.</summary>
    public sealed record Statement(ObservedSeries Series, Observation Observation, string? Record);

    /// <param name="isFinal">False for a live judgement, which sees less: it may worsen a flag that was told, never better it.</param>
    public IEnumerable<Observation> News(ObservedSeries series, IReadOnlyList<Observation> observations, bool isFinal)
    {
        var id = Id(series.Key);
        foreach (var epoch in observations.GroupBy(o => o.Epoch))
        {
            var taken = id is null ? new SequenceRuns() : Taken(id.Value, epoch.Key);
            foreach (var observation in epoch)
            {
                if (!taken.Contains(observation.Sequence))
                    yield return observation with { Supersedes = InOtherSeries(series, observation) };
                else if (Last(id!.Value, observation) is var last && last.Flag != observation.Flag && (isFinal || IsWorse(observation.Flag, last.Flag)))
                    yield return observation with { Version = last.Version + 1, Supersedes = (observation with { Version = last.Version }).IdIn(series) };
            }
        }
    }

    /// <summary>What an estimate tells beyond what was told of it; null where it tells the same, or nothing.</summary>
    public Statement? News(StatedEstimate stated)
    {
        var series = Statements.Series(stated.Estimate);
        var record = stated.Record.ToString();
        if (!double.IsFinite(stated.Estimate.Prediction.Estimate)) return Withdrawal(stated, record);
        var observation = Statements.Observed(stated.Estimate);
        if (Id(series.Key) is not { } id || !Taken(id, observation.Epoch).Contains(observation.Sequence))
            return new(series, observation with { Supersedes = InOtherSeries(series, observation) }, record);
        var last = Last(id, observation);
        return last.Record == record ? null
            : new(series, observation with { Version = last.Version + 1, Supersedes = (observation with { Version = last.Version }).IdIn(series) }, record);
    }

    public void Say(IObservatoryOutbox outbox, Statement news) => Say(outbox, news.Series, [news.Observation], news.Record);

    public void Say(IObservatoryOutbox outbox, ObservedSeries series, IReadOnlyList<Observation> news, string? record = null)
    {
        if (news.Count == 0) return;
        outbox.Enqueue(session, series, news);
        var id = Id(series.Key)!.Value;
        foreach (var told in news.Where(o => record is not null || o.Version > 1 || o.Flag != Usual.Flag))
            session.Execute("INSERT OR REPLACE INTO feed_said (series, epoch, sequence, version, flag, result, record) VALUES (@0, @1, @2, @3, @4, @5, @6)",
                id, told.Epoch, told.Sequence, told.Version, told.Flag, record is null ? null : told.Result, record);
    }

    /// <summary>An abstention says nothing, unless an estimate of the shot stands at the observatory.</summary>
    Statement? Withdrawal(StatedEstimate stated, string record)
    {
        var series = Statements.Series(stated.Estimate);
        foreach (var other in SeriesOf(series))
        {
            var empty = Statements.Withdrawn(stated.Estimate, "");
            if (SaidOf(other.Id, empty) is not { Result: { } told } last || last.Record == record || last.Flag == (int)QualityFlag.Fail) continue;
            var known = series with { Procedure = other.Procedure };
            return new(known, empty with { Result = told, Version = last.Version + 1, Supersedes = (empty with { Version = last.Version }).IdIn(known) }, record);
        }
        return null;
    }

    /// <summary>The same reading under the certificate or model before: what this takes the place of.</summary>
    RecordId? InOtherSeries(ObservedSeries series, Observation observation) => SeriesOf(series)
        .Where(other => other.Procedure != series.Procedure && Taken(other.Id, observation.Epoch).Contains(observation.Sequence))
        .Select(other => (RecordId?)(observation with { Version = Last(other.Id, observation).Version }).IdIn(series with { Procedure = other.Procedure })).FirstOrDefault();

    /// <summary>All series of the quantity at the depth, newest first, by what calculated them.</summary>
    List<(long Id, RecordId? Procedure)> SeriesOf(ObservedSeries series)
    {
        if (!_ofQuantity.TryGetValue(series.Quantity.Name + series.DepthCm, out var found))
            _ofQuantity.Add(series.Quantity.Name + series.DepthCm, found = session.Query(
                "SELECT id, json_extract(description, '$.Procedure') FROM outbox_series WHERE key LIKE @0 || '/%' ORDER BY id DESC",
                row => (row.GetInt64(0), row.IsDBNull(1) ? (RecordId?)null : RecordId.TryParse(row.GetString(1), out var id) ? id : null),
                series.Key[..series.Key.LastIndexOf('/')]).ToList());
        return found;
    }

    readonly Dictionary<string, List<(long Id, RecordId? Procedure)>> _ofQuantity = [];

    long? Id(string key) => session.Scalar<long?>("SELECT id FROM outbox_series WHERE key = @0", key);

    SequenceRuns Taken(long series, uint epoch)
    {
        if (!_taken.TryGetValue((series, epoch), out var runs))
            _taken.Add((series, epoch), runs = SequenceRuns.Parse(session.Scalar<string>("SELECT sequences FROM outbox_taken WHERE series = @0 AND epoch = @1", series, epoch) ?? ""));
        return runs;
    }

    readonly Dictionary<(long, uint), SequenceRuns> _taken = [];

    Said Last(long series, Observation observation) => SaidOf(series, observation) ?? Usual;

    Said? SaidOf(long series, Observation observation) => session.Query(
        "SELECT version, flag, result, record FROM feed_said WHERE series = @0 AND epoch = @1 AND sequence = @2",
        row => new Said(row.GetInt32(0), row.GetInt32(1), row.IsDBNull(2) ? null : row.GetString(2), row.IsDBNull(3) ? null : row.GetString(3)),
        series, observation.Epoch, observation.Sequence).ToList().FirstOrDefault();

    static bool IsWorse(int flag, int told) => Rank(flag) > Rank(told);
    static int Rank(int flag) => flag is (int)QualityFlag.Suspect or (int)QualityFlag.Fail ? flag : 0;
}

namespace FourPerMille.Sensor.Estimation.TimeSeriesQuality;

/// <summary>
/// QARTOD test 1: a value that comes more than so many seconds after the one before fails. The first takes the flag of the second,
/// because a gap between them is nobody else's.
/// </summary>
public sealed class TimeGapTest(double failAfterSeconds) : StreamingTest
{
    DateTime? _previous;
    bool _first = true;

    public override string Name => "time_gap_test";
    public override int Latency => 1;

    QualityFlag? _owed;

    public override QualityFlag? Push(SeriesPoint point)
    {
        if (_previous is not { } previous)
        {
            _previous = point.Utc;
            return null;
        }
        var flag = (point.Utc - previous).TotalSeconds > failAfterSeconds ? QualityFlag.Fail : QualityFlag.Pass;
        _previous = point.Utc;
        var decided = _first ? flag : _owed;
        (_first, _owed) = (false, flag);
        return decided;
    }

    public override IEnumerable<QualityFlag> Complete() => _previous is null ? [] : [_owed ?? QualityFlag.NotEvaluated];
}

namespace FourPerMille.Sensor.Estimation.TimeSeriesQuality;

/// <summary>
/// QARTOD test 7: |x(n) - x(n-1)| / (t(n) - t(n-1)) against thresholds in units per second. As ioos_qc codes it, the first
/// value and one after a gap pass: there is no step to object to.
/// </summary>
public sealed class RateOfChangeTest(double suspectAbovePerSecond, double? failAbovePerSecond = null) : StreamingTest
{
    SeriesPoint? _previous;

    public override string Name => "rate_of_change_test";

    public override QualityFlag? Push(SeriesPoint point)
    {
        var previous = _previous;
        _previous = point;
        if (point.IsMissing) return QualityFlag.Missing;
        if (previous is not { IsMissing: false } from) return QualityFlag.Pass;
        double rate = Math.Abs((point.Value - from.Value) / (point.Utc - from.Utc).TotalSeconds);
        return rate > failAbovePerSecond ? QualityFlag.Fail
            : rate > suspectAbovePerSecond ? QualityFlag.Suspect
            : QualityFlag.Pass;
    }
}

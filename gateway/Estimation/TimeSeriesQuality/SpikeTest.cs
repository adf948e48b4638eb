namespace FourPerMille.Sensor.Estimation.TimeSeriesQuality;

/// <summary>How a spike is measured: against the mean of both neighbours, or as the smaller of two opposite steps.</summary>
public enum SpikeMethod { Average, Differential }

/// <summary>
/// QARTOD test 6: |x(n-1) - (x(n-2) + x(n))/2| against two thresholds in the value's unit; or, <see cref="SpikeMethod.Differential"/>,
/// min(|step in|, |step out|) where the steps point opposite ways. The first and last value, and those beside a gap, are not evaluated.
/// </summary>
public sealed class SpikeTest(double? suspectAbove, double? failAbove, SpikeMethod method = SpikeMethod.Average) : StreamingTest
{
    double _before = double.NaN;
    double _value;
    bool _started;

    public override string Name => "spike_test";
    public override int Latency => 1;

    public override QualityFlag? Push(SeriesPoint point)
    {
        var flag = _started ? Judge(_before, _value, point.Value) : (QualityFlag?)null;
        (_before, _value, _started) = (_started ? _value : double.NaN, point.Value, true);
        return flag;
    }

    public override IEnumerable<QualityFlag> Complete() => _started ? [Judge(_before, _value, double.NaN)] : [];

    QualityFlag Judge(double before, double value, double after)
    {
        if (!double.IsFinite(value)) return QualityFlag.Missing;
        double height = Height(before, value, after);
        return double.IsNaN(height) ? QualityFlag.NotEvaluated
            : height > failAbove ? QualityFlag.Fail
            : height > suspectAbove ? QualityFlag.Suspect
            : QualityFlag.Pass;
    }

    double Height(double before, double value, double after)
    {
        if (!double.IsFinite(before) || !double.IsFinite(after)) return double.NaN;
        if (method == SpikeMethod.Average) return Math.Abs(value - (before + after) / 2);
        double rise = value - before, fall = after - value;
        return rise * fall < 0 ? Math.Min(Math.Abs(rise), Math.Abs(fall)) : 0;
    }
}

namespace FourPerMille.Sensor.Estimation.TimeSeriesQuality;

/// <summary>QARTOD test 2: a message of the wrong length fails; what is in it is the other tests' business.</summary>
public static class SyntaxTest
{
    public static QualityFlag Of(int expectedLength, int length) => length == expectedLength ? QualityFlag.Pass : QualityFlag.Fail;
}

/// <summary>
/// QARTOD test 9, multi-variate: when this value changes faster than its limit, a companion that should move with it (rain with
/// moisture, the other depth) must change faster than its own, else the change is suspect.
/// </summary>
public sealed class MultiVariateTest(double changeAbovePerSecond, double companionChangeAbovePerSecond)
{
    SeriesPoint? _value;
    double _companion;

    public QualityFlag Push(SeriesPoint value, double companion)
    {
        var before = _value;
        double companionBefore = _companion;
        (_value, _companion) = (value, companion);
        if (value.IsMissing) return QualityFlag.Missing;
        if (before is not { IsMissing: false } from) return QualityFlag.NotEvaluated;
        double seconds = (value.Utc - from.Utc).TotalSeconds;
        if (Math.Abs(value.Value - from.Value) / seconds <= changeAbovePerSecond) return QualityFlag.Pass;
        double moved = Math.Abs(companion - companionBefore) / seconds;
        return double.IsNaN(moved) ? QualityFlag.NotEvaluated : moved > companionChangeAbovePerSecond ? QualityFlag.Pass : QualityFlag.Suspect;
    }
}

/// <summary>
/// QARTOD test 11, neighbour: a value further than its limit from the median of its neighbours' (other probes of the stratum at
/// that hour) is suspect. Fewer than two neighbours give no verdict.
/// </summary>
public static class NeighbourTest
{
    public static QualityFlag Of(double value, ReadOnlySpan<double> neighbours, double suspectBeyond)
    {
        if (!double.IsFinite(value)) return QualityFlag.Missing;
        double[] present = neighbours.ToArray().Where(double.IsFinite).Order().ToArray();
        if (present.Length < 2) return QualityFlag.NotEvaluated;
        double median = (present[(present.Length - 1) / 2] + present[present.Length / 2]) / 2;
        return Math.Abs(value - median) > suspectBeyond ? QualityFlag.Suspect : QualityFlag.Pass;
    }
}

namespace FourPerMille.Sensor.Estimation.TimeSeriesQuality;

/// <summary>
/// QARTOD test 10: a signal that hardly moves. The spread of the values of the last so many seconds (the window is open on its old
/// side) is below a threshold: standard deviation with n, or range. A value on the threshold passes it, as in ioos_qc.
/// </summary>
public sealed class AttenuatedSignalTest : StreamingTest
{
    readonly double _suspectBelow, _failBelow, _periodSeconds;
    readonly int _leastValues;
    readonly bool _byRange;
    readonly Queue<SeriesPoint> _window = new();

    /// <param name="leastValues">Values the window must hold for a verdict.</param>
    /// <param name="byRange">Largest less smallest instead of the standard deviation.</param>
    public AttenuatedSignalTest(double suspectBelow, double failBelow, double periodSeconds, int leastValues = 1, bool byRange = false)
    {
        if (!(periodSeconds > 0)) throw new ArgumentOutOfRangeException(nameof(periodSeconds), "A window needs a length.");
        (_suspectBelow, _failBelow, _periodSeconds, _leastValues, _byRange) = (suspectBelow, failBelow, periodSeconds, Math.Max(1, leastValues), byRange);
    }

    public override string Name => "attenuated_signal_test";

    public override QualityFlag? Push(SeriesPoint point)
    {
        while (_window.TryPeek(out var oldest) && (point.Utc - oldest.Utc).TotalSeconds >= _periodSeconds) _window.Dequeue();
        if (point.IsMissing) return QualityFlag.Missing;
        _window.Enqueue(point);
        double spread = _window.Count < _leastValues ? double.NaN : _byRange ? Range() : StandardDeviation();
        return double.IsNaN(spread) ? QualityFlag.NotEvaluated
            : spread < _failBelow ? QualityFlag.Fail
            : spread < _suspectBelow ? QualityFlag.Suspect
            : QualityFlag.Pass;
    }

    double Range() => _window.Max(p => p.Value) - _window.Min(p => p.Value);

    double StandardDeviation()
    {
        double mean = _window.Average(p => p.Value);
        return Math.Sqrt(_window.Sum(p => (p.Value - mean) * (p.Value - mean)) / _window.Count);
    }
}

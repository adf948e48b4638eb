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
    int _missing;

    /// <param name="leastValues">Values the window must hold for a verdict.</param>
    /// <param name="byRange">Largest less smallest instead of the standard deviation; then a window with a gap is not evaluated.</param>
    public AttenuatedSignalTest(double suspectBelow, double failBelow, double periodSeconds, int leastValues = 1, bool byRange = false)
    {
        if (!(periodSeconds > 0)) throw new ArgumentOutOfRangeException(nameof(periodSeconds), "A window needs a length.");
        (_suspectBelow, _failBelow, _periodSeconds, _leastValues, _byRange) = (suspectBelow, failBelow, periodSeconds, Math.Max(1, leastValues), byRange);
    }

    public override string Name => "attenuated_signal_test";

    public override QualityFlag? Push(SeriesPoint point)
    {
        while (_window.TryPeek(out var oldest) && (point.Utc - oldest.Utc).TotalSeconds >= _periodSeconds)
            if (_window.Dequeue().IsMissing) _missing--;
        _window.Enqueue(point);
        if (point.IsMissing)
        {
            _missing++;
            return QualityFlag.Missing;
        }
        double spread = _window.Count - _missing < _leastValues ? double.NaN : _byRange ? Range() : StandardDeviation();
        return double.IsNaN(spread) ? QualityFlag.NotEvaluated
            : spread < _failBelow ? QualityFlag.Fail
            : spread < _suspectBelow ? QualityFlag.Suspect
            : QualityFlag.Pass;
    }

    double Range() => _missing > 0 ? double.NaN : _window.Max(p => p.Value) - _window.Min(p => p.Value);

    double StandardDeviation()
    {
        double[] values = _window.Where(p => !p.IsMissing).Select(p => p.Value).ToArray();
        double mean = values.Average();
        return Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / values.Length);
    }
}

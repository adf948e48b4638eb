namespace FourPerMille.Sensor.Estimation.TimeSeriesQuality;

/// <summary>
/// QARTOD test 8: a value is suspect, or fails, when the range of all values over the last so many seconds stays below a
/// tolerance. The windows count points (seconds / interval, rounded down, plus the value itself), missing values are left
/// out of the range, and values before the first full window pass: the reading of ioos_qc.
/// </summary>
public sealed class FlatLineTest : StreamingTest
{
    readonly RollingRange _suspect, _fail;
    readonly double _tolerance;

    /// <param name="intervalSeconds">Time between two points of the series (in a batch: the median).</param>
    public FlatLineTest(double suspectAfterSeconds, double failAfterSeconds, double tolerance, double intervalSeconds)
    {
        if (!(intervalSeconds > 0)) throw new ArgumentOutOfRangeException(nameof(intervalSeconds), "Points need time between them.");
        _tolerance = tolerance;
        _suspect = new RollingRange((int)(suspectAfterSeconds / intervalSeconds) + 1);
        _fail = new RollingRange((int)(failAfterSeconds / intervalSeconds) + 1);
    }

    public override string Name => "flat_line_test";

    public override QualityFlag? Push(SeriesPoint point)
    {
        bool suspect = IsFlat(_suspect, point.Value), fail = IsFlat(_fail, point.Value);
        return point.IsMissing ? QualityFlag.Missing
            : fail ? QualityFlag.Fail
            : suspect ? QualityFlag.Suspect
            : QualityFlag.Pass;
    }

    bool IsFlat(RollingRange window, double value)
    {
        window.Push(value);
        return window.IsFull && window.Range < _tolerance;
    }
}

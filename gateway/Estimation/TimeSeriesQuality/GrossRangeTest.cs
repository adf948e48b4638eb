namespace FourPerMille.Sensor.Estimation.TimeSeriesQuality;

/// <summary>QARTOD test 4: a value outside the probe's span fails, one outside the operator's span is suspect.</summary>
public sealed class GrossRangeTest : StreamingTest
{
    readonly Span _fail;
    readonly Span? _suspect;

    /// <exception cref="ArgumentException">The suspect span reaches beyond the fail span.</exception>
    public GrossRangeTest(Span fail, Span? suspect = null)
    {
        if (suspect is { } inner && !fail.Contains(inner)) throw new ArgumentException("The suspect span must lie within the fail span.");
        (_fail, _suspect) = (fail, suspect);
    }

    public override string Name => "gross_range_test";

    public override QualityFlag? Push(SeriesPoint point) =>
        point.IsMissing ? QualityFlag.Missing
        : !_fail.Contains(point.Value) ? QualityFlag.Fail
        : _suspect is { } inner && !inner.Contains(point.Value) ? QualityFlag.Suspect
        : QualityFlag.Pass;
}

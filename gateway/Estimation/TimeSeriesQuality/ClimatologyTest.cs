using System.Globalization;

namespace FourPerMille.Sensor.Estimation.TimeSeriesQuality;

/// <summary>The part of the calendar in which a season is stated.</summary>
public enum SeasonUnit { Instant, Year, Quarter, Month, Week, DayOfYear, DayOfWeek }

/// <summary>
/// Limits for a season and, where stated, a range of depths. Bounds are part of the season; instants are ticks of UTC, weeks are ISO
/// weeks, Monday is day 0.
/// </summary>
public sealed record Season(SeasonUnit Unit, Span When, Span Suspect, Span? Fail = null, Span? DepthCm = null)
{
    internal bool Covers(SeriesPoint point) => When.Contains(Position(point.Utc)) && (DepthCm is not { } depths || depths.Contains(point.DepthCm));

    double Position(DateTime utc) => Unit switch
    {
        SeasonUnit.Year => utc.Year,
        SeasonUnit.Quarter => (utc.Month + 2) / 3,
        SeasonUnit.Month => utc.Month,
        SeasonUnit.Week => ISOWeek.GetWeekOfYear(utc),
        SeasonUnit.DayOfYear => utc.DayOfYear,
        SeasonUnit.DayOfWeek => ((int)utc.DayOfWeek + 6) % 7,
        _ => utc.Ticks,
    };
}

/// <summary>
/// QARTOD test 5: limits by season and depth. Of several seasons that cover a value the last decides; a value no season covers is
/// not evaluated.
/// </summary>
public sealed class ClimatologyTest(params Season[] seasons) : StreamingTest
{
    public override string Name => "climatology_test";

    public override QualityFlag? Push(SeriesPoint point)
    {
        if (point.IsMissing) return QualityFlag.Missing;
        if (Array.FindLast(seasons, s => s.Covers(point)) is not { } season) return QualityFlag.NotEvaluated;
        return season.Fail is { } fail && !fail.Contains(point.Value) ? QualityFlag.Fail
            : !season.Suspect.Contains(point.Value) ? QualityFlag.Suspect
            : QualityFlag.Pass;
    }
}

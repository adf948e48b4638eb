namespace FourPerMille.Sensor.Sim.Field;

/// <summary>
/// Temperature by depth: the annual and the daily wave damped and delayed on their way down (the solution of the heat equation
/// for a sine at the surface, e.g. Hillel 1998), and the weather's departures smoothed the longer the deeper.
/// </summary>
public sealed class SoilWarmth(Weather weather)
{
    /// <summary>m2/s; a moist loam. Daily waves fall to 1/e in 0.13 m, annual ones in 2.5 m.</summary>
    public const double DiffusivityM2PerSecond = 6e-7;
    const double SurfaceGain = 1.35; // bare ground swings more than the air two metres above it
    const double WarmestSolarHourAtSurface = 13.5;
    const double SecondsPerDay = 86400, SecondsPerYear = 365.25 * SecondsPerDay;

    /// <summary>Depth at which a wave of this period has fallen to 1/e, cm.</summary>
    public static double DampingDepthCm(double periodSeconds) => 100 * Math.Sqrt(DiffusivityM2PerSecond * periodSeconds / Math.PI);

    public double CelsiusAt(double depthCm, DateTimeOffset utc)
    {
        var climate = weather.Climate;
        var (annual, daily) = (depthCm / DampingDepthCm(SecondsPerYear), depthCm / DampingDepthCm(SecondsPerDay));
        var yearAngle = 2 * Math.PI * (utc.UtcDateTime.DayOfYear + utc.UtcDateTime.TimeOfDay.TotalDays - climate.WarmestDayOfYear) / 365.25;
        var dayAngle = 2 * Math.PI * (climate.SolarHour(utc) - WarmestSolarHourAtSurface) / 24;
        return climate.MeanCelsius
            + climate.AnnualAmplitudeCelsius * Math.Exp(-annual) * Math.Cos(yearAngle - annual)
            + SurfaceGain * climate.DailyAmplitudeCelsius * Clearness(utc) * Math.Exp(-daily) * Math.Cos(dayAngle - daily)
            + Smoothed(depthCm, utc);
    }

    /// <summary>The ground remembers about a day of sky, so the amplitude changes without steps.</summary>
    double Clearness(DateTimeOffset utc) =>
        (weather.Clearness(utc) + 2 * weather.Clearness(Earlier(utc, 12)) + weather.Clearness(Earlier(utc, 24))) / 4;

    /// <summary>Departures reach a depth after z2/2D and are averaged over about twice that time.</summary>
    double Smoothed(double depthCm, DateTimeOffset utc)
    {
        const int samples = 8;
        var hours = 12 + 2 * Math.Pow(depthCm / 100, 2) / (2 * DiffusivityM2PerSecond) / 3600;
        var sum = 0.0;
        for (var sample = 0; sample <= samples; sample++) sum += weather.DepartureCelsius(Earlier(utc, 2 * hours * sample / samples));
        return sum / (samples + 1);
    }

    DateTimeOffset Earlier(DateTimeOffset utc, double hours)
    {
        var then = utc.AddHours(-hours);
        return then < weather.Start ? weather.Start : then;
    }
}

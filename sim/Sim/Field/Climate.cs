namespace FourPerMille.Sensor.Sim.Field;

/// <summary>What a place's weather is like over the year: enough to generate hours that a soil column can live through.</summary>
/// <param name="LatitudeDegrees">North positive; gives the radiation that drives evaporation.</param>
/// <param name="LongitudeDegrees">East positive; gives local solar time.</param>
/// <param name="AnnualAmplitudeCelsius">Half the range of the smoothed year.</param>
/// <param name="DailyAmplitudeCelsius">Half the range of a clear day, two metres above the ground.</param>
/// <param name="WetDayShare">Probability of a day with rain, January to December.</param>
/// <param name="WetDayMillimetres">Mean rain of a wet day, January to December.</param>
public sealed record Climate(
    double LatitudeDegrees,
    double LongitudeDegrees,
    double AltitudeMetres,
    double MeanCelsius,
    double AnnualAmplitudeCelsius,
    int WarmestDayOfYear,
    double DailyAmplitudeCelsius,
    double MeanHumidityPercent,
    double[] WetDayShare,
    double[] WetDayMillimetres)
{
    /// <summary>Chartres and its plateau: mild, rain all the year. Orders of magnitude of the 1991-2020 normals.</summary>
    public static Climate Beauce { get; } = new(48.4, 1.5, 150, 11.4, 8.0, 205, 5.2, 76,
        [.34, .31, .29, .30, .31, .27, .25, .25, .26, .31, .33, .36],
        [4.4, 4.2, 4.4, 4.6, 5.6, 5.6, 6.4, 6.2, 5.8, 5.8, 4.8, 4.8]);

    /// <summary>Parakou and the Borgou: one rainy season from April to October, hottest just before it.</summary>
    public static Climate Borgou { get; } = new(9.4, 2.6, 390, 27.2, 2.4, 80, 6.5, 55,
        [.01, .03, .08, .20, .30, .36, .42, .48, .46, .24, .03, .01],
        [6, 8, 10, 13, 14, 15, 15, 16, 15, 12, 8, 6]);

    /// <summary>Hours since the sun was lowest, 0..24: clock time corrected for longitude only (the equation of time is below 17 minutes).</summary>
    public double SolarHour(DateTimeOffset utc) => (utc.UtcDateTime.TimeOfDay.TotalHours + LongitudeDegrees / 15 + 48) % 24;

    /// <summary>The smoothed annual wave, degC.</summary>
    public double SeasonalCelsius(DateTimeOffset utc) =>
        MeanCelsius + AnnualAmplitudeCelsius * Math.Cos(2 * Math.PI * (utc.UtcDateTime.DayOfYear - WarmestDayOfYear) / 365.25);
}

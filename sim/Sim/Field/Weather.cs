namespace FourPerMille.Sensor.Sim.Field;

/// <summary>
/// Generated hours of weather at one place: rain as a two-state Markov chain of days with exponential amounts (Richardson 1981),
/// temperature as annual wave + autoregressive anomaly + a daily wave that clouds damp, evaporation after Hargreaves.
/// </summary>
public sealed class Weather
{
    const double AnomalyPersistencePerDay = 0.75, AnomalyCelsius = 2.2, WarmestSolarHour = 15;

    readonly double[] anomalyCelsius, clearness, pressurePascals;

    Weather(Climate climate, DateTimeOffset start, int hours)
    {
        (Climate, Start, Hours) = (climate, start, hours);
        (anomalyCelsius, clearness, pressurePascals) = (new double[hours], new double[hours], new double[hours]);
        (RainMillimetres, EvaporationMillimetres) = (new double[hours], new double[hours]);
    }

    public Climate Climate { get; }
    public DateTimeOffset Start { get; }
    public int Hours { get; }
    /// <summary>Rain of each hour, mm.</summary>
    public double[] RainMillimetres { get; }
    /// <summary>Reference evapotranspiration of each hour, mm.</summary>
    public double[] EvaporationMillimetres { get; }

    public static Weather Generate(Climate climate, DateTimeOffset start, int days, Chance chance)
    {
        var weather = new Weather(climate, start, days * 24);
        var (wet, anomaly, pressureAnomaly) = (false, chance.Gaussian() * AnomalyCelsius, 0.0);
        for (var day = 0; day < days; day++)
        {
            var date = start.AddDays(day);
            wet = chance.Happens(WetProbability(climate.WetDayShare[date.Month - 1], wet));
            anomaly = AnomalyPersistencePerDay * anomaly
                + AnomalyCelsius * Math.Sqrt(1 - AnomalyPersistencePerDay * AnomalyPersistencePerDay) * chance.Gaussian();
            pressureAnomaly = 0.8 * pressureAnomaly + chance.Gaussian(wet ? -250 : 80, 250);
            weather.FillDay(day, wet, anomaly, pressureAnomaly, chance);
        }
        return weather;
    }

    /// <summary>Rain comes in spells: tomorrow is likelier to be like today, while the share of wet days stays the climate's.</summary>
    static double WetProbability(double share, bool wetYesterday)
    {
        const double persistence = 0.35; // lag-one correlation of occurrence, Richardson 1981
        return wetYesterday ? share + persistence * (1 - share) : share * (1 - persistence);
    }

    void FillDay(int day, bool wet, double anomaly, double pressureAnomaly, Chance chance)
    {
        var clear = wet ? chance.Uniform(0.25, 0.6) : chance.Uniform(0.7, 1.0);
        for (var hour = day * 24; hour < (day + 1) * 24; hour++)
        {
            anomalyCelsius[hour] = anomaly;
            clearness[hour] = clear;
            pressurePascals[hour] = StandardPressurePascals(Climate.AltitudeMetres) + pressureAnomaly;
        }
        if (wet) Rain(day, chance);
        Evaporate(day, clear);
    }

    void Rain(int day, Chance chance)
    {
        var month = Start.AddDays(day).Month - 1;
        var (amount, first, length) = (chance.Exponential(Climate.WetDayMillimetres[month]), chance.Below(18), 1 + chance.Below(6));
        for (var hour = 0; hour < length; hour++) RainMillimetres[day * 24 + first + hour] = amount / length;
    }

    /// <summary>Hargreaves and Samani 1985, spread over the daylight hours as a half sine.</summary>
    void Evaporate(int day, double clear)
    {
        var date = Start.AddDays(day);
        var meanCelsius = Climate.SeasonalCelsius(date) + anomalyCelsius[day * 24];
        var range = 2 * Climate.DailyAmplitudeCelsius * clear;
        var millimetres = Math.Max(0, 0.0023 * ExtraterrestrialMillimetres(date) * (meanCelsius + 17.8) * Math.Sqrt(range));
        for (var hour = day * 24; hour < (day + 1) * 24; hour++)
        {
            var sun = Math.Max(0, Math.Sin(Math.PI * (Climate.SolarHour(Start.AddHours(hour)) - 6) / 12));
            EvaporationMillimetres[hour] = millimetres * sun * Math.PI / 24; // the half sine of 12 h integrates to 24/pi
        }
    }

    /// <summary>Radiation above the atmosphere as the water it could evaporate, mm per day: FAO Irrigation and Drainage Paper 56, equations 21-25.</summary>
    double ExtraterrestrialMillimetres(DateTimeOffset date)
    {
        var (latitude, angle) = (Climate.LatitudeDegrees * Math.PI / 180, 2 * Math.PI * date.DayOfYear / 365);
        var declination = 0.409 * Math.Sin(angle - 1.39);
        var sunset = Math.Acos(Math.Clamp(-Math.Tan(latitude) * Math.Tan(declination), -1, 1));
        var megajoules = 24 * 60 / Math.PI * 0.0820 * (1 + 0.033 * Math.Cos(angle))
            * (sunset * Math.Sin(latitude) * Math.Sin(declination) + Math.Cos(latitude) * Math.Cos(declination) * Math.Sin(sunset));
        return 0.408 * megajoules;
    }

    public static double StandardPressurePascals(double altitudeMetres) => 101325 * Math.Pow(1 - 2.25577e-5 * altitudeMetres, 5.25588);

    /// <summary>Deviation of the day from the season, degC, without the daily wave.</summary>
    public double DepartureCelsius(DateTimeOffset utc) => Between(anomalyCelsius, utc);

    /// <summary>1 under a clear sky, towards 0 under cloud.</summary>
    public double Clearness(DateTimeOffset utc) => Between(clearness, utc);

    public double AirCelsius(DateTimeOffset utc) => Climate.SeasonalCelsius(utc) + DepartureCelsius(utc) + DailyWave(utc);

    /// <summary>Warm afternoons are dry: humidity swings against the daily wave.</summary>
    public double HumidityPercent(DateTimeOffset utc) =>
        Math.Clamp(Climate.MeanHumidityPercent + 22 * (0.75 - Clearness(utc)) - 2.4 * DailyWave(utc), 8, 100);

    public double PressurePascals(DateTimeOffset utc) => Between(pressurePascals, utc);

    double DailyWave(DateTimeOffset utc) =>
        Climate.DailyAmplitudeCelsius * Clearness(utc) * Math.Cos(2 * Math.PI * (Climate.SolarHour(utc) - WarmestSolarHour) / 24);

    double Between(double[] hourly, DateTimeOffset utc)
    {
        var position = (utc - Start).TotalHours;
        if (position < 0 || position > Hours) throw new ArgumentOutOfRangeException(nameof(utc), $"No weather was generated for {utc:u}.");
        var hour = Math.Min((int)position, Hours - 2);
        return hourly[hour] + (position - hour) * (hourly[hour + 1] - hourly[hour]);
    }
}

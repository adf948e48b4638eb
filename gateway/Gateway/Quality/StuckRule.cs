using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Gateway.Quality;

/// <summary>
/// How long a probe may give the very same code before it is called stuck. A sound probe lies still too, for as long as nothing that reaches it moves it by one
/// step of its resolution, so the rule asks which wave of warmth still does at its depth: the day's, the weather's or the season's. (A moisture probe's water may
/// stand still for a whole dry season, but the probe's own dependence on temperature does not, and its converter sits in the box above.)
/// </summary>
/// <remarks>
/// Damping of a temperature wave with depth, exp(-z/D), D rising with the root of its period: Campbell and Norman, An Introduction to Environmental
/// Biophysics, 2nd ed. 1998, chapter 2. Measured on NEON's San Joaquin site, June 2022, 1/16 °C: the longest run of one code is 2 h down to 16 cm, 5 h at 26 cm, 14 h at
/// 46 cm, 83 h at 116 cm; of moisture 43 h at 46 cm, 54 h at 96 cm. A test measures the false alarms of that month: none.
/// </remarks>
public static class StuckRule
{
    /// <summary>Values a run must have, or a node that measures once a day, always at the same hour, would be judged by nights alone.</summary>
    public const int LeastReadings = 24;

    /// <summary>Half the swing at the surface of the dullest day or week: closed canopy, overcast.</summary>
    const double SurfaceAmplitudeCelsius = 1;

    /// <summary>Where the day's wave has fallen to 1/e: 8 cm in dry to 15 cm in moist mineral soil; the less it is, the longer we wait.</summary>
    const double DailyDampingCm = 10;

    /// <summary>What the wave must move from crest to trough to be seen for certain: two steps of a DS18B20.</summary>
    const double SeenCelsius = 2.0 / 16;

    /// <summary>Near the melting point temperature stands for weeks (the zero curtain), and ice does not move: no verdict.</summary>
    const double WinterRestCelsius = 1;

    /// <summary>Three dull days.</summary>
    static readonly TimeSpan ByDays = TimeSpan.FromDays(3);

    /// <summary>Two changes of weather, of a week each.</summary>
    static readonly TimeSpan ByWeather = TimeSpan.FromDays(14);

    /// <summary>At the turn of the year at the equator (2 °C of amplitude) the season's wave stays within a step for 29 days.</summary>
    static readonly TimeSpan BySeason = TimeSpan.FromDays(30);

    /// <summary>Air pressure, told in steps of 40 Pa, has tides twice a day (1 hPa and more in the tropics) beside the weather, soil air's CO2 the roots' and the
    /// sun's day: longest runs measured 8 h and 9 h.</summary>
    static readonly TimeSpan InAir = TimeSpan.FromDays(2);

    /// <summary>The longest that any probe is looked back at.</summary>
    public static readonly TimeSpan Farthest = BySeason + TimeSpan.FromDays(1);

    /// <param name="depthCm">Null above ground.</param>
    public static TimeSpan After(double? depthCm) => depthCm is not { } depth ? InAir : Sees(depth, 1) ? ByDays : Sees(depth, 7) ? ByWeather : BySeason;

    /// <summary>Snow above and freezing ground hold a thermometer at the melting point.</summary>
    public static bool IsMelting(int sixteenths) => sixteenths != Reading.Missing && Math.Abs(sixteenths / 16.0) <= WinterRestCelsius;

    /// <summary>Ground in which no water moves.</summary>
    public static bool IsFrozen(int sixteenths) => sixteenths != Reading.Missing && sixteenths / 16.0 <= WinterRestCelsius;

    static bool Sees(double depthCm, double periodDays) =>
        2 * SurfaceAmplitudeCelsius * Math.Exp(-depthCm / (DailyDampingCm * Math.Sqrt(periodDays))) >= SeenCelsius;
}

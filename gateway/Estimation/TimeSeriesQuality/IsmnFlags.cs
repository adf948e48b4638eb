namespace FourPerMille.Sensor.Estimation.TimeSeriesQuality;

/// <summary>
/// The flags of the International Soil Moisture Network (Dorigo et al. 2013, Vadose Zone Journal 12(3), as coded in flagit):
/// C beyond the plausible range, D dubious. Several may stand together; none is good, written G.
/// </summary>
[Flags]
public enum IsmnFlags : ushort
{
    None = 0,
    /// <summary>Soil moisture below 0.</summary>
    C01 = 1 << 0,
    /// <summary>Soil moisture above 60 % vol.</summary>
    C02 = 1 << 1,
    /// <summary>Soil moisture above saturation.</summary>
    C03 = 1 << 2,
    /// <summary>Soil colder than 0 C.</summary>
    D01 = 1 << 3,
    /// <summary>Air colder than 0 C.</summary>
    D02 = 1 << 4,
    /// <summary>Modelled soil colder than 0 C.</summary>
    D03 = 1 << 5,
    /// <summary>A rise without rain.</summary>
    D04 = 1 << 6,
    /// <summary>A rise without modelled rain.</summary>
    D05 = 1 << 7,
    /// <summary>A spike of one or two hours.</summary>
    D06 = 1 << 8,
    /// <summary>A drop.</summary>
    D07 = 1 << 9,
    /// <summary>A jump.</summary>
    D08 = 1 << 10,
    /// <summary>Constant low values after a drop.</summary>
    D09 = 1 << 11,
    /// <summary>A saturated plateau.</summary>
    D10 = 1 << 12,
}

public static class IsmnFlagNames
{
    static readonly IsmnFlags[] All = Enum.GetValues<IsmnFlags>().Where(f => f != IsmnFlags.None).ToArray();

    /// <summary>The flags as the network writes them: names in order, separated by a blank; G where there is none.</summary>
    public static string Describe(this IsmnFlags flags) =>
        flags == IsmnFlags.None ? "G" : string.Join(' ', All.Where(f => flags.HasFlag(f)));
}

/// <summary>One hour: soil moisture in % vol, temperatures in C, rain in mm. NaN is missing; modelled values come from a land surface model.</summary>
public readonly record struct IsmnHour(
    double SoilMoisture, double SoilTemperature = double.NaN, double AirTemperature = double.NaN, double Precipitation = double.NaN,
    double ModelledSoilTemperature = double.NaN, double ModelledPrecipitation = double.NaN);

/// <summary>What the tests need to know of the site.</summary>
/// <param name="SaturationPercent">Saturation of the soil, % vol; without it C03 is not tested.</param>
/// <param name="DepthMetres">Depth of the probe; D04 and D05 are for probes above 0.10 m.</param>
/// <param name="HighestPercent">
/// The highest plausible value (below 60) seen at this probe, % vol: plateaus (D10) are measured against it. The network looks back
/// two years; a batch takes the highest of its own series.
/// </param>
public sealed record IsmnSite(double? SaturationPercent = null, double? DepthMetres = null, double HighestPercent = double.NaN);

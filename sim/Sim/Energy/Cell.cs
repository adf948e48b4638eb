using FourPerMille.Sensor.Sim.Field;

namespace FourPerMille.Sensor.Sim.Energy;

/// <summary>A cell a node may live on, and how much of its label it gives.</summary>
/// <param name="AmpereHours">As labelled, at 20 to 25 °C.</param>
/// <param name="UsableShare">Above the voltage at which the node falls silent.</param>
/// <param name="ShareAtFreezing">Capacity at 0 °C as a share of that at 25 °C, at these small currents.</param>
/// <param name="SelfDischargeAYear">Share of the label lost in a year at 25 °C; doubles every 10 °C (Arrhenius, the usual rule).</param>
/// <param name="ShelfYears">No cell is promised for longer, however little is drawn.</param>
public sealed record Cell(
    string Name, double AmpereHours, double Volts, double UsableShare, double ShareAtFreezing, double SelfDischargeAYear, double ShelfYears, bool IsRechargeable, string Source)
{
    const double HoursPerYear = 8766;

    public static Cell LiFePO4 { get; } = new("LiFePO4, one 26650", 3.3, 3.2, 0.90, 0.85, 0.25, 10, true,
        "labels of 3.2 to 3.4 Ah; self-discharge 2 to 3 % a month");
    public static Cell LithiumIon { get; } = new("Li-ion, two 18650 in parallel", 6.0, 3.6, 0.85, 0.85, 0.20, 8, true,
        "labels of 3.0 Ah each, used down to 3.3 V; set the battery thresholds");
    public static Cell ThionylChloride { get; } = new("Li-SOCl2, one D", 17, 3.6, 0.70, 0.80, 0.02, 10, false,
        "Saft LS 33600 data sheet: 17 Ah at 5 mA and 20 °C, under 1 % a year in storage; pulses and cold cost the rest. Needs a pulse capacitor, and never feeds Wi-Fi");

    public static IReadOnlyList<Cell> All { get; } = [LiFePO4, LithiumIon, ThionylChloride];

    /// <summary>Years on the cell alone, at the place's mean warmth for self-discharge and its coldest month for capacity.</summary>
    public double Years(double averageMicroamperes, Climate place)
    {
        var usable = AmpereHours * UsableShare * CapacityShare(place.MeanCelsius - place.AnnualAmplitudeCelsius);
        var lost = AmpereHours * SelfDischargeAYear * Math.Pow(2, (place.MeanCelsius - 25) / 10);
        return Math.Min(ShelfYears, usable / (averageMicroamperes / 1e6 * HoursPerYear + lost));
    }

    /// <summary>Days without any sun.</summary>
    public double Days(double averageMicroamperes, Climate place) => Years(averageMicroamperes, place) * HoursPerYear / 24;

    /// <summary>The label a cell of this kind needs to feed a node for so many days without any sun, in the coldest month.</summary>
    public double AmpereHoursFor(double days, double averageMicroamperes, Climate place)
    {
        var lostADay = SelfDischargeAYear * Math.Pow(2, (place.MeanCelsius - place.AnnualAmplitudeCelsius - 25) / 10) * 24 / HoursPerYear;
        return averageMicroamperes / 1e6 * 24 * days / (UsableShare * CapacityShare(place.MeanCelsius - place.AnnualAmplitudeCelsius) - lostADay * days);
    }

    double CapacityShare(double celsius) => celsius >= 25 ? 1 : Math.Max(0, 1 - (1 - ShareAtFreezing) * (25 - celsius) / 25);
}

/// <summary>Sun on a small panel in the darkest month.</summary>
/// <param name="DarkestKilowattHours">Global radiation on the level, kWh/m2 a day: the order of magnitude of satellite climatologies such as PVGIS; look your place up.</param>
public sealed record Sun(string Place, Climate Climate, string DarkestMonth, double DarkestKilowattHours)
{
    public const double PanelWatts = 2;

    /// <summary>Charger 0.8, dust and leaves 0.7, tilt and heat 0.7.</summary>
    public const double YieldShare = 0.8 * 0.7 * 0.7;

    /// <summary>How many times over a panel shall feed its node in the darkest month: half of it in shade or gone, and a radio that listens in vain.</summary>
    public const double Reserve = 5;

    /// <summary>Snow on the panel, or a nest, until somebody comes.</summary>
    public const int DarkDays = 60;

    public static Sun Beauce { get; } = new("Beauce", Climate.Beauce, "December", 0.9);
    public static Sun Borgou { get; } = new("Borgou", Climate.Borgou, "August", 4.3);

    /// <summary>Deutscher Wetterdienst, normals of 1981 to 2010: 11 to 15 kWh/m2 in the whole of December north of the hills, 17 on Germany's mean.</summary>
    public static Sun NorthernGermany { get; } = new("Northern Germany", Climate.Beauce with { LatitudeDegrees = 53, LongitudeDegrees = 9.5, MeanCelsius = 9.5, AnnualAmplitudeCelsius = 8.5 }, "December", 0.4);

    public static IReadOnlyList<Sun> Places { get; } = [NorthernGermany, Beauce, Borgou];

    public double WattHoursADay => DarkestKilowattHours * PanelWatts * YieldShare;

    /// <summary>Watts on the label of the smallest panel that feeds the node with <see cref="Reserve"/>.</summary>
    public double PanelFor(double averageMicroamperes, double volts) => Reserve * averageMicroamperes / 1e6 * 24 * volts / (DarkestKilowattHours * YieldShare);

    /// <summary>How many times over the panel feeds the node in that month.</summary>
    public double Cover(double averageMicroamperes, double volts) => WattHoursADay / (averageMicroamperes / 1e6 * 24 * volts);
}

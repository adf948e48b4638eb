namespace FourPerMille.Sensor.Estimation.RothC;

/// <summary>
/// What drives one month. Weather drives the water balance; where probes measured the water content of the layer
/// (<see cref="WaterContent"/>), that replaces the balance.
/// </summary>
public readonly record struct RothCMonth
{
    public int Year { get; init; }
    public int Month { get; init; }
    /// <summary>Mean temperature, C. RothC was tuned on monthly air temperature; from a soil probe, record that it was.</summary>
    public double TemperatureCelsius { get; init; }
    public double RainMm { get; init; }
    /// <summary>Open pan evaporation, mm.</summary>
    public double EvaporationMm { get; init; }
    /// <summary>Plant carbon entering the soil, t C/ha.</summary>
    public double PlantTonnesPerHa { get; init; }
    /// <summary>Farmyard manure carbon, t C/ha.</summary>
    public double ManureTonnesPerHa { get; init; }
    public bool IsCovered { get; init; }
    /// <summary>Ratio of decomposable to resistant plant material: 1.44 crops and grass, 0.67 scrub, 0.25 woodland.</summary>
    public double DpmToRpm { get; init; }
    /// <summary>Radiocarbon of the plant input, % of modern.</summary>
    public double ModernPercent { get; init; }
    /// <summary>Volumetric water content of the layer from probes, m3/m3; null: the water balance decides.</summary>
    public ProbeWater? WaterContent { get; init; }
}

/// <summary>A measured water content between the wilting point and field capacity that bound it, all m3/m3.</summary>
public readonly record struct ProbeWater
{
    public ProbeWater(double waterContent, double fieldCapacity, double wiltingPoint)
    {
        if (!(fieldCapacity > wiltingPoint && wiltingPoint >= 0)) throw new ArgumentException("Field capacity lies above the wilting point.", nameof(fieldCapacity));
        if (!(waterContent is >= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(waterContent), "A water content is a fraction of the volume.");
        (WaterContent, FieldCapacity, WiltingPoint) = (waterContent, fieldCapacity, wiltingPoint);
    }

    public double WaterContent { get; }
    public double FieldCapacity { get; }
    public double WiltingPoint { get; }

    /// <summary>How much of the plant-available water is gone: (fc - theta)/(fc - wp), 0 at field capacity and above, 1 at wilting point and below.</summary>
    public double Depletion => Math.Clamp((FieldCapacity - WaterContent) / (FieldCapacity - WiltingPoint), 0, 1);
}

/// <summary>The three factors that scale every decomposition rate in a month.</summary>
public readonly record struct RateModifiers(double Temperature, double Moisture, double Cover)
{
    public double Product => Temperature * Moisture * Cover;

    /// <summary>a = 47.91/(1 + exp(106.06/(T + 18.27))), zero below -5 C.</summary>
    public static double OfTemperature(double celsius) =>
        celsius < -5 ? 0 : 47.91f / (Math.Exp(106.06f / (celsius + 18.27f)) + 1);

    /// <summary>
    /// Updates the moisture deficit (mm, zero at field capacity) by rain less 0.75 of open pan evaporation and returns the moisture
    /// modifier b: 1 above the 1-bar deficit, falling to the soil's minimum at 15 bar. Bare soil dries by itself only to its own bound.
    /// </summary>
    public static double OfWaterBalance(RothCSoil soil, in RothCMonth month, ref double deficitMm)
    {
        var bounds = soil.Deficits;
        double balanced = Math.Min(0, deficitMm + (month.RainMm - 0.75 * month.EvaporationMm));
        deficitMm = Math.Max(month.IsCovered ? bounds.Driest : Math.Min(bounds.Bare, deficitMm), balanced);
        if (deficitMm > bounds.OneBar) return 1;
        if (soil.Moisture == MoistureOption.VanGenuchtenDry && deficitMm <= bounds.FifteenBar) return soil.MinimumMoistureModifier;
        double least = soil.MinimumMoistureModifier;
        return least + (1 - least) * (bounds.FifteenBar - deficitMm) / (bounds.FifteenBar - bounds.OneBar);
    }

    /// <summary>The same function of a measured depletion s: 1 below 0.444, else 0.2 + 0.8 (1 - s)/0.556 (with the soil's minimum for 0.2).</summary>
    public static double OfProbe(ProbeWater water, double least = 0.2)
    {
        double s = water.Depletion;
        return s < 0.444 ? 1 : least + (1 - least) * (1 - s) / 0.556;
    }
}

namespace FourPerMille.Sensor.Estimation.RothC;

/// <summary>The official option <c>opt_RMmoist</c>: where the water deficits come from and how dry the soil may get.</summary>
public enum MoistureOption
{
    /// <summary>Deficits from clay alone (Coleman and Jenkinson 1996).</summary>
    Standard = 1,
    /// <summary>Van Genuchten deficits, and the soil may dry to -1000 bar (Farina et al. 2013).</summary>
    VanGenuchtenDry = 2,
    /// <summary>Van Genuchten deficits with the standard soil water function.</summary>
    VanGenuchten = 3,
}

/// <summary>The official option <c>opt_SMDbare</c>: how far bare soil can dry.</summary>
public enum BareSoilOption { Standard = 1, WiltingPoint = 2 }

/// <summary>The soil of a RothC run, checked at birth; everything that does not change from month to month.</summary>
public sealed record RothCSoil
{
    /// <summary>0.2 in RothC-26.3, at the precision of the official program (see <see cref="RothCModel"/>).</summary>
    public const double DefaultMinimumMoistureModifier = 0.2f;

    /// <param name="clayPercent">Clay of the fine earth, %.</param>
    /// <param name="depthCm">Depth of the layer simulated, cm; the water deficits scale with it from 23 cm.</param>
    /// <param name="inertTonnesPerHa">Inert organic matter, t C/ha; see <see cref="InertFromStock"/>.</param>
    /// <param name="siltPercent">Silt, %; only for the Van Genuchten options, like the next two.</param>
    /// <param name="bulkDensity">g/cm3.</param>
    /// <param name="organicCarbonPercent">% by mass.</param>
    /// <param name="minimumMoistureModifier">The least the moisture modifier can be; 0.2 in RothC-26.3.</param>
    /// <exception cref="ArgumentException">A value is outside its physical range or needed by the option and absent.</exception>
    public RothCSoil(double clayPercent, double depthCm, double inertTonnesPerHa,
        MoistureOption moisture = MoistureOption.Standard, BareSoilOption bare = BareSoilOption.Standard,
        double? siltPercent = null, double? bulkDensity = null, double? organicCarbonPercent = null, double minimumMoistureModifier = DefaultMinimumMoistureModifier)
    {
        Require(clayPercent is >= 0 and <= 100, nameof(clayPercent), "Clay is a percentage.");
        Require(depthCm > 0, nameof(depthCm), "A layer needs thickness.");
        Require(inertTonnesPerHa >= 0, nameof(inertTonnesPerHa), "Inert organic matter cannot be negative.");
        Require(minimumMoistureModifier is >= 0 and <= 1, nameof(minimumMoistureModifier), "The least moisture modifier lies between 0 and 1.");
        Require(Enum.IsDefined(moisture), nameof(moisture), "The moisture option is 1, 2 or 3.");
        Require(Enum.IsDefined(bare), nameof(bare), "The bare soil option is 1 or 2.");
        (ClayPercent, DepthCm, InertTonnesPerHa, Moisture, Bare) = (clayPercent, depthCm, inertTonnesPerHa, moisture, bare);
        MinimumMoistureModifier = minimumMoistureModifier;
        Deficits = moisture == MoistureOption.Standard
            ? WaterDeficits.FromClay(clayPercent, depthCm, bare)
            : WaterDeficits.VanGenuchten(clayPercent, Needed(siltPercent, nameof(siltPercent)), Needed(bulkDensity, nameof(bulkDensity)),
                Needed(organicCarbonPercent, nameof(organicCarbonPercent)), depthCm, moisture, bare);
    }

    public double ClayPercent { get; }
    public double DepthCm { get; }
    public double InertTonnesPerHa { get; }
    public MoistureOption Moisture { get; }
    public BareSoilOption Bare { get; }
    public double MinimumMoistureModifier { get; }
    public WaterDeficits Deficits { get; }

    /// <summary>CO2 to (BIO + HUM) ratio of decomposed carbon: 1.67 (1.85 + 1.60 exp(-0.0786 clay)), Coleman and Jenkinson 1996.</summary>
    public double CarbonDioxideRatio => 1.67f * (1.85f + 1.60f * Math.Exp(-0.0786f * ClayPercent));

    /// <summary>Inert organic matter, t C/ha, of a stock in t C/ha: 0.049 SOC^1.139 (Falloon et al. 1998).</summary>
    public static double InertFromStock(double stockTonnesPerHa) => 0.049 * Math.Pow(stockTonnesPerHa, 1.139);

    static void Require(bool holds, string name, string reason)
    {
        if (!holds) throw new ArgumentException(reason, name);
    }

    static double Needed(double? value, string name) => value is > 0
        ? value.Value
        : throw new ArgumentException("The Van Genuchten options need silt, bulk density and organic carbon, each above zero.", name);
}

/// <summary>
/// Soil moisture deficits that bound and shape the moisture modifier, mm of water over the layer, all at or below zero
/// (field capacity is zero).
/// </summary>
/// <param name="Driest">The driest a covered soil gets.</param>
/// <param name="FifteenBar">Wilting point, -15 bar.</param>
/// <param name="OneBar">-1 bar: wetter than this, decomposition is not slowed.</param>
/// <param name="Bare">The driest a bare soil gets by itself.</param>
public readonly record struct WaterDeficits(double Driest, double FifteenBar, double OneBar, double Bare)
{
    /// <summary>TSMD = -(20 + 1.3 clay - 0.01 clay^2) for 23 cm; 1 bar at 0.444 and bare soil at 0.556 of it.</summary>
    public static WaterDeficits FromClay(double clayPercent, double depthCm, BareSoilOption bare)
    {
        double fifteenBar = -(20 + 1.3f * clayPercent - 0.01f * (clayPercent * clayPercent)) * depthCm / 23;
        return new(fifteenBar, fifteenBar, 0.444f * fifteenBar, bare == BareSoilOption.Standard ? 0.556f * fifteenBar : fifteenBar);
    }

    /// <summary>Van Genuchten (1980) with the pedotransfer functions of Wosten et al. (1999) for topsoil, as Farina et al. (2013).</summary>
    public static WaterDeficits VanGenuchten(double clayPercent, double siltPercent, double bulkDensity, double organicCarbonPercent,
        double depthCm, MoistureOption moisture, BareSoilOption bare)
    {
        if (!(clayPercent > 0)) throw new ArgumentException("The Van Genuchten options need some clay.", nameof(clayPercent));
        var curve = WaterRetention.Wosten(clayPercent, siltPercent, bulkDensity, organicCarbonPercent);
        double fieldCapacity = curve.WaterContent(50);
        double Deficit(double mbar) => (curve.WaterContent(mbar) - fieldCapacity) * 10 * depthCm;
        double oneBar = Deficit(1_000), fifteenBar = Deficit(15_000);
        // 0.6388 / 0.8 puts the bare soil where the standard deficits have it: 0.556 of TSMD with 1 bar at 0.444.
        double bareDeficit = bare == BareSoilOption.Standard ? fifteenBar - 0.6388f / 0.8f * (fifteenBar - oneBar) : fifteenBar;
        return new(moisture == MoistureOption.VanGenuchtenDry ? Deficit(1_000_000) : fifteenBar, fifteenBar, oneBar, bareDeficit);
    }
}

/// <summary>A Van Genuchten water retention curve; residual water content 0.01 m3/m3.</summary>
public readonly record struct WaterRetention(double Alpha, double N, double Saturation)
{
    const double Residual = 0.01f;

    /// <summary>Water content, m3/m3, at a suction in mbar (cm of water): van Genuchten 1980, Eq. 3 with m = 1 - 1/n.</summary>
    public double WaterContent(double suctionMbar) =>
        Residual + (Saturation - Residual) / Math.Pow(1 + Math.Pow(Alpha * suctionMbar, N), 1 - 1 / N);

    /// <summary>Wosten et al. 1999, Geoderma 90, 169-185, Table 5, topsoil (t = 1); organic matter is 1.72 organic carbon.</summary>
    public static WaterRetention Wosten(double clay, double silt, double bulkDensity, double organicCarbonPercent)
    {
        double om = 1.72f * organicCarbonPercent, bd = bulkDensity;
        const double topsoil = 1;
        double alpha = Math.Exp(-14.96f + 0.03135f * clay + 0.0351f * silt + 0.646f * om + 15.29f * bd - 0.192f * topsoil - 4.671f * bd * bd
            - 0.000781f * clay * clay - 0.00687f * om * om + 0.0449f / om + 0.0663f * Math.Log(silt) + 0.1482f * Math.Log(om)
            - 0.04546f * bd * silt - 0.4852f * bd * om + 0.00673f * clay * topsoil);
        double saturation = 0.7919f + 0.001691f * clay - 0.29619f * bd - 0.000001491f * silt * silt + 0.0000821f * om * om + 0.02427f / clay
            + 0.01113f / silt + 0.01472f * Math.Log(silt) - 0.0000733f * om * clay - 0.000619f * bd * clay - 0.001183f * bd * om
            - 0.0001664f * silt * topsoil;
        double n = 1 + Math.Exp(-25.23f - 0.02195f * clay + 0.0074f * silt - 0.194f * om + 45.5f * bd - 7.24f * bd * bd + 0.0003658f * clay * clay
            + 0.002885f * om * om - 12.81f / bd - 0.1524f / silt - 0.01958f / om - 0.2876f * Math.Log(silt) - 0.0709f * Math.Log(om)
            - 44.6f * Math.Log(bd) - 0.02264f * bd * clay + 0.0896f * bd * om + 0.00718f * clay * topsoil);
        return new(alpha, n, saturation);
    }
}

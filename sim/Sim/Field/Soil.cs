namespace FourPerMille.Sensor.Sim.Field;

/// <summary>What the fine earth at one point is made of: the truth the sensors and the model are to find. Shares are of the mineral mass.</summary>
/// <param name="SocGramsPerKg">Soil organic carbon of the fine earth, g/kg.</param>
/// <param name="GoethiteShare">Yellow iron oxide, mass share (0.015 is common in Europe).</param>
/// <param name="HematiteShare">Red iron oxide, mass share; the mark of tropical soils.</param>
/// <param name="CarbonateShare">Calcite, mass share; whitens limestone plateaus.</param>
/// <param name="ScatterFactor">Effect of grain size and packing on scattering, 1 for the middle of the library.</param>
public sealed record Soil(
    double SocGramsPerKg,
    double ClayShare,
    double SandShare,
    double GoethiteShare,
    double HematiteShare,
    double CarbonateShare,
    double BulkDensityGramsPerCm3,
    double ScatterFactor = 1)
{
    public double PorosityShare => 1 - BulkDensityGramsPerCm3 / 2.65;

    /// <summary>Water held at the wilting point, at field capacity and when full, m3/m3.</summary>
    public WaterLimits WaterLimits => WaterLimits.Of(this);
}

/// <summary>Water contents, m3/m3, that a texture sets: Saxton and Rawls 2006, equations 1-2 (1500 and 33 kPa), and the porosity.</summary>
public sealed record WaterLimits(double WiltingPoint, double FieldCapacity, double Saturation)
{
    public static WaterLimits Of(Soil soil)
    {
        var (s, c, om) = (soil.SandShare, soil.ClayShare, Math.Min(8, 0.172 * soil.SocGramsPerKg)); // organic matter in %, 1.72 times the carbon
        var dry = -0.024 * s + 0.487 * c + 0.006 * om + 0.005 * s * om - 0.013 * c * om + 0.068 * s * c + 0.031;
        var field = -0.251 * s + 0.195 * c + 0.011 * om + 0.006 * s * om - 0.027 * c * om + 0.452 * s * c + 0.299;
        var wiltingPoint = Math.Max(0.02, dry + 0.14 * dry - 0.02);
        var saturation = soil.PorosityShare;
        var fieldCapacity = Math.Min(field + 1.283 * field * field - 0.374 * field - 0.015, 0.95 * saturation);
        return new(wiltingPoint, Math.Max(fieldCapacity, wiltingPoint + 0.02), saturation);
    }
}

namespace FourPerMille.Sensor.Sim.Field;

/// <summary>
/// A capacitive moisture probe: water raises the permittivity (Topp et al. 1980), permittivity lowers the voltage. Each probe has
/// its own voltages in air and water, clay binds water out of its sight, and warmth shifts it, which no certificate here corrects.
/// </summary>
public sealed class MoistureProbe
{
    const double Exponent = 0.35, VoltsPerDegree = -0.0006, NoiseVolts = 0.0015;
    const double WaterPermittivity = 80;

    readonly double voltsInAir, voltsInWater, clayShare;

    public MoistureProbe(string serial, double clayShare, int seed)
    {
        (Serial, this.clayShare) = (serial, clayShare);
        var chance = Chance.For(seed, $"moisture probe {serial}");
        (voltsInAir, voltsInWater) = (chance.Gaussian(2.55, 0.05), chance.Gaussian(1.20, 0.04));
    }

    public string Serial { get; }

    /// <summary>Output at a water content, m3/m3, and a soil temperature; <paramref name="chance"/> adds the noise of one sample.</summary>
    public double Volts(double waterContent, double celsius, Chance? chance = null) =>
        Between(Permittivity(waterContent)) + VoltsPerDegree * (celsius - 20) + (chance is null ? 0 : chance.Gaussian(0, NoiseVolts));

    public double VoltsInAir(Chance chance) => voltsInAir + chance.Gaussian(0, NoiseVolts);

    public double VoltsInWater(Chance chance) => voltsInWater + chance.Gaussian(0, NoiseVolts);

    double Between(double permittivity) => voltsInAir - (voltsInAir - voltsInWater)
        * (1 - Math.Pow(permittivity, -Exponent)) / (1 - Math.Pow(WaterPermittivity, -Exponent));

    double Permittivity(double water) => 1 + (2.03 + 9.3 * water + 146 * water * water - 76.7 * water * water * water) * (1 - 0.35 * clayShare);
}

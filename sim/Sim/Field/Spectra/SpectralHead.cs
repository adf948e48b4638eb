namespace FourPerMille.Sensor.Sim.Field.Spectra;

/// <summary>
/// One AS7265x head with its three lamps, as it was built: every band has its own sensitivity, every lamp its own spectrum, and
/// each measurement its own small tilt against the soil. Photo-signals are in counts at gain 1x and one integration step of 2.8 ms.
/// </summary>
public sealed class SpectralHead
{
    const double DarkCountsPerStep = 0.02;
    const double SignalOfWhitePerStep = 26; // the strongest band under the lamp on a white panel

    readonly int seed;
    readonly string serial;
    readonly double[] sensitivity;

    public SpectralHead(string serial, int seed)
    {
        (this.serial, this.seed) = (serial, seed);
        var chance = Chance.For(seed, $"spectral head {serial}");
        sensitivity = [.. Bands.CentresNm.Select(nm => SignalOfWhitePerStep * Lamp(nm) * chance.LogNormal(1, 0.07))];
    }

    /// <summary>Signal of the 18 bands with the lamp off.</summary>
    public double[] Dark() => [.. Enumerable.Repeat(DarkCountsPerStep, Bands.Count)];

    /// <summary>
    /// Signal of the 18 bands with the lamp on, over a surface of this reflectance. <paramref name="moment"/> names the measurement:
    /// the same moment repeats, another one differs by placement (1 %, all bands alike) and noise (0.25 %, each band).
    /// </summary>
    public double[] Lit(IReadOnlyList<double> reflectance, long moment)
    {
        var chance = Chance.For(seed, $"spectral head {serial} lit", moment);
        var placement = chance.LogNormal(1, 0.010);
        return [.. sensitivity.Select((s, band) => DarkCountsPerStep + s * reflectance[band] * placement * chance.LogNormal(1, 0.0025))];
    }

    /// <summary>White at 5700 K with its blue peak and yellow phosphor, a violet lamp for 410-435 nm and an infrared one beyond 750 nm.</summary>
    static double Lamp(double nm) =>
        0.45 * Bell(nm, 405, 18) + 0.75 * Bell(nm, 452, 14) + 0.95 * Bell(nm, 575, 62) + 0.22 * Bell(nm, 690, 45) + 0.9 * Bell(nm, 868, 52) + 0.10;

    static double Bell(double nm, double centre, double sigma) => Math.Exp(-0.5 * Math.Pow((nm - centre) / sigma, 2));
}

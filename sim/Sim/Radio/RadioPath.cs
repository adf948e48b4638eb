using FourPerMille.Sensor.Sim.Field;

namespace FourPerMille.Sensor.Sim.Radio;

/// <summary>
/// The way from a node to the concentrator: mean loss by distance (868 MHz over land, Petäjäjärvi et al. 2015: 128.95 dB at 1 km,
/// exponent 2.32), a shadow that stays with the place, and fading that changes with every frame.
/// </summary>
public sealed class RadioPath
{
    const double EirpDbm = 16, ShadowDb = 4, FadingDb = 5.5, NoiseFloorDbm = -117;
    const double AdrMarginDb = 10;

    readonly string node;
    readonly int seed;

    public RadioPath(string node, double distanceMetres, int seed)
    {
        if (!(distanceMetres > 0)) throw new ArgumentOutOfRangeException(nameof(distanceMetres));
        (this.node, this.seed, DistanceMetres) = (node, seed, distanceMetres);
        MeanRssiDbm = EirpDbm - (128.95 + 23.2 * Math.Log10(distanceMetres / 1000)) + Chance.For(seed, $"shadow {node}").Gaussian(0, ShadowDb);
        SpreadingFactor = Enumerable.Range(7, 6).FirstOrDefault(sf => MeanRssiDbm - AdrMarginDb >= SensitivityDbm(sf), 12);
    }

    public double DistanceMetres { get; }
    public double MeanRssiDbm { get; }
    /// <summary>The fastest spreading factor that keeps 10 dB in hand, as adaptive data rate would settle on.</summary>
    public int SpreadingFactor { get; }

    /// <summary>What the other end hears of a frame, the frames of a path numbered on: uplinks even, downlinks odd by convention of the caller.</summary>
    public Reception Hear(long frame)
    {
        var rssi = MeanRssiDbm + Chance.For(seed, $"fading {node}", frame).Gaussian(0, FadingDb);
        return new(rssi, rssi - NoiseFloorDbm, rssi >= SensitivityDbm(SpreadingFactor));
    }

    /// <summary>SX1301 concentrator at 125 kHz, dBm.</summary>
    public static double SensitivityDbm(int spreadingFactor) => -126.5 - 2.6 * (spreadingFactor - 7);
}

public readonly record struct Reception(double RssiDbm, double SnrDb, bool Heard);

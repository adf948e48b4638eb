namespace FourPerMille.Sensor.Sim.Field;

/// <summary>
/// The soil under every point of a region: each property varies smoothly over about 250 m (a Gaussian random field as a sum of
/// random waves), with a nugget that two cores a step apart would also show.
/// </summary>
public sealed class SoilMap
{
    const int Waves = 48;
    const double RangeMetres = 250;
    const double NuggetShare = 0.15; // of the variance

    readonly Region region;
    readonly int seed;
    readonly (double East, double North, double Phase)[][] waves;

    public SoilMap(Region region, int seed)
    {
        (this.region, this.seed) = (region, seed);
        var chance = Chance.For(seed, $"soil map of {region.Name}");
        waves = [.. Enumerable.Range(0, 7).Select(_ => Enumerable.Range(0, Waves)
            .Select(_ => (chance.Gaussian() / RangeMetres, chance.Gaussian() / RangeMetres, chance.Uniform(0, 2 * Math.PI))).ToArray())];
    }

    /// <summary>The soil at a place, metres from the south-west corner, with its nugget.</summary>
    public Soil At(double east, double north)
    {
        var nugget = Chance.For(seed, $"nugget of {region.Name}", (long)(east * 10) * 1_000_003 + (long)(north * 10));
        return region.Soils.From(property => Math.Sqrt(1 - NuggetShare) * Smooth(property, east, north) + Math.Sqrt(NuggetShare) * nugget.Gaussian(),
            nugget.LogNormal(1, 0.08));
    }

    /// <summary>Organic carbon without the nugget, for drawing a map, g/kg.</summary>
    public double SmoothSocGramsPerKg(double east, double north) =>
        region.Soils.SocGramsPerKg.At(Math.Sqrt(1 - NuggetShare) * Smooth(0, east, north));

    double Smooth(int property, double east, double north) =>
        waves[property].Sum(w => Math.Cos(w.East * east + w.North * north + w.Phase)) * Math.Sqrt(2.0 / Waves);
}

namespace FourPerMille.Sensor.Sim.Field.Spectra;

/// <summary>Where the soils of a run come from: generated, or a user's file of measured ones.</summary>
public interface ISoils
{
    /// <summary>True when the soils and their spectra are computed: coverage is then a self-consistency, no proof.</summary>
    bool Generated { get; }

    /// <summary>For the reader: where the soils come from.</summary>
    string Description { get; }

    /// <summary>Soils of a European-like library, none of which lies in a region.</summary>
    IReadOnlyList<Specimen> Library(int count);

    /// <summary>The soil at a place of a region, metres from its south-west corner. <paramref name="place"/> numbers the places of a region.</summary>
    Specimen At(Region region, int place, double east, double north);

    /// <summary>A map of carbon without small-scale noise, g/kg, or null where the soils are a list and no map exists.</summary>
    Func<double, double, double>? CarbonMap(Region region);
}

/// <summary>Soils drawn from the populations of the regions, their spectra from <see cref="SoilOptics"/>.</summary>
public sealed class GeneratedSoils(int seed) : ISoils
{
    readonly Dictionary<string, SoilMap> maps = Region.Twins.ToDictionary(r => r.Name, r => new SoilMap(r, seed));

    public bool Generated => true;

    public string Description => "generated soils (Kubelka-Munk mixtures of iron oxides, clay, quartz, calcite and organic matter)";

    public IReadOnlyList<Specimen> Library(int count)
    {
        var chance = Chance.For(seed, "european library");
        return [.. Enumerable.Range(1, count).Select(n => new Specimen($"EU{n:000}", SoilPopulation.Europe.Draw(chance)))];
    }

    public Specimen At(Region region, int place, double east, double north) =>
        new($"{region.Name}-{place:00}", maps[region.Name].At(east, north));

    public Func<double, double, double> CarbonMap(Region region) => maps[region.Name].SmoothSocGramsPerKg;
}

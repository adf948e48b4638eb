using FourPerMille.Sensor.Sim.Field;
using FourPerMille.Sensor.Sim.Field.Spectra;
using FourPerMille.Sensor.Sim.Fleet;

namespace FourPerMille.Sensor.Sim.Pilot;

/// <summary>Where nodes and cores go in a region, and what the ground is there: laid out once, from the seed.</summary>
public sealed class FieldPlan
{
    const int SpinUpDays = 150; // the soil forgets how wet it was guessed to be

    readonly PilotOptions options;
    readonly ISoils soils;
    readonly RecordedSeries? series;

    FieldPlan(Region region, PilotOptions options, ISoils soils, RecordedSeries? series)
    {
        (Region, this.options, this.soils, this.series) = (region, options, soils, series);
        Weather = Weather.Generate(region.Climate, options.StartUtc.AddDays(-SpinUpDays), SpinUpDays + (int)Math.Ceiling(options.Days) + 21,
            Chance.For(options.Seed, $"weather of {region.Name}"));
        Sites = LayNodes();
    }

    public Region Region { get; }
    public Weather Weather { get; }
    public IReadOnlyList<NodeSite> Sites { get; }

    public string WeatherDescription => series is null
        ? "generated weather"
        : $"replay of {series.Name} ({series.Start:MMMM yyyy}, {series.Length.TotalDays:F0} days by depth), air generated";

    public static FieldPlan Lay(Region region, PilotOptions options, ISoils soils, RecordedSeries? series) => new(region, options, soils, series);

    /// <summary>Cores on a jittered grid over the whole field, so that they speak for all of it, each at the water the ground has then.</summary>
    public IReadOnlyList<LibraryRow> TakeCores(int count, Laboratory laboratory, DateTimeOffset utc)
    {
        var chance = Chance.For(options.Seed, $"cores of {Region.Name}");
        var columns = (int)Math.Ceiling(Math.Sqrt(count * Region.WidthMetres / Region.HeightMetres));
        var rows = (int)Math.Ceiling(count / (double)columns);
        return [.. Enumerable.Range(0, count).Select(n =>
        {
            var east = Region.WidthMetres * ((n % columns) + chance.Uniform(0.2, 0.8)) / columns;
            var north = Region.HeightMetres * ((n / columns) + chance.Uniform(0.2, 0.8)) / rows;
            var specimen = soils.At(Region, Sites.Count + n, east, north) with { Id = $"{Region.Name}-core-{n + 1:00}" };
            return laboratory.Measure(specimen, CoreWater(specimen, utc, chance), east, north);
        })];
    }

    /// <summary>Half of the cores are looked at as taken, half after wetting: the model must know this soil in the states the head will meet.</summary>
    double CoreWater(Specimen specimen, DateTimeOffset utc, Chance chance)
    {
        var asTaken = Sites[0].Ground.WaterContent(NodeSite.HeadDepthCm, utc);
        return chance.Happens(0.5) ? asTaken * chance.LogNormal(1, 0.15) : chance.Uniform(0.03, 0.95 * specimen.Soil.WaterLimits.FieldCapacity);
    }

    /// <summary>True carbon on a grid for the plan, rows from north to south.</summary>
    public double[][]? CarbonGrid(int columns)
    {
        if (soils.CarbonMap(Region) is not { } map) return null;
        var rows = (int)Math.Round(columns * Region.HeightMetres / Region.WidthMetres);
        return [.. Enumerable.Range(0, rows).Select(row => Enumerable.Range(0, columns)
            .Select(column => map(Region.WidthMetres * (column + 0.5) / columns, Region.HeightMetres * (rows - row - 0.5) / rows)).ToArray())];
    }

    /// <summary>Rain of each day of the run, mm; empty where water is a replay.</summary>
    public IReadOnlyList<double> DailyRain() => series?.Has(RecordedSeries.Quantity.WaterContent) == true ? [] :
        [.. Enumerable.Range(SpinUpDays, (int)Math.Ceiling(options.Days)).Select(day => Weather.RainMillimetres.Skip(24 * day).Take(24).Sum())];

    IReadOnlyList<NodeSite> LayNodes()
    {
        var chance = Chance.For(options.Seed, $"sites of {Region.Name}");
        var columns = (int)Math.Ceiling(Math.Sqrt(options.NodesPerRegion * Region.WidthMetres / Region.HeightMetres));
        var rows = (int)Math.Ceiling(options.NodesPerRegion / (double)columns);
        return [.. Enumerable.Range(0, options.NodesPerRegion).Select(n =>
        {
            var east = Region.WidthMetres * ((n % columns) + chance.Uniform(0.3, 0.7)) / columns;
            var north = Region.HeightMetres * (1 - ((n / columns) + chance.Uniform(0.3, 0.7)) / rows);
            return Site(n, east, north);
        })];
    }

    NodeSite Site(int n, double east, double north)
    {
        var specimen = soils.At(Region, n, east, north);
        IGround ground = new ModelledGround(specimen.Soil, Weather);
        if (series is not null)
            ground = new RecordedGround(series, ground, specimen.Soil, Region.Climate, options.StartUtc, Chance.For(options.Seed, $"replay {Region.Name}", n));
        var twin = Region.Twins.ToList().IndexOf(Region);
        return new NodeSite($"5e500{twin + 1:x3}{n + 1:x8}", $"{"FB"[twin]}{n + 1}", Region, east, north, SpeaksLoRa: n == options.NodesPerRegion - 1, specimen, ground);
    }
}

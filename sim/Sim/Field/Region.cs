namespace FourPerMille.Sensor.Sim.Field;

/// <summary>One region of a twin: its climate, its ground and what its soils are like.</summary>
/// <param name="Name">As the wire says it: <c>france</c>, <c>benin</c>.</param>
/// <param name="WidthMetres">West to east.</param>
/// <param name="HeightMetres">South to north.</param>
public sealed record Region(string Name, string Title, string Country, string SoilName, Climate Climate, SoilPopulation Soils,
    double WidthMetres, double HeightMetres)
{
    public const string Twin = "beauce-borgou";

    public static Region Beauce { get; } = new("france", "Beauce", "France", "Haplic Luvisol on loess over limestone",
        Climate.Beauce, SoilPopulation.Beauce, 900, 620);

    public static Region Borgou { get; } = new("benin", "Borgou", "Benin", "Ferralsol, rich in haematite",
        Climate.Borgou, SoilPopulation.Borgou, 900, 620);

    public static IReadOnlyList<Region> Twins { get; } = [Beauce, Borgou];
}

/// <summary>The spread of soils in a place: medians and the standard deviations of their logarithms.</summary>
public sealed record SoilPopulation(
    Spread SocGramsPerKg, Spread Clay, Spread Sand, Spread Goethite, Spread Hematite, Spread Carbonate, Spread BulkDensity)
{
    /// <summary>Arable loess plateau.</summary>
    public static SoilPopulation Beauce { get; } = new(
        new(15, 0.25), new(0.24, 0.14), new(0.10, 0.20), new(0.014, 0.15), new(0.0006, 0.3), new(0.03, 0.5), new(1.36, 0.05));

    /// <summary>Red savanna soils under maize and cotton.</summary>
    public static SoilPopulation Borgou { get; } = new(
        new(9, 0.32), new(0.34, 0.16), new(0.46, 0.12), new(0.012, 0.25), new(0.034, 0.28), new(0.0005, 0.3), new(1.45, 0.05));

    /// <summary>What a continental European library holds: every texture, yellow-brown iron, some chalk, some peaty margins.</summary>
    public static SoilPopulation Europe { get; } = new(
        new(16, 0.55), new(0.22, 0.45), new(0.28, 0.60), new(0.013, 0.45), new(0.0010, 0.8), new(0.02, 1.2), new(1.35, 0.08));

    /// <summary>An independent soil: every property drawn on its own (a library); <see cref="SoilMap"/> draws neighbours alike.</summary>
    public Soil Draw(Chance chance) => From(_ => chance.Gaussian(), chance.LogNormal(1, 0.10));

    /// <summary>The soil whose properties stand at these standard scores, asked for in turn 0..6.</summary>
    public Soil From(Func<int, double> score, double scatterFactor)
    {
        var clay = Math.Clamp(Clay.At(score(1)), 0.03, 0.65);
        return new Soil(
            SocGramsPerKg.At(score(0)), clay, Math.Clamp(Sand.At(score(2)), 0.02, 0.95 - clay),
            Math.Min(0.08, Goethite.At(score(3))), Math.Min(0.12, Hematite.At(score(4))), Math.Min(0.35, Carbonate.At(score(5))),
            Math.Clamp(BulkDensity.At(score(6)), 1.05, 1.75), scatterFactor);
    }
}

/// <summary>A log-normal property.</summary>
public readonly record struct Spread(double Median, double LogSd)
{
    public double At(double standardScore) => Median * Math.Exp(LogSd * standardScore);
}

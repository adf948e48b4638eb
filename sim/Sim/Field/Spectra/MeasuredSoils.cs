namespace FourPerMille.Sensor.Sim.Field.Spectra;

/// <summary>
/// A user's own measured soils, a CSV with the columns <c>id, clay, silt, sand</c> (%), <c>tc</c> (g carbon per 100 g) and
/// <c>R410 .. R940</c> (dry reflectance 0..1). The reddest quarter plays the far twin and never enters the library; of the rest a
/// few held out play the near twin. Wetting and the head's own errors are simulated on top.
/// </summary>
public sealed class MeasuredSoils : ISoils
{
    const int HeldOutForNearTwin = 40;

    readonly string file;
    readonly IReadOnlyList<Specimen> library, near, far;

    MeasuredSoils(string file, IReadOnlyList<Specimen> library, IReadOnlyList<Specimen> near, IReadOnlyList<Specimen> far) =>
        (this.file, this.library, this.near, this.far) = (file, library, near, far);

    public bool Generated => false;

    public string Description => $"measured soils of {Path.GetFileName(file)}: {library.Count} in the library, "
        + $"{near.Count} held out for the near twin, the {far.Count} reddest for the far twin; wetting and head simulated";

    /// <exception cref="FormatException">A column is missing, a number is none, or the file holds fewer than 160 soils.</exception>
    public static MeasuredSoils Read(string file, int seed)
    {
        var specimens = ReadSpecimens(Csv.Read(file));
        if (specimens.Count < 160)
            throw new FormatException($"{file} holds {specimens.Count} soils; two regions, 30 cores and a library need at least 160.");
        var chance = Chance.For(seed, "measured soils");
        var byRedness = specimens.OrderByDescending(Redness).ToArray();
        var far = Shuffled(byRedness[..(byRedness.Length / 4)], chance);
        var rest = Shuffled(byRedness[(byRedness.Length / 4)..], chance);
        return new MeasuredSoils(file, rest[HeldOutForNearTwin..], rest[..HeldOutForNearTwin], far);
    }

    public IReadOnlyList<Specimen> Library(int count) => [.. library.Take(count)];

    public Specimen At(Region region, int place, double east, double north)
    {
        var pool = region.Name == Region.Beauce.Name ? near : far;
        return pool[place % pool.Count];
    }

    public Func<double, double, double>? CarbonMap(Region region) => null;

    static IReadOnlyList<Specimen> ReadSpecimens(Csv table)
    {
        var (id, clay, sand, carbon) = (table.Column("id"), table.Column("clay"), table.Column("sand"), table.Column("tc"));
        var bands = Bands.CentresNm.Select(nm => table.Column($"R{nm:0}")).ToArray();
        return [.. table.Rows
            .Where(row => row[carbon].Length > 0 && row[clay].Length > 0 && row[sand].Length > 0)
            .Select(row => new Specimen(row[id], MeasuredSoil(table, row, clay, sand, carbon),
                bands.Select(band => Reflectance(table, row, band)).ToArray()))];
    }

    static Soil MeasuredSoil(Csv table, string[] row, int clay, int sand, int carbon)
    {
        var soc = 10 * table.Number(row, carbon); // g/100 g
        // No bulk density in the file: falls with carbon, about as Alexander 1980.
        return new Soil(soc, table.Number(row, clay) / 100, table.Number(row, sand) / 100, 0, 0, 0,
            Math.Clamp(1.66 - 0.318 * Math.Sqrt(soc / 10), 1.0, 1.7));
    }

    static double Reflectance(Csv table, string[] row, int band)
    {
        var value = table.Number(row, band);
        return value is > 0 and < 1 ? value : throw new FormatException($"soil {row[0]}: a reflectance of {value} is not between 0 and 1.");
    }

    /// <summary>How much more red than blue-green a soil reflects: the redness ratio of Madeira et al. 1997 in our bands.</summary>
    static double Redness(Specimen specimen)
    {
        var r = specimen.DryReflectance!;
        var (blue, green, red) = (r[2], r[5], r[9]);
        return red * red / (blue * green * green * green);
    }

    static Specimen[] Shuffled(Specimen[] specimens, Chance chance)
    {
        var shuffled = specimens.ToArray();
        for (var i = shuffled.Length - 1; i > 0; i--)
        {
            var other = chance.Below(i + 1);
            (shuffled[i], shuffled[other]) = (shuffled[other], shuffled[i]);
        }
        return shuffled;
    }
}

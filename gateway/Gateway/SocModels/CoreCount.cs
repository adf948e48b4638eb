namespace FourPerMille.Sensor.Gateway.SocModels;

/// <summary>How many cores a campaign should take.</summary>
/// <param name="ForMean">For the wanted standard error of the mean; null where neither spread nor error was told.</param>
public sealed record CoreCount(int? ForMean)
{
    /// <summary>Local cores that a calibration needs before its own errors, not a library's, set its intervals; what an abstention asks for.</summary>
    public const int ForModel = 30;

    const int MostAsked = 100_000;

    public int Recommended => Math.Max(ForModel, ForMean ?? 0);

    /// <summary>
    /// n = (s/u)², the size of a simple random sample whose mean has the standard error u where the soils' standard deviation is s (Cochran 1977,
    /// Sampling Techniques, section 4.6, without the correction for a finite population: a field holds millions of cores). Strata only lower it.
    /// </summary>
    /// <param name="spread">Expected standard deviation of soil carbon over the area, g/kg: of an earlier campaign, or a quarter of the range that is expected.</param>
    /// <param name="wantedError">Wanted standard error of the mean, g/kg.</param>
    /// <exception cref="InputRefused">One without the other, or numbers that cannot be.</exception>
    public static CoreCount Of(double? spread, double? wantedError)
    {
        if (spread is null && wantedError is null) return new((int?)null);
        if (spread is not > 0 || wantedError is not > 0 || !double.IsFinite(spread.Value) || !double.IsFinite(wantedError.Value))
            throw new InputRefused("spread, wantedError: give both, above zero, in g/kg, or neither.") { Key = "model.refused-spread" };
        var needed = Math.Ceiling(Math.Pow(spread.Value / wantedError.Value, 2) * (1 - 1e-12));
        return needed <= MostAsked ? new((int)needed)
            : throw new InputRefused($"wantedError: {wantedError} g/kg at a spread of {spread} g/kg would take {needed:0} cores. Ask for less.") { Key = "model.refused-too-many", Parts = [needed] };
    }

    /// <summary>Shares cores out over strata by area, two at least to each: the rest by largest remainder.</summary>
    /// <exception cref="InputRefused">Fewer than two a stratum.</exception>
    public static int[] Share(int cores, IReadOnlyList<double> areas)
    {
        const int least = 2;
        if (cores < least * areas.Count)
            throw new InputRefused($"cores: {cores} over {areas.Count} strata; each needs {least}, a spread cannot be told from one.") { Key = "model.refused-few-cores", Parts = [cores, areas.Count, least * areas.Count] };
        var free = cores - least * areas.Count;
        var wished = areas.Select(area => free * area / areas.Sum()).ToList();
        var shares = wished.Select(w => least + (int)Math.Floor(w)).ToArray();
        foreach (var i in Enumerable.Range(0, areas.Count).OrderByDescending(i => wished[i] - Math.Floor(wished[i])).ThenBy(i => i).Take(cores - shares.Sum())) shares[i]++;
        return shares;
    }
}

namespace FourPerMille.Sensor.Estimation.Stock;

/// <summary>A mineral soil mass of the reference, and the depth at which the reference had it.</summary>
public readonly record struct ReferenceMass(double TopCm, double BottomCm, double CumulatedMineral);

/// <summary>One layer on the reference's mineral masses. Extrapolated: the core itself has less mineral soil than asked for.</summary>
public readonly record struct EquivalentLayer(ReferenceMass Reference, SoilMasses Layer, SoilMasses Cumulated, bool IsExtrapolated)
{
    public double BulkDensity => Layer.Soil / (Reference.BottomCm - Reference.TopCm);
    public double SocPercent => Layer.Soc / Layer.Soil * 100;
    public double SomPercent => Layer.Som / Layer.Soil * 100;
}

/// <summary>
/// Stocks on an equivalent mass of mineral soil (von Haden, Yang and DeLucia 2020, Global Change Biology 26, 3759-3770):
/// cumulated organic carbon, and organic matter, as monotone splines over cumulated mineral mass from (0, 0), read at the
/// reference's masses. Compaction then changes nothing, where at fixed depth it feigns a gain.
/// </summary>
public static class EquivalentSoilMass
{
    /// <summary>Fewer layers than this do not fix a curve; von Haden et al. advise at least three segments.</summary>
    public const int LeastLayers = 3;

    /// <summary>The reference masses of one or several cores of a reference: the mean per depth over the cores that have it.</summary>
    public static ReferenceMass[] Reference(IEnumerable<SoilCore> cores) =>
        cores.SelectMany(core => core.Layers.Zip(core.Cumulated(), (layer, sum) => (layer.TopCm, layer.BottomCm, sum.Mineral)))
            .GroupBy(l => (l.TopCm, l.BottomCm))
            .Select(g => new ReferenceMass(g.Key.TopCm, g.Key.BottomCm, g.Average(l => l.Mineral)))
            .OrderBy(r => r.TopCm).ThenBy(r => r.BottomCm).ToArray();

    /// <summary>The core on the reference's mineral masses.</summary>
    /// <param name="extrapolate">
    /// False: reference masses beyond the core's own are left out. True: they are read off the last piece of the spline and
    /// flagged, but never deeper than the core was sampled.
    /// </param>
    /// <exception cref="ArgumentException">The core has fewer than three layers.</exception>
    public static EquivalentLayer[] Of(SoilCore core, IReadOnlyList<ReferenceMass> reference, bool extrapolate)
    {
        if (core.Layers.Count < LeastLayers)
            throw new ArgumentException($"Equivalent soil mass needs at least {LeastLayers} layers in a core; this one has {core.Layers.Count}.");
        var sums = core.Cumulated();
        double[] mineral = [0, .. sums.Select(s => s.Mineral)];
        var soc = new HymanSpline(mineral, [0, .. sums.Select(s => s.Soc)]);
        var som = new HymanSpline(mineral, [0, .. sums.Select(s => s.Som)]);

        var layers = new List<EquivalentLayer>();
        var above = default(SoilMasses);
        foreach (var mass in reference)
        {
            bool beyond = mass.CumulatedMineral > soc.LastKnot;
            if (extrapolate ? mass.BottomCm > core.DepthCm : beyond) continue;
            double organic = som[mass.CumulatedMineral];
            var sum = new SoilMasses(mass.CumulatedMineral + organic, soc[mass.CumulatedMineral], organic);
            layers.Add(new(mass, sum - above, sum, beyond));
            above = sum;
        }
        return [.. layers];
    }
}

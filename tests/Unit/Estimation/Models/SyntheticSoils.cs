using FourPerMille.Sensor.Estimation.Algebra;
using FourPerMille.Sensor.Estimation.Models;

namespace FourPerMille.Sensor.Unit.Estimation.Models;

/// <summary>
/// Reflectance of invented soils on the 18 bands of the AS7265x: iron, clay and carbon darken and bend it, and something unmodelled adds an
/// error (its <c>surprise</c>) that grows with the carbon. Reproducible from a seed; the regional shift moves a whole population of soils.
/// </summary>
static class SyntheticSoils
{
    public static double[] Bands { get; } = [410, 435, 460, 485, 510, 535, 560, 585, 610, 645, 680, 705, 730, 760, 810, 860, 900, 940];

    public static TrainingSet Draw(int count, int seed, double region = 0, string prefix = "s", double surprise = 0.15)
    {
        var chance = new Random(seed);
        double Gauss() => Math.Sqrt(-2 * Math.Log(1 - chance.NextDouble())) * Math.Cos(2 * Math.PI * chance.NextDouble());
        var (spectra, carbon) = (new RowMatrix(count, Bands.Length), new double[count]);
        for (var i = 0; i < count; i++)
        {
            carbon[i] = 12 * Math.Exp(0.5 * Gauss());
            var (iron, clay) = (1 + 0.3 * Gauss() + region, 1 + 0.3 * Gauss());
            var seen = carbon[i] * (1 + surprise * Gauss());
            for (var j = 0; j < Bands.Length; j++)
            {
                var nm = (Bands[j] - 410) / 530;
                var absorbance = 0.9 - 0.5 * nm + 0.012 * seen * (1 - 0.4 * nm) + 0.15 * iron * Math.Exp(-Math.Pow((nm - 0.15 - 0.2 * region) / 0.2, 2))
                    + 0.08 * clay * nm * nm + 0.002 * Gauss();
                spectra[i, j] = Math.Pow(10, -absorbance);
            }
        }
        return new([.. Enumerable.Range(0, count).Select(i => prefix + i)], Bands, spectra, carbon);
    }

    /// <summary>The same soils at water contents from dry to wet: water darkens every band, much as carbon does.</summary>
    public static TrainingSet Wetted(int count, int seed)
    {
        var dry = Draw(count, seed);
        var chance = new Random(seed + 1);
        var moisture = Enumerable.Range(0, count).Select(_ => 0.02 + 0.35 * chance.NextDouble()).ToArray();
        var wet = dry.Spectra.Copy();
        for (var i = 0; i < count; i++)
            for (var j = 0; j < Bands.Length; j++)
                wet[i, j] *= Math.Pow(10, -moisture[i] * (1 - 0.4 * (Bands[j] - 410) / 530));
        return new(dry.Ids, Bands, wet, dry.Targets, null, moisture);
    }
}

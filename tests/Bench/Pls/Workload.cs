using FourPerMille.Sensor.Estimation.Algebra;

namespace FourPerMille.Sensor.Bench.Pls;

/// <summary>Spectra of the size that is timed: sums of forty smooth bands, as a text file every program can read.</summary>
static class Workload
{
    public const int Rows = 548, Bands = 700;

    public static (RowMatrix Spectra, double[] Target) Make()
    {
        var chance = new Random(4);
        double Gauss() => Math.Sqrt(-2 * Math.Log(1 - chance.NextDouble())) * Math.Cos(2 * Math.PI * chance.NextDouble());
        const int Sources = 40;
        var (centres, widths, effects) = (new double[Sources], new double[Sources], new double[Sources]);
        for (var k = 0; k < Sources; k++) (centres[k], widths[k], effects[k]) = (Bands * chance.NextDouble(), 10 + 60 * chance.NextDouble(), Gauss());
        var (spectra, target) = (new RowMatrix(Rows, Bands), new double[Rows]);
        for (var i = 0; i < Rows; i++)
            for (var k = 0; k < Sources; k++)
            {
                var amount = Gauss();
                target[i] += effects[k] * amount + 0.1 * Gauss();
                for (var j = 0; j < Bands; j++) spectra[i, j] += 0.1 * amount * Math.Exp(-Math.Pow((j - centres[k]) / widths[k], 2)) + 0.0002 * Gauss();
            }
        return (spectra, target);
    }
}

using FourPerMille.Sensor.Estimation.Algebra;

namespace FourPerMille.Sensor.Unit.Estimation.Plsr;

/// <summary>Twelve rows of six bands made by a formula, so that any program can make them: the expected figures are scikit-learn 1.2.1's.</summary>
static class SmallCase
{
    public static RowMatrix Spectra { get; } = RowMatrix.FromRows([.. Enumerable.Range(0, 12).Select(i =>
        Enumerable.Range(0, 6).Select(j => (7 * i * i + 3 * j * i + 5 * j * j) % 17 / 10.0 + 0.05 * i * j).ToArray())]);

    public static double[] Target { get; } = [.. Enumerable.Range(0, 12).Select(i => (5 * i * i + 2 * i) % 13 / 3.0 + 0.4 * i)];

    public static double[] EqualWeights { get; } = [.. Enumerable.Repeat(1.0, 12)];
}

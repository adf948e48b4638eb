using MathNet.Numerics.LinearAlgebra;

namespace FourPerMille.Sensor.Estimation.Spectra;

/// <summary>What becomes of the first and last bands, where the window does not fit.</summary>
public enum SavitzkyGolayEdges
{
    /// <summary>They are dropped: (window - 1)/2 bands fewer on either side.</summary>
    Drop,
    /// <summary>They are read off the polynomial through the first or last full window: as many bands as before.</summary>
    Fit,
}

/// <summary>
/// Smoothing and differentiation by a polynomial fitted in a moving window (Savitzky and Golay 1964, Anal. Chem. 36:1627-1639;
/// general weights as in Gorry 1990, Anal. Chem. 62:570-573). Derivatives are per band step, not per nanometre.
/// </summary>
public sealed class SavitzkyGolay
{
    readonly double[][] _weights; // [place in the window][band of the window]

    /// <param name="window">Bands in the window, odd, at least 3.</param>
    /// <param name="order">Degree of the polynomial, below the window.</param>
    /// <param name="derivative">0 smooths; at most the order.</param>
    public SavitzkyGolay(int window, int order, int derivative = 0, SavitzkyGolayEdges edges = SavitzkyGolayEdges.Drop)
    {
        if (window < 3 || window % 2 == 0) throw new ArgumentOutOfRangeException(nameof(window), window, "A window is an odd number of bands, at least 3.");
        if (order < 0 || order >= window) throw new ArgumentOutOfRangeException(nameof(order), order, $"A polynomial over {window} bands has a degree of 0 to {window - 1}.");
        if (derivative < 0 || derivative > order) throw new ArgumentOutOfRangeException(nameof(derivative), derivative, $"A polynomial of degree {order} has derivatives 0 to {order}.");
        (Window, Order, Derivative, Edges) = (window, order, derivative, edges);
        _weights = Weights(window, order, derivative);
    }

    public int Window { get; }
    public int Order { get; }
    public int Derivative { get; }
    public SavitzkyGolayEdges Edges { get; }

    int Half => Window / 2;

    /// <summary>The weights of the middle of the window, first band first. Window 11, order 2, derivative 1: i/110 for i = -5..5.</summary>
    public IReadOnlyList<double> CentreWeights => _weights[Half];

    /// <summary>How many bands come out of <paramref name="bands"/>.</summary>
    /// <exception cref="ArgumentException">The window is wider than the spectrum.</exception>
    public int OutputLength(int bands)
    {
        if (bands < Window) throw new ArgumentException($"A window of {Window} bands does not fit into {bands}.");
        return Edges == SavitzkyGolayEdges.Drop ? bands - Window + 1 : bands;
    }

    /// <summary>Filters one spectrum into <paramref name="result"/> (<see cref="OutputLength"/> values; not the spectrum itself).</summary>
    public void Apply(ReadOnlySpan<double> spectrum, Span<double> result)
    {
        var (bands, last) = (spectrum.Length, spectrum.Length - Window);
        var dropped = Edges == SavitzkyGolayEdges.Drop ? Half : 0;
        for (var i = 0; i < OutputLength(bands); i++)
        {
            var band = i + dropped;
            var start = Math.Clamp(band - Half, 0, last);
            result[i] = Algebra.Products.Dot(_weights[band - start], spectrum[start..]);
        }
    }

    // Row p: the derivative at place p of the least-squares polynomial, as weights on the bands of the window.
    static double[][] Weights(int window, int order, int derivative)
    {
        var half = window / 2;
        // Places scaled to -1..1 keep high orders well conditioned.
        var powers = Matrix<double>.Build.Dense(window, order + 1, (i, k) => Math.Pow((i - half) / (double)half, k));
        var qr = powers.QR(MathNet.Numerics.LinearAlgebra.Factorization.QRMethod.Thin);
        var coefficients = qr.R.Solve(qr.Q.Transpose());
        var derived = Matrix<double>.Build.Dense(window, order + 1, (i, k) =>
            k < derivative ? 0 : FallingFactorial(k, derivative) * Math.Pow((i - half) / (double)half, k - derivative) / Math.Pow(half, derivative));
        return (derived * coefficients).ToRowArrays();
    }

    static double FallingFactorial(int k, int times) => Enumerable.Range(0, times).Aggregate(1.0, (product, i) => product * (k - i));
}

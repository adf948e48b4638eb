namespace FourPerMille.Sensor.Estimation.Uncertainty;

/// <summary>Correlation coefficients between inputs, zero where none is stated; checked to be possible together.</summary>
public sealed class Correlations
{
    readonly double[,] _r;

    /// <summary>No correlations.</summary>
    public Correlations(int inputs) : this(inputs, []) { }

    /// <param name="pairs">(i, j, coefficient) for each correlated pair.</param>
    /// <exception cref="ArgumentException">A coefficient is outside [-1, 1], or no random quantities could be correlated so.</exception>
    public Correlations(int inputs, params ReadOnlySpan<(int I, int J, double Coefficient)> pairs)
    {
        _r = new double[inputs, inputs];
        for (int i = 0; i < inputs; i++) _r[i, i] = 1;
        foreach (var (i, j, coefficient) in pairs)
        {
            if (!(Math.Abs(coefficient) <= 1) || i == j) throw new ArgumentException($"A correlation of {coefficient} between inputs {i} and {j} cannot be.");
            _r[i, j] = _r[j, i] = coefficient;
        }
        Factor = Cholesky();
    }

    public int Count => _r.GetLength(0);
    public double this[int i, int j] => _r[i, j];

    /// <summary>Lower triangular L with L L' = R: correlates independent draws.</summary>
    internal double[,] Factor { get; }

    double[,] Cholesky()
    {
        int n = Count;
        var l = new double[n, n];
        for (int i = 0; i < n; i++)
            for (int j = 0; j <= i; j++)
            {
                double rest = _r[i, j];
                for (int k = 0; k < j; k++) rest -= l[i, k] * l[j, k];
                if (i == j)
                {
                    if (rest < -1e-12) throw new ArgumentException("These correlations contradict each other: no quantities can have them all.");
                    l[i, i] = Math.Sqrt(Math.Max(0, rest));
                }
                else l[i, j] = l[j, j] > 1e-12 ? rest / l[j, j] : Math.Abs(rest) < 1e-9 ? 0 : throw new ArgumentException("These correlations contradict each other: no quantities can have them all.");
            }
        return l;
    }
}

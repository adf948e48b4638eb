namespace FourPerMille.Sensor.Estimation.Stock;

/// <summary>
/// A monotone cubic spline: the interpolating spline of Forsythe, Malcolm and Moler with its slopes filtered after Hyman (1983),
/// so that it never falls where the data rise. Equal to R's <c>splinefun(method = "hyman")</c>, cubic extrapolation included.
/// </summary>
public sealed class HymanSpline
{
    readonly double[] _x, _y, _slope, _quadratic, _cubic;

    /// <param name="x">Knots, strictly increasing, at least three.</param>
    /// <param name="y">Values at the knots, all rising or all falling (level stretches allowed).</param>
    /// <exception cref="ArgumentException">The knots or values are not of that kind.</exception>
    public HymanSpline(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        if (x.Length < 3 || x.Length != y.Length) throw new ArgumentException("A spline needs at least three knots and a value at each.", nameof(x));
        bool rises = true, falls = true;
        for (int i = 1; i < x.Length; i++)
        {
            if (!(x[i] > x[i - 1])) throw new ArgumentException("The knots of a spline must rise.", nameof(x));
            rises &= y[i] >= y[i - 1];
            falls &= y[i] <= y[i - 1];
        }
        if (!rises && !falls) throw new ArgumentException("A monotone spline needs values that only rise or only fall.", nameof(y));
        (_x, _y) = (x.ToArray(), y.ToArray());
        _slope = InterpolatingSlopes(_x, _y);
        FilterSlopes();
        (_quadratic, _cubic) = HermiteCoefficients();
    }

    public double FirstKnot => _x[0];
    public double LastKnot => _x[^1];

    public double this[double at]
    {
        get
        {
            int i = Array.BinarySearch(_x, at);
            if (i < 0) i = Math.Max(0, ~i - 1);
            double h = at - _x[i];
            return _y[i] + h * (_slope[i] + h * (_quadratic[i] + h * _cubic[i]));
        }
    }

    /// <summary>
    /// Slopes at the knots of the cubic spline whose third derivative at either end is that of the cubic through the four
    /// points there: Forsythe, Malcolm and Moler 1977, subroutine SPLINE.
    /// </summary>
    static double[] InterpolatingSlopes(double[] x, double[] y)
    {
        int n = x.Length;
        double[] width = new double[n], diagonal = new double[n], right = new double[n];
        for (int i = 0; i < n - 1; i++) width[i] = x[i + 1] - x[i];
        for (int i = 1; i < n - 1; i++)
        {
            diagonal[i] = 2 * (width[i - 1] + width[i]);
            right[i] = (y[i + 1] - y[i]) / width[i] - (y[i] - y[i - 1]) / width[i - 1];
        }
        (diagonal[0], diagonal[n - 1]) = (-width[0], -width[n - 2]);
        if (n > 3)
        {
            right[0] = (right[2] / (x[3] - x[1]) - right[1] / (x[2] - x[0])) * width[0] * width[0] / (x[3] - x[0]);
            right[n - 1] = -(right[n - 2] / (x[n - 1] - x[n - 3]) - right[n - 3] / (x[n - 2] - x[n - 4])) * width[n - 2] * width[n - 2] / (x[n - 1] - x[n - 4]);
        }
        for (int i = 1; i < n; i++)
        {
            double factor = width[i - 1] / diagonal[i - 1];
            diagonal[i] -= factor * width[i - 1];
            right[i] -= factor * right[i - 1];
        }
        double[] curvature = right; // a sixth of the second derivative
        curvature[n - 1] /= diagonal[n - 1];
        for (int i = n - 2; i >= 0; i--) curvature[i] = (curvature[i] - width[i] * curvature[i + 1]) / diagonal[i];

        double[] slope = new double[n];
        for (int i = 0; i < n - 1; i++) slope[i] = (y[i + 1] - y[i]) / width[i] - width[i] * (curvature[i + 1] + 2 * curvature[i]);
        slope[n - 1] = (y[n - 1] - y[n - 2]) / width[n - 2] + width[n - 2] * (curvature[n - 2] + 2 * curvature[n - 1]);
        return slope;
    }

    /// <summary>Hyman 1983, Eq. 2.6: a slope keeps the sign of its neighbouring secants and stays within three times the flatter one.</summary>
    void FilterSlopes()
    {
        int n = _x.Length;
        for (int i = 0; i < n; i++)
        {
            int left = Math.Max(0, i - 1), right = Math.Min(n - 2, i);
            double before = Secant(left), after = Secant(right);
            double bound = 3 * Math.Min(Math.Abs(before), Math.Abs(after));
            double sign = before * after > 0 ? after : _slope[i];
            _slope[i] = sign >= 0 ? Math.Min(Math.Max(0, _slope[i]), bound) : Math.Max(Math.Min(0, _slope[i]), -bound);
        }
    }

    double Secant(int i) => (_y[i + 1] - _y[i]) / (_x[i + 1] - _x[i]);

    (double[] Quadratic, double[] Cubic) HermiteCoefficients()
    {
        int n = _x.Length;
        double[] quadratic = new double[n], cubic = new double[n];
        for (int i = 0; i < n - 1; i++)
        {
            double h = _x[i + 1] - _x[i], rise = _y[i + 1] - _y[i];
            quadratic[i] = (3 * rise - (2 * _slope[i] + _slope[i + 1]) * h) / (h * h);
            cubic[i] = (-2 * rise / h + _slope[i] + _slope[i + 1]) / (h * h);
        }
        // Beyond the last knot the last piece goes on, written about that knot.
        double last = _x[n - 1] - _x[n - 2];
        quadratic[n - 1] = (-3 * (_y[n - 1] - _y[n - 2]) + (_slope[n - 2] + 2 * _slope[n - 1]) * last) / (last * last);
        cubic[n - 1] = cubic[n - 2];
        return (quadratic, cubic);
    }
}

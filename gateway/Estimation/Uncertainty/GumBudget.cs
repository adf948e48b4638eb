using MathNet.Numerics.Distributions;

namespace FourPerMille.Sensor.Estimation.Uncertainty;

/// <summary>An input of a measurement model: estimate, standard uncertainty in the same unit, and how well that is known.</summary>
public sealed record InputQuantity
{
    public InputQuantity(string name, double estimate, double standardUncertainty, double degreesOfFreedom = double.PositiveInfinity)
    {
        if (!double.IsFinite(estimate)) throw new ArgumentOutOfRangeException(nameof(estimate), $"{name} needs a finite estimate.");
        if (!(standardUncertainty >= 0 && double.IsFinite(standardUncertainty))) throw new ArgumentOutOfRangeException(nameof(standardUncertainty), $"The standard uncertainty of {name} cannot be {standardUncertainty}.");
        if (!(degreesOfFreedom > 0)) throw new ArgumentOutOfRangeException(nameof(degreesOfFreedom), $"The degrees of freedom of {name} cannot be {degreesOfFreedom}.");
        (Name, Estimate, StandardUncertainty, DegreesOfFreedom) = (name, estimate, standardUncertainty, degreesOfFreedom);
    }

    public string Name { get; }
    public double Estimate { get; }
    public double StandardUncertainty { get; }
    public double DegreesOfFreedom { get; }
}

/// <summary>One line of a budget.</summary>
/// <param name="Sensitivity">df/dx, unit of the result per unit of the input.</param>
/// <param name="VarianceShare">Share of u^2, correlation terms split evenly between the two inputs; shares sum to one and may be negative.</param>
/// <param name="UncertaintyIfHalved">What u of the result would be if this input's u were halved.</param>
public readonly record struct BudgetLine(InputQuantity Input, double Sensitivity, double VarianceShare, double UncertaintyIfHalved);

/// <summary>
/// First-order propagation of uncertainty (JCGM 100:2008): u_c^2 = sum_ij c_i c_j u_i u_j r_ij (Eq. 13, 16), effective degrees
/// of freedom by Welch-Satterthwaite (Eq. G.2b), expanded uncertainty by Student's t (G.4.1: degrees of freedom truncated).
/// </summary>
public sealed class GumBudget
{
    GumBudget(double estimate, double variance, double degreesOfFreedom, BudgetLine[] lines)
    {
        (Estimate, StandardUncertainty, DegreesOfFreedom, Lines) = (estimate, Math.Sqrt(variance), degreesOfFreedom, lines);
    }

    public double Estimate { get; }
    public double StandardUncertainty { get; }
    public double DegreesOfFreedom { get; }
    public IReadOnlyList<BudgetLine> Lines { get; }

    /// <summary>Where half the uncertainty of one input would help most: what to measure better next.</summary>
    public BudgetLine ReducesMostNext => Lines.MinBy(l => l.UncertaintyIfHalved);

    public double CoverageFactor(double probability)
    {
        if (!(probability is > 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(probability), "A coverage probability lies between 0 and 1.");
        double upper = (1 + probability) / 2;
        return double.IsInfinity(DegreesOfFreedom) || DegreesOfFreedom > 1e7
            ? Normal.InvCDF(0, 1, upper)
            : StudentT.InvCDF(0, 1, Math.Max(1, Math.Floor(DegreesOfFreedom)), upper);
    }

    public double ExpandedUncertainty(double probability) => CoverageFactor(probability) * StandardUncertainty;

    /// <param name="model">The measurement model, f(x), called with estimates and with single inputs moved by their uncertainty.</param>
    /// <param name="sensitivities">df/dx at the estimates where they are known in closed form; else central differences are taken.</param>
    public static GumBudget Of(IReadOnlyList<InputQuantity> inputs, Func<double[], double> model, Correlations? correlations = null, double[]? sensitivities = null)
    {
        double[] at = inputs.Select(i => i.Estimate).ToArray();
        double[] c = sensitivities ?? inputs.Select((input, i) => Sensitivity(model, at, i, input.StandardUncertainty)).ToArray();
        var r = correlations ?? new Correlations(inputs.Count);
        if (c.Length != inputs.Count || r.Count != inputs.Count) throw new ArgumentException("Sensitivities and correlations need one entry an input.");

        double[] u = inputs.Select((input, i) => c[i] * input.StandardUncertainty).ToArray();
        double[] shares = u.Select((ui, i) => ui * u.Select((uj, j) => r[i, j] * uj).Sum()).ToArray();
        double variance = Math.Max(0, shares.Sum());
        var lines = inputs.Select((input, i) =>
        {
            // Halving u_i takes 3/4 of its own square and half of its cross terms.
            double halved = variance - 0.75 * u[i] * u[i] - (shares[i] - u[i] * u[i]);
            return new BudgetLine(input, c[i], variance > 0 ? shares[i] / variance : 0, Math.Sqrt(Math.Max(0, halved)));
        }).ToArray();
        return new(model(at), variance, WelchSatterthwaite(inputs, u, variance), lines);
    }

    /// <summary>nu = u^4 / sum (u_i^4 / nu_i), for independent inputs (Eq. G.2b); a stated convention where they correlate.</summary>
    static double WelchSatterthwaite(IReadOnlyList<InputQuantity> inputs, double[] u, double variance)
    {
        double sum = u.Select((ui, i) => ui * ui * ui * ui / inputs[i].DegreesOfFreedom).Sum();
        return sum > 0 ? variance * variance / sum : double.PositiveInfinity;
    }

    /// <summary>Half the change of f between x - h and x + h, over h. A step of a thousandth of u keeps the third-order term out.</summary>
    static double Sensitivity(Func<double[], double> model, double[] at, int i, double u)
    {
        double h = u > 0 ? 1e-3 * u : 1e-6 * Math.Max(1, Math.Abs(at[i]));
        double[] x = (double[])at.Clone();
        x[i] = at[i] + h;
        double up = model(x), above = x[i];
        x[i] = at[i] - h;
        return (up - model(x)) / (above - x[i]);
    }
}

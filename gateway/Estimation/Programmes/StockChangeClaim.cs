using FourPerMille.Sensor.Estimation.Stock;
using MathNet.Numerics.Distributions;

namespace FourPerMille.Sensor.Estimation.Programmes;

public enum ClaimScenario { Project, Baseline }

/// <summary>A point measured at the start and at the end, t C/ha; model uncertainties are those of spectroscopic estimates, 0 for the laboratory's.</summary>
public sealed record ClaimPoint
{
    public ClaimPoint(string stratum, double areaHa, ClaimScenario scenario, double startTonnesPerHa, double finalTonnesPerHa, double startModelUncertainty = 0, double finalModelUncertainty = 0)
    {
        if (!(areaHa > 0)) throw new ArgumentException("A stratum has an area.");
        if (!double.IsFinite(startTonnesPerHa) || !double.IsFinite(finalTonnesPerHa)) throw new ArgumentException("A point has a stock at the start and at the end.");
        if (!(startModelUncertainty >= 0 && finalModelUncertainty >= 0)) throw new ArgumentException("An uncertainty cannot be negative.");
        (Stratum, AreaHa, Scenario, StartTonnesPerHa, FinalTonnesPerHa) = (stratum, areaHa, scenario, startTonnesPerHa, finalTonnesPerHa);
        (StartModelUncertainty, FinalModelUncertainty) = (startModelUncertainty, finalModelUncertainty);
    }

    public string Stratum { get; }
    public double AreaHa { get; }
    public ClaimScenario Scenario { get; }
    public double StartTonnesPerHa { get; }
    public double FinalTonnesPerHa { get; }
    public double StartModelUncertainty { get; }
    public double FinalModelUncertainty { get; }
}

/// <summary>One stratum of one scenario: its change and what it adds to the variance of the mean.</summary>
/// <param name="MeanChange">t C/ha.</param>
/// <param name="SamplingVariance">s2_final + s2_start - 2 COV of Eq. 71 over A_h^2, (t C/ha)^2.</param>
/// <param name="ModelVariance">What Eq. 72 or 73 adds, in the rule's reading, over A_h^2.</param>
public readonly record struct ClaimStratum(string Stratum, ClaimScenario Scenario, double AreaHa, int Points, double MeanChange, double SamplingVariance, double ModelVariance)
{
    public double Variance => SamplingVariance + ModelVariance;
}

/// <summary>
/// A gain in soil carbon and what a programme credits of it, by the equations of VM0042 v2.2: Eq. 71 per stratum, Eq. 70
/// over strata, Eq. 74 for the deduction x (1 - UNC), UNC = t sqrt(s2)/mean.
/// </summary>
/// <param name="GainTonnesPerHa">Project change less baseline change, area-weighted, t C/ha.</param>
/// <param name="DegreesOfFreedom">Welch-Satterthwaite over strata and scenarios.</param>
/// <param name="UncertaintyPercent">UNC; null where there is no gain to relate it to.</param>
/// <param name="CreditedTonnesPerHa">Zero where the gain is not above zero.</param>
/// <param name="MostNext">The stratum whose points would narrow the claim most: the largest share of the variance.</param>
public sealed record StockChangeClaim(
    ProgrammeRule Rule, IReadOnlyList<ClaimStratum> Strata, double AreaHa, double GainTonnesPerHa, double StandardUncertainty, double DegreesOfFreedom,
    double Quantile, double? UncertaintyPercent, double CreditedTonnesPerHa, string MostNext)
{
    public double CreditedTonnesCarbonDioxide => CarbonDioxide.TonnesFromCarbon(CreditedTonnesPerHa * AreaHa);

    /// <exception cref="ArgumentException">A stratum has fewer than two points, two areas, or no project points.</exception>
    public static StockChangeClaim Of(IReadOnlyList<ClaimPoint> points, ProgrammeRule rule)
    {
        if (!points.Any(p => p.Scenario == ClaimScenario.Project)) throw new ArgumentException("A claim needs points of the project.");
        var strata = points.GroupBy(p => (p.Stratum, p.Scenario)).OrderBy(g => g.Key.Stratum, StringComparer.Ordinal).ThenBy(g => g.Key.Scenario)
            .Select(g => Stratum(g.Key.Stratum, g.Key.Scenario, [.. g], rule.ModelErrorReading)).ToArray();
        double area = strata.GroupBy(s => s.Stratum).Sum(g => SameArea(g));

        double Weight(ClaimStratum s) => s.AreaHa / area;
        double gain = strata.Sum(s => (s.Scenario == ClaimScenario.Project ? 1 : -1) * Weight(s) * s.MeanChange);
        double variance = strata.Sum(s => Weight(s) * Weight(s) * s.Variance); // Eq. 70
        double spread = strata.Sum(s => Math.Pow(Weight(s) * Weight(s) * s.SamplingVariance, 2) / (s.Points - 1));
        double degreesOfFreedom = spread > 0 ? variance * variance / spread : double.PositiveInfinity;
        double t = StudentQuantile(rule.QuantileProbability, degreesOfFreedom), u = Math.Sqrt(variance);
        double? uncertainty = gain > 0 ? 100 * t * u / gain : null;
        double deduction = uncertainty is { } percent ? Math.Clamp((percent - rule.ToleratedUncertaintyPercent) / 100, 0, 1) : 1;
        var widest = strata.MaxBy(s => Weight(s) * Weight(s) * s.Variance);
        return new(rule, strata, area, gain, u, degreesOfFreedom, t, uncertainty, Math.Max(0, gain) * (1 - deduction), widest.Stratum);
    }

    static ClaimStratum Stratum(string name, ClaimScenario scenario, ClaimPoint[] points, ModelErrorReading reading)
    {
        int n = points.Length;
        if (n < 2) throw new ArgumentException($"Stratum '{name}' has one {scenario.ToString().ToLowerInvariant()} point: a spread needs two.");
        if (points.Any(p => p.AreaHa != points[0].AreaHa)) throw new ArgumentException($"Stratum '{name}' has two areas.");
        double start = points.Average(p => p.StartTonnesPerHa), final = points.Average(p => p.FinalTonnesPerHa);
        double perMean = 1.0 / (n * (n - 1.0));
        double startVariance = perMean * points.Sum(p => Math.Pow(p.StartTonnesPerHa - start, 2));
        double finalVariance = perMean * points.Sum(p => Math.Pow(p.FinalTonnesPerHa - final, 2));
        double covariance = perMean * points.Sum(p => (p.StartTonnesPerHa - start) * (p.FinalTonnesPerHa - final));
        double model = points.Sum(p => p.StartModelUncertainty * p.StartModelUncertainty + p.FinalModelUncertainty * p.FinalModelUncertainty) / n;
        return new(name, scenario, points[0].AreaHa, n, final - start, Math.Max(0, finalVariance + startVariance - 2 * covariance),
            reading == ModelErrorReading.PerPoint ? model / n : model);
    }

    static double SameArea(IGrouping<string, ClaimStratum> stratum)
    {
        double area = stratum.First().AreaHa;
        return stratum.All(s => s.AreaHa == area) ? area : throw new ArgumentException($"Stratum '{stratum.Key}' has two areas.");
    }

    static double StudentQuantile(double probability, double degreesOfFreedom) =>
        degreesOfFreedom > 1e7 ? Normal.InvCDF(0, 1, probability) : StudentT.InvCDF(0, 1, degreesOfFreedom, probability);
}

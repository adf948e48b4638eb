using MathNet.Numerics.Distributions;

namespace FourPerMille.Sensor.Estimation.Stock;

/// <summary>A stock in t C/ha with its standard uncertainty.</summary>
public readonly record struct StockEstimate
{
    public StockEstimate(double tonnesPerHa, double standardUncertainty)
    {
        if (!(tonnesPerHa > 0)) throw new ArgumentOutOfRangeException(nameof(tonnesPerHa), "A stock is above zero.");
        if (!(standardUncertainty >= 0 && double.IsFinite(standardUncertainty))) throw new ArgumentOutOfRangeException(nameof(standardUncertainty), "An uncertainty cannot be negative.");
        (TonnesPerHa, StandardUncertainty) = (tonnesPerHa, standardUncertainty);
    }

    public double TonnesPerHa { get; }
    public double StandardUncertainty { get; }
}

public enum FourPerMilleOutcome { Above, Below, NotYetDistinguishable }

/// <summary>
/// Whether a stock has grown by at least 4 per mille of the first stock a year (4p1000, Minasny et al. 2017): the outcome at a
/// stated confidence, the probability behind it, and, while it is open, the years after the first sampling at which the same
/// rate, measured as well, would decide it.
/// </summary>
/// <param name="ChangeTonnesPerHa">Second less first stock, t C/ha.</param>
/// <param name="ChangeUncertainty">u of the change, shared errors taken out.</param>
/// <param name="TargetTonnesPerHa">0.004 S years.</param>
/// <param name="ProbabilityAbove">Probability that the true change is at least the target, normal errors.</param>
/// <param name="YearsUntilDistinguishable">Null once decided, and where rate and target are equal: then no time will do.</param>
public sealed record FourPerMilleVerdict(
    double ChangeTonnesPerHa, double ChangeUncertainty, double TargetTonnesPerHa, double ProbabilityAbove,
    FourPerMilleOutcome Outcome, double? YearsUntilDistinguishable)
{
    public const double TargetPerYear = 0.004;

    public double ChangeTonnesCarbonDioxidePerHa => CarbonDioxide.TonnesFromCarbon(ChangeTonnesPerHa);

    /// <param name="correlation">Of the two estimates' errors: what one probe, model or laboratory gives both.</param>
    /// <param name="confidence">One-sided, 0.95 unless stated.</param>
    /// <remarks>
    /// The target is a share of the first stock, so it is as uncertain: judged is D = S2 - (1 + 0.004 y) S1, with
    /// u^2 = u2^2 + (1 + 0.004 y)^2 u1^2 - 2 (1 + 0.004 y) r u1 u2. D grows with y, u hardly: D(y) = k u(y) is solved by iteration.
    /// </remarks>
    public static FourPerMilleVerdict Of(StockEstimate first, StockEstimate second, double years, double correlation = 0, double confidence = 0.95)
    {
        if (!(years > 0)) throw new ArgumentOutOfRangeException(nameof(years), "A change takes time.");
        if (!(Math.Abs(correlation) <= 1)) throw new ArgumentOutOfRangeException(nameof(correlation), "A correlation lies between -1 and 1.");
        if (!(confidence is > 0.5 and < 1)) throw new ArgumentOutOfRangeException(nameof(confidence), "A one-sided confidence lies between a half and one.");
        double change = second.TonnesPerHa - first.TonnesPerHa, target = TargetPerYear * years * first.TonnesPerHa;
        double beyond = change - target, u = Uncertainty(1 + TargetPerYear * years);
        double probability = u > 0 ? Normal.CDF(0, 1, beyond / u) : beyond >= 0 ? 1 : 0;
        var outcome = probability >= confidence ? FourPerMilleOutcome.Above
            : probability <= 1 - confidence ? FourPerMilleOutcome.Below
            : FourPerMilleOutcome.NotYetDistinguishable;
        return new(change, Uncertainty(1), target, probability, outcome,
            outcome == FourPerMilleOutcome.NotYetDistinguishable ? YearsUntil(beyond / years) : null);

        double Uncertainty(double factor)
        {
            double u1 = factor * first.StandardUncertainty, u2 = second.StandardUncertainty;
            return Math.Sqrt(Math.Max(0, u1 * u1 + u2 * u2 - 2 * correlation * u1 * u2));
        }

        double? YearsUntil(double beyondPerYear)
        {
            if (beyondPerYear == 0) return null;
            double k = Normal.InvCDF(0, 1, confidence), at = years;
            for (int i = 0; i < 200; i++)
            {
                double next = k * Uncertainty(1 + TargetPerYear * at) / Math.Abs(beyondPerYear);
                if (!(next < 10_000)) return null;
                if (Math.Abs(next - at) < 1e-9 * at) return next;
                at = next;
            }
            return null;
        }
    }
}

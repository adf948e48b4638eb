using FourPerMille.Sensor.Estimation.Stock;
using MathNet.Numerics.Distributions;

namespace FourPerMille.Sensor.Estimation.Levels;

/// <summary>
/// Two regions beside each other. Compared is change, never stock: soils differ, and what one laboratory or model does to both cancels in the
/// difference as far as it is shared. u^2 = u1^2 + u2^2 - 2 cov, the covariance through every error group.
/// </summary>
/// <param name="DifferencePerYear">First less second, t C/ha a year; null where the two are not compared.</param>
/// <param name="ProbabilityFirstGainsMore">Normal errors.</param>
/// <param name="Refusals">Why they are not compared; empty where they are.</param>
public sealed record TwinComparison(double? DifferencePerYear, double? StandardUncertainty, double? ProbabilityFirstGainsMore, IReadOnlyList<LevelGap> Refusals)
{
    /// <summary>Periods that differ by more than this share see other weather.</summary>
    const double MostDifferentYears = 0.5;

    public static TwinComparison Of(LevelFigures first, LevelFigures second)
    {
        var refusals = new List<LevelGap>();
        if (first.Stocks.Count != 1) refusals.Add(first.Stocks.Count == 0 ? new(LevelGapKind.FirstHasNoStock) : new(LevelGapKind.FirstHasMethods, first.Stocks.Count));
        if (second.Stocks.Count != 1) refusals.Add(second.Stocks.Count == 0 ? new(LevelGapKind.SecondHasNoStock) : new(LevelGapKind.SecondHasMethods, second.Stocks.Count));
        if (refusals.Count > 0) return Refused(refusals);
        var ((method1, stocks1), (method2, stocks2)) = (first.Stocks.Single(), second.Stocks.Single());
        refusals.AddRange(method1.DifferencesFrom(method2));
        if (stocks1.First.Count == 0) refusals.Add(new(LevelGapKind.FirstMeasuredOnce));
        if (stocks2.First.Count == 0) refusals.Add(new(LevelGapKind.SecondMeasuredOnce));
        if (refusals.Count == 0 && Math.Abs(Math.Log(stocks1.Years / stocks2.Years)) > Math.Log(1 + MostDifferentYears)) refusals.Add(new(LevelGapKind.PeriodsDiffer, stocks1.Years, stocks2.Years));
        return refusals.Count > 0 ? Refused(refusals) : Compared(stocks1, stocks2);
    }

    static TwinComparison Compared(StockFigures first, StockFigures second)
    {
        var (change1, change2) = (LevelIndicators.ChangeOf(first), LevelIndicators.ChangeOf(second));
        double u1 = change1.Verdict.ChangeUncertainty / first.Years, u2 = change2.Verdict.ChangeUncertainty / second.Years;
        double covariance = first.ChangeCovarianceWith(second) / (first.Years * second.Years);
        double difference = change1.TonnesPerHaYear - change2.TonnesPerHaYear, u = Math.Sqrt(Math.Max(0, u1 * u1 + u2 * u2 - 2 * covariance));
        return new(difference, u, u > 0 ? Normal.CDF(0, 1, difference / u) : difference > 0 ? 1 : difference < 0 ? 0 : 0.5, []);
    }

    static TwinComparison Refused(IReadOnlyList<LevelGap> reasons) => new(null, null, null, reasons);
}

using System.Text.Json.Serialization;
using FourPerMille.Sensor.Estimation.Domain;
using MathNet.Numerics.Distributions;

namespace FourPerMille.Sensor.Estimation.Intervals;

/// <summary>Where the width of an interval comes from.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<IntervalKind>))]
public enum IntervalKind
{
    /// <summary>
    /// What theory says, right when the model is and the errors are Gaussian and even. PLS: SEC √(1 + h) t with the error of calibration and the leverage h;
    /// Gaussian process: its posterior. Memory-based learning has none.
    /// </summary>
    [JsonStringEnumMemberName("analytic")] Analytic,
    /// <summary>The conformal quantile of the held-out errors: one width for all.</summary>
    [JsonStringEnumMemberName("conformal")] Conformal,
    /// <summary>The conformal quantile of the held-out errors over their expected size: wide where estimates are hard. The default.</summary>
    [JsonStringEnumMemberName("scaled-conformal")] ScaledConformal,
}

/// <summary>
/// The 90 % interval of an estimate, on the model's scale. Conformal intervals (Vovk, Gammerman and Shafer 2005; by cross-validation Barber et al.
/// 2021, Ann. Stat. 49:486-507; scaled Papadopoulos, Vovk and Gammerman 2011, J. Artif. Intell. Res. 40:815-840) cover on average over soils that
/// are exchangeable with the calibration's, not for every kind of soil, and promise nothing outside its domain.
/// </summary>
/// <param name="Quantile">Half-width per expected size of error.</param>
/// <param name="StandardDeviation">Standard deviation per expected size of error.</param>
/// <param name="Difficulty">Only for <see cref="IntervalKind.ScaledConformal"/>.</param>
/// <param name="LeverageBase">1/n, only for <see cref="IntervalKind.Analytic"/>; 0 = the method's own standard deviation stands for it.</param>
/// <param name="LeveragePerT2">h = LeverageBase + LeveragePerT2 · T².</param>
public sealed record IntervalRule(
    IntervalKind Kind, double Quantile, double StandardDeviation, Difficulty? Difficulty = null, double LeverageBase = 0, double LeveragePerT2 = 0)
{
    public const double Level = 0.9;

    /// <summary>Half-width of the interval and standard deviation of the error at a place.</summary>
    public (double HalfWidth, double StandardDeviation) At(Hardness place)
    {
        var size = Kind switch
        {
            IntervalKind.Analytic when LeverageBase == 0 => place.Spread,
            IntervalKind.Analytic => Math.Sqrt(1 + LeverageBase + LeveragePerT2 * place.T2),
            IntervalKind.ScaledConformal => Difficulty!.At(place),
            _ => 1,
        };
        return (Quantile * size, StandardDeviation * size);
    }

    /// <param name="sec">Standard error of calibration: √(Σ e²/(n - a - 1)) of the fitted rows.</param>
    /// <param name="rows">n.</param>
    /// <param name="components">a.</param>
    /// <param name="t2Scale">T² per squared score length.</param>
    public static IntervalRule Analytic(double sec, double rows, int components, double t2Scale)
    {
        var freedom = Math.Max(1, rows - components - 1);
        return new(IntervalKind.Analytic, sec * StudentT.InvCDF(0, 1, freedom, (1 + Level) / 2), sec, null, 1 / rows, 1 / t2Scale);
    }

    /// <summary>The Gaussian interval of a method that states its own standard deviation.</summary>
    public static IntervalRule Posterior { get; } = new(IntervalKind.Analytic, Normal.InvCDF(0, 1, (1 + Level) / 2), 1);

    public static IntervalRule Conformal(double[] heldOutErrors, double[] weights) => new(IntervalKind.Conformal,
        WeightedQuantile.Conformal([.. heldOutErrors.Select(Math.Abs)], weights, Level), RootMeanSquare(heldOutErrors, weights));

    /// <param name="weights">How much each sample teaches of where errors are large.</param>
    /// <param name="quantileWeights">How much each counts in the width itself; 0 for samples of other soils than those to come.</param>
    public static IntervalRule ScaledConformal(Hardness[] places, double[] heldOutErrors, double[] weights, double[] quantileWeights)
    {
        var scaled = new double[places.Length];
        // Each error is judged by what the others taught: learnt from itself, its size would be no surprise and the interval too narrow.
        for (var part = 0; part < Parts; part++)
        {
            var others = Enumerable.Range(0, places.Length).Where(i => i % Parts != part).ToArray();
            var taught = Difficulty.Learn([.. others.Select(i => places[i])], [.. others.Select(i => heldOutErrors[i])], [.. others.Select(i => weights[i])]);
            for (var i = part; i < places.Length; i += Parts) scaled[i] = heldOutErrors[i] / taught.At(places[i]);
        }
        return Conformal(scaled, quantileWeights) with { Kind = IntervalKind.ScaledConformal, Difficulty = Difficulty.Learn(places, heldOutErrors, weights) };
    }

    const int Parts = 7;

    static double RootMeanSquare(double[] errors, double[] weights) => Math.Sqrt(errors.Zip(weights, (e, w) => w * e * e).Sum() / weights.Sum());
}

using FourPerMille.Sensor.Estimation.Algebra;
using FourPerMille.Sensor.Estimation.Intervals;
using FourPerMille.Sensor.Estimation.Spectra;
using MathNet.Numerics.Distributions;

namespace FourPerMille.Sensor.Estimation.Models;

// What the instrument's own errors do to an estimate.
public sealed partial class SocModel
{
    /// <summary>
    /// Half a step of a derivative, in ln R: one percent, the size of a head's errors. Of absorbances PLS is exactly linear in ln R, so any step would
    /// do; a method with corners (a neighbour that comes or goes) is judged over the width that matters.
    /// </summary>
    const double LogStep = 0.01;

    /// <summary>Half a step of a derivative in water content, m3/m3.</summary>
    const double MoistureStep = 0.005;

    /// <summary>
    /// Where four fifths of the variance and more would be the instrument's (its u twice the model's), the estimate says more of the instrument than of the
    /// soil, and none is given.
    /// </summary>
    public const double LargestInstrumentShare = 0.8;

    /// <summary>
    /// What the model says of a spectrum whose instrument errs by these. The interval of the model covers its own error on spectra like the
    /// calibration's; the instrument's u is added to it on the model's scale: half-width = √(q² + (k u)²), k of a 90 % interval by Student's t for the
    /// effective degrees of freedom (GUM G.4.1). The estimate itself stays: an instrument's error makes it less sure, not larger. Without errors it is
    /// what <see cref="Predict(double[], SoilState)"/> says, to the bit.
    /// </summary>
    /// <param name="moistureU">Standard uncertainty of the water content, m3/m3, and the record it comes from.</param>
    public BudgetedPrediction Predict(double[] spectrum, SoilState soil, IReadOnlyList<InstrumentError> errors, (double U, string? From) moistureU = default)
    {
        var prediction = Predict(spectrum, soil);
        if (prediction.Verdict == Verdict.Abstain) return new(prediction, []);
        var sensitivity = SensitivityOf(spectrum, soil);
        var lines = errors.GroupBy(e => e.Source)
            .Select(source => Line(source.Key, [.. source.Select(e => (e.VarianceOf(sensitivity.PerLogReflectance), e.DegreesOfFreedom))], source.First().Evaluation, source.First().From)).ToList();
        if (Options.MoistureCovariate) lines.Add(Line("water", [(Math.Pow(sensitivity.PerMoisture * moistureU.U, 2), double.PositiveInfinity)], Evaluation.B, moistureU.From));
        return Widened(prediction, PlaceOf(spectrum, soil), lines);
    }

    /// <summary>How the level follows each band and the water content, by central differences: all spectra that takes are one product of tables.</summary>
    public LevelSensitivity SensitivityOf(double[] spectrum, SoilState soil)
    {
        var bands = spectrum.Length;
        var moved = new RowMatrix(2 * bands + 2, bands);
        for (var row = 0; row < moved.Rows; row++)
        {
            spectrum.CopyTo(moved.Row(row));
            if (row < 2 * bands) moved[row, row / 2] *= Math.Exp(row % 2 == 0 ? LogStep : -LogStep);
        }
        var water = soil.MoistureM3PerM3 ?? double.NaN;
        var levels = Levels(_features.Apply(moved, row => row < 2 * bands ? water : row % 2 == 0 ? water + MoistureStep : water - MoistureStep));
        return new([.. Enumerable.Range(0, bands).Select(band => (levels[2 * band] - levels[2 * band + 1]) / (2 * LogStep))],
            Options.MoistureCovariate ? (levels[^2] - levels[^1]) / (2 * MoistureStep) : 0);
    }

    double[] Levels(RowMatrix treated)
    {
        var (estimates, _) = Estimates(treated);
        return estimates ?? [.. _pls.Predict(treated).Select(reading => reading.Estimate)];
    }

    Hardness PlaceOf(double[] spectrum, SoilState soil)
    {
        var treated = _features.Apply(new RowMatrix(1, spectrum.Length, spectrum), _ => soil.MoistureM3PerM3 ?? double.NaN);
        var reading = _pls.Predict(treated)[0];
        var (estimates, spreads) = Estimates(treated);
        return new Hardness(estimates?[0] ?? reading.Estimate, reading.T2, reading.Q, spreads?[0] ?? 1);
    }

    /// <summary>A source on the model's scale: variances add, degrees of freedom by Welch and Satterthwaite (GUM eq. G.2b).</summary>
    static (string Source, double Variance, Evaluation Evaluation, double Freedom, string? From) Line(string source, (double Variance, double Freedom)[] parts, Evaluation evaluation, string? from)
    {
        var variance = parts.Sum(p => p.Variance);
        return (source, variance, evaluation, Freedom(variance, parts), from);
    }

    static double Freedom(double variance, IEnumerable<(double Variance, double Freedom)> parts)
    {
        var sum = parts.Sum(p => p.Variance * p.Variance / p.Freedom);
        return sum > 0 ? variance * variance / sum : double.PositiveInfinity;
    }

    BudgetedPrediction Widened(SocPrediction prediction, Hardness place, List<(string Source, double Variance, Evaluation Evaluation, double Freedom, string? From)> lines)
    {
        var variance = lines.Sum(line => line.Variance);
        var (halfWidth, deviation) = _interval.At(place);
        var ofModel = new UncertaintySource(UncertaintySource.Model, prediction.StandardUncertainty, 1, Evaluation.A, HeldOutSamples - 1, null);
        if (variance == 0) return new(prediction, [ofModel]);
        var ofInstrument = variance / (variance + deviation * deviation);
        if (!(ofInstrument <= LargestInstrumentShare))
            return new(SocPrediction.Abstained(prediction.T2, prediction.Q, Reasons.InstrumentRules, Reasons.FreshWhite), []);
        var wide = double.Hypot(halfWidth, Coverage(Freedom(variance, lines.Select(l => (l.Variance, l.Freedom)))) * Math.Sqrt(variance));
        var transform = Options.Transform;
        var u = transform.Moments(place.Level, Math.Sqrt(deviation * deviation + variance)).StandardDeviation;
        // What the instrument adds in the target's unit, dealt out to its sources as on the model's scale: the squares of the lines add up to u squared.
        var added = Math.Max(0, u * u - prediction.StandardUncertainty * prediction.StandardUncertainty);
        return new(
            prediction with { StandardUncertainty = u, Lower90 = transform.Undo(place.Level - wide), Upper90 = transform.Undo(place.Level + wide) },
            [ofModel with { Share = 1 - added / (u * u) }, .. lines.Where(l => l.Variance > 0).Select(l =>
                new UncertaintySource(l.Source, Math.Sqrt(added * l.Variance / variance), added * l.Variance / variance / (u * u), l.Evaluation, l.Freedom, l.From))]);
    }

    /// <summary>Whose held-out errors stand behind the interval's width.</summary>
    int HeldOutSamples => Lineage is { LocalSamples: >= EnoughLocalSamples } spiked ? spiked.LocalSamples : TrainingSet.Count;

    static double Coverage(double freedom) => double.IsInfinity(freedom) || freedom > 1e7
        ? Normal.InvCDF(0, 1, (1 + IntervalRule.Level) / 2)
        : StudentT.InvCDF(0, 1, Math.Max(1, Math.Floor(freedom)), (1 + IntervalRule.Level) / 2);
}

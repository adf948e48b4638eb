using FourPerMille.Sensor.Estimation.Plsr;

namespace FourPerMille.Sensor.Estimation.Models;

/// <summary>
/// Nested cross-validation: every sample is judged once, by a whole model (choice of components, interval, domain) made without its fold.
/// The figure to publish: errors of the folds that chose a model flatter it (Varma and Simon 2006, BMC Bioinformatics 7:91).
/// </summary>
/// <param name="Predictions">One a sample, in the set's order.</param>
/// <param name="Judged">Samples that got an estimate; the others were abstained from and count in no other figure.</param>
/// <param name="Metrics">In the target's unit.</param>
/// <param name="Coverage90">Share of the judged samples inside their 90 % interval.</param>
public sealed record NestedValidation(IReadOnlyList<SocPrediction> Predictions, int Judged, FitMetrics Metrics, double Coverage90)
{
    /// <param name="outer">Which samples are judged together; by site where sites are known.</param>
    /// <exception cref="ArgumentException">The folds are for another number of samples, or too few samples are left to calibrate or to judge.</exception>
    public static NestedValidation Run(TrainingSet set, TrainingOptions options, Folds outer)
    {
        if (outer.OfRow.Count != set.Count) throw new ArgumentException($"Folds of {outer.OfRow.Count} rows for {set.Count} samples.", nameof(outer));
        var predictions = new SocPrediction[set.Count];
        for (var fold = 0; fold < outer.Count; fold++)
        {
            var (kept, held) = (outer.Kept(fold), outer.Held(fold));
            var asked = set.Take(held);
            var judged = SocModel.Train(set.Take(kept), options with { Folds = options.Folds?.Among(kept) })
                .Predict(asked.Spectra, i => new SoilState(asked.MoistureM3PerM3?[i], null));
            for (var i = 0; i < held.Length; i++) predictions[held[i]] = judged[i];
        }

        int[] rows = [.. Enumerable.Range(0, set.Count).Where(i => predictions[i].Verdict != Verdict.Abstain)];
        if (rows.Length == 0) throw new ArgumentException("No sample lies in the domain of the others: there is nothing to validate.", nameof(set));
        bool Holds(int i) => predictions[i].Lower90 <= set.Targets[i] && set.Targets[i] <= predictions[i].Upper90;
        return new(predictions, rows.Length, FitMetrics.Of([.. rows.Select(i => set.Targets[i])], [.. rows.Select(i => predictions[i].Estimate)]),
            rows.Count(Holds) / (double)rows.Length);
    }
}

using FourPerMille.Sensor.Estimation.Spectra;

namespace FourPerMille.Sensor.Estimation.Models;

/// <summary>One line of an estimate's uncertainty budget.</summary>
/// <param name="Source"><see cref="Model"/>, or the word of an instrument's error.</param>
/// <param name="StandardUncertainty">Its part of the estimate's u, in the target's unit; the squares of all lines add up to u squared.</param>
/// <param name="Share">Of the variance; all lines together have one.</param>
/// <param name="DegreesOfFreedom">Infinite where a limit was stated.</param>
/// <param name="From">The record that it comes from; null for the model itself.</param>
public sealed record UncertaintySource(string Source, double StandardUncertainty, double Share, Evaluation Evaluation, double DegreesOfFreedom, string? From)
{
    /// <summary>The model's own error on soils it has not seen.</summary>
    public const string Model = "model";
}

/// <summary>A prediction with what its uncertainty is made of; the budget is empty where there is no estimate.</summary>
public sealed record BudgetedPrediction(SocPrediction Prediction, IReadOnlyList<UncertaintySource> Budget);

/// <summary>What the level (the estimate on the model's scale) owes to what was measured.</summary>
/// <param name="PerLogReflectance">d level / d ln R, one a band.</param>
/// <param name="PerMoisture">d level per 1 m3/m3; 0 where moisture is no column of the model.</param>
public sealed record LevelSensitivity(double[] PerLogReflectance, double PerMoisture);

using FourPerMille.Sensor.Estimation.Models;
using FourPerMille.Sensor.Gateway.Calibration;
using FourPerMille.Sensor.Gateway.Quality;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Gateway.Estimates;

/// <summary>What one spectral shot says about soil organic carbon, or why it says nothing.</summary>
/// <param name="Model">The model asked.</param>
/// <param name="Moisture">Of the shallowest probe that has a value, m3/m3.</param>
/// <param name="Celsius">Likewise, degrees Celsius.</param>
/// <param name="Rule">How its uncertainty was found.</param>
/// <param name="Budget">What its uncertainty is made of; empty where there is no figure, or the rule knows none.</param>
public sealed record SocEstimate(JudgedReading Shot, SocPrediction Prediction, ModelInForce Model, double? Moisture, double? Celsius, IntervalVersion Rule, IReadOnlyList<UncertaintySource> Budget);

/// <summary>How the uncertainty of an estimate is found. A record says by which it was made, and is recomputed by that one.</summary>
public enum IntervalVersion
{
    /// <summary>The model's own error alone. Records of before November 2026, which name no rule.</summary>
    ModelAlone = 1,
    /// <summary>The errors of head and moisture probe with it, as a budget (<see cref="HeadErrors"/>).</summary>
    WithHead = 2,
}

/// <summary>
/// From a spectral shot to soil organic carbon, or to an honest abstention: the shot must be whole and calibrated, the ground dry enough
/// and not frozen as the other probes tell, and the region part of the calibration. Then the model's own domain decides. Pure.
/// </summary>
public static class SocEstimator
{
    const int SpectralFaults = StatusBits.SpectralSilent | StatusBits.SpectralSaturated | StatusBits.SpectralDarkHigh;

    /// <param name="own">The model of the node's region, or null.</param>
    /// <param name="twin">The model of its twin region: consulted for how far off its domain the soil lies.</param>
    /// <returns>Null where the reading has no spectral shot, or nobody has a model.</returns>
    public static SocEstimate? Estimate(JudgedReading reading, ModelInForce? own, ModelInForce? twin, IntervalVersion rule = IntervalVersion.WithHead)
    {
        if (!reading.Reading.Raw.HasBands || (own ?? twin) is not { } model) return null;
        var (moisture, celsius) = (Shallowest(reading, "moisture"), Shallowest(reading, "soilTemperature"));
        var judged = Judge(reading, model, own is null, moisture, celsius?.Value, rule);
        return new SocEstimate(reading, judged.Prediction, model, moisture?.Value, celsius?.Value, rule, judged.Budget);
    }

    static BudgetedPrediction Judge(JudgedReading shot, ModelInForce model, bool isForeign, Quantity? moisture, double? celsius, IntervalVersion rule)
    {
        if (shot.Spectrum is not { } spectrum) return Abstain("no certificate of the spectral head at the reading's time", "a white reference of the head, on record");
        if ((shot.Reading.Raw.Status & SpectralFaults) != 0) return Abstain("the spectral shot was saturated, disturbed by light, or silent", "a shot that is none of these");
        if (celsius is null) return Abstain("soil temperature unknown: the ground might be frozen", "a soil temperature probe that answers");
        if (moisture is null && model.Model.Gate.MaximumMoistureM3PerM3 is not null)
            return Abstain("soil moisture unknown: the ground might be too wet", "a certified moisture probe that answers");
        var soil = new SoilState(moisture?.Value, celsius);
        if (isForeign) return Foreign(model.Model.Predict(spectrum.Reflectance, soil), model);
        return rule == IntervalVersion.ModelAlone
            ? new(model.Model.Predict(spectrum.Reflectance, soil), [])
            : model.Model.Predict(spectrum.Reflectance, soil, HeadErrors.Of(shot.Reading, spectrum.Certificate), (moisture?.StandardUncertainty ?? 0, moisture?.Certificate?.RecordId.ToString()));
    }

    /// <summary>No soil of the region was in the calibration: whatever the spectrum looks like, the interval was never tested here.</summary>
    static BudgetedPrediction Foreign(SocPrediction prediction, ModelInForce twin) =>
        Abstain($"no soil of this region is in the calibration of {twin.Region}" + (prediction.Reason.Length > 0 ? "; " + prediction.Reason : ""),
            "30 local cores with laboratory values, to spike the calibration", prediction.T2, prediction.Q);

    static BudgetedPrediction Abstain(string reason, string endsWhen, double t2 = double.NaN, double q = double.NaN) =>
        new(new(double.NaN, double.NaN, double.NaN, double.NaN, t2, q, Verdict.Abstain, reason, endsWhen), []);

    /// <summary>The probe nearest to what the head sees. One that its tests failed still tells of frost and flood, so its flag is not asked.</summary>
    static Quantity? Shallowest(JudgedReading shot, string quantity) =>
        shot.Quantities.FirstOrDefault(q => q.Quantity.Name == quantity && q.Quantity.Value is not null)?.Quantity;
}

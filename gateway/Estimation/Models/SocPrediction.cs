namespace FourPerMille.Sensor.Estimation.Models;

/// <summary>Whether a spectrum may be believed.</summary>
public enum Verdict
{
    /// <summary>Like the soils of the calibration.</summary>
    In,
    /// <summary>Unlike them: the estimate is shown and flagged, its interval does not hold.</summary>
    Out,
    /// <summary>No estimate is given.</summary>
    Abstain,
}

/// <summary>What a model says about one spectrum, in the model's unit.</summary>
/// <param name="Estimate">The mean; not a number where the verdict is abstain, and so are the four that follow it here.</param>
/// <param name="StandardUncertainty">Of one new sample, model error included, laboratory error as far as it is in the calibration's residuals.</param>
/// <param name="Lower90">Lower limit of the 90 % interval.</param>
/// <param name="Upper90">Upper limit of the 90 % interval.</param>
/// <param name="T2">Hotelling's T² against the calibration.</param>
/// <param name="Q">Squared spectral residual against the calibration.</param>
/// <param name="Reason">Why the verdict is not In; empty where it is.</param>
/// <param name="EndsWhen">What would end it; empty where the verdict is In.</param>
public readonly record struct SocPrediction(
    double Estimate, double StandardUncertainty, double Lower90, double Upper90, double T2, double Q, Verdict Verdict, string Reason, string EndsWhen)
{
    internal static SocPrediction Abstained(double t2, double q, string reason, string endsWhen) =>
        new(double.NaN, double.NaN, double.NaN, double.NaN, t2, q, Verdict.Abstain, reason, endsWhen);
}

/// <summary>What the other probes say about the soil while its spectrum is taken.</summary>
/// <param name="MoistureM3PerM3">Volumetric water content, null where unknown.</param>
/// <param name="TemperatureCelsius">Soil temperature at the spectral head, null where unknown.</param>
public readonly record struct SoilState(double? MoistureM3PerM3, double? TemperatureCelsius);

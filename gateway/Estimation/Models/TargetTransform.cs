using System.Text.Json.Serialization;

namespace FourPerMille.Sensor.Estimation.Models;

/// <summary>The scale on which a model is linear.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TargetTransform>))]
public enum TargetTransform
{
    [JsonStringEnumMemberName("none")] None,
    [JsonStringEnumMemberName("sqrt")] Sqrt,
    [JsonStringEnumMemberName("log1p")] Log1p,
}

/// <summary>To the model's scale and back.</summary>
/// <remarks>
/// Undoing a transform of the centre gives a median, and the mean of many medians is too low. Stocks are sums, so the estimate here is the
/// mean: with error s on the model's scale, z² + s² for the square root, exp(z + s²/2) - 1 for the logarithm. Interval limits are quantiles and
/// are simply undone.
/// </remarks>
public static class TargetTransforms
{
    public static double Forward(this TargetTransform transform, double target) => transform switch
    {
        TargetTransform.Sqrt => Math.Sqrt(target),
        TargetTransform.Log1p => Math.Log(1 + target),
        _ => target,
    };

    /// <summary>The target at one value of the model's scale; a square root below zero is no carbon.</summary>
    public static double Undo(this TargetTransform transform, double z) => transform switch
    {
        TargetTransform.Sqrt => z > 0 ? z * z : 0,
        TargetTransform.Log1p => Math.Exp(z) - 1,
        _ => z,
    };

    /// <summary>Mean and standard deviation of the target where the model's scale has z ± s (s ≥ 0), Gaussian.</summary>
    public static (double Mean, double StandardDeviation) Moments(this TargetTransform transform, double z, double s)
    {
        switch (transform)
        {
            case TargetTransform.Sqrt:
                var root = Math.Max(z, 0);
                return (root * root + s * s, Math.Sqrt(4 * root * root * s * s + 2 * s * s * s * s));
            case TargetTransform.Log1p:
                var grown = Math.Exp(z + s * s / 2);
                return (grown - 1, grown * Math.Sqrt(Math.Exp(s * s) - 1));
            default:
                return (z, s);
        }
    }

    /// <summary>The name used in commands and files.</summary>
    public static string Name(this TargetTransform transform) => transform.ToString().ToLowerInvariant();
}

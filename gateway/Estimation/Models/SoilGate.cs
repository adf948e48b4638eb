using System.Globalization;

namespace FourPerMille.Sensor.Estimation.Models;

/// <summary>
/// The other probes speak first: water darkens soil and ice scatters light, so a spectrum of wet or frozen soil is not judged by a model that
/// never saw one. An unknown moisture or temperature passes; T² and Q still stand.
/// </summary>
/// <param name="MaximumMoistureM3PerM3">The wettest soil the model may judge; null = any.</param>
public sealed record SoilGate(double? MaximumMoistureM3PerM3)
{
    /// <summary>Bulk soil water freezes at or a little below 0 degC.</summary>
    public const double FrozenBelowCelsius = 0;

    /// <summary>The reason to abstain and what would end it, or null to go on.</summary>
    public (string Reason, string EndsWhen)? Refuses(SoilState soil)
    {
        if (soil.TemperatureCelsius is { } celsius && celsius <= FrozenBelowCelsius)
            return ($"frozen soil ({Text(celsius, "F1")} degC)", "soil temperature above 0 degC");
        if (soil.MoistureM3PerM3 is { } moisture && MaximumMoistureM3PerM3 is { } limit && moisture > limit)
            return ($"soil wetter ({Text(moisture, "F3")} m3/m3) than any of the calibration ({Text(limit, "F3")} m3/m3)",
                $"soil moisture at or below {Text(limit, "F3")} m3/m3, or a model calibrated across moisture states");
        return null;
    }

    static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}

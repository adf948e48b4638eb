using FourPerMille.Sensor.Gateway.Estimates;

namespace FourPerMille.Sensor.Gateway.Technician.Web.Sheets;

/// <summary>Why no carbon figure is given, as somebody who works the land says it. The estimator's own sentence stays on record.</summary>
static class Abstention
{
    /// <summary>Members of the language files' family <c>abstains</c>; the last one stands for what nobody worded yet.</summary>
    public static IReadOnlyList<string> Words { get; } = ["frozen", "wet", "moisture", "temperature", "head", "head-error", "shot", "foreign", "strange", "unknown"];

    static readonly (string Said, string Word)[] Known =
    [
        ("frozen soil", "frozen"), ("soil wetter", "wet"), ("moisture unknown", "moisture"), ("needs the soil's moisture", "moisture"), ("soil temperature unknown", "temperature"),
        ("no certificate of the spectral head", "head"), ("the spectral head's own error", "head-error"), ("spectral shot was saturated", "shot"), ("a band is missing", "shot"),
        ("no soil of this region", "foreign"), ("outside the calibration", "strange"),
    ];

    /// <param name="reason">As the estimator said it (SocEstimator, and Reasons and SoilGate of the estimation).</param>
    public static string Word(string reason) => Known.FirstOrDefault(known => reason.Contains(known.Said, StringComparison.Ordinal)).Word ?? "unknown";
}

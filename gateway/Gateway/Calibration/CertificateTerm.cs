using FourPerMille.Sensor.Estimation.Spectra;

namespace FourPerMille.Sensor.Gateway.Calibration;

/// <summary>One source of a certificate's uncertainty, as the certificate states it.</summary>
/// <param name="Source">A fixed word, one of <see cref="TermSource"/>.</param>
/// <param name="U">Standard uncertainty, k = 1.</param>
/// <param name="Unit"><c>1</c>: a share of the value; else counts, m3/m3, Cel, ppm.</param>
/// <param name="Type">A: from repeated readings; B: from anything else (GUM 4.2, 4.3).</param>
/// <param name="IsShared">Common to all points, bands or readings under this certificate: no number of them averages it away.</param>
/// <param name="DegreesOfFreedom">Null where not known or without end.</param>
/// <param name="Basis">Where the figure comes from, in words.</param>
public sealed record CertificateTerm(string Source, double U, string Unit, Evaluation Type, bool IsShared, double? DegreesOfFreedom = null, string? Basis = null);

/// <summary>Fixed words: certificates, budgets of estimates and the console show them.</summary>
public static class TermSource
{
    // Of a spectral head.
    public const string Panel = "panel", White = "white", Tile = "tile", Drift = "drift", Shot = "shot", Dark = "dark", Companding = "companding", Gain = "gain";

    /// <summary>The water content, where the model looks at it.</summary>
    public const string Water = "water";

    // Of the other probes; their share is in the covariance.
    public const string RingVolume = "ring-volume", Balance = "balance", Thermometer = "thermometer", Ice = "ice", Gas = "gas";

    /// <summary>What no term speaks for.</summary>
    public const string HeadTemperature = "head-temperature", SoilContact = "soil-contact", SoilTemperature = "soil-temperature", Installation = "installation", Salinity = "salinity", SoilVariety = "soil-variety";

    /// <summary>Known to be missing in every certificate of a kind: said, so that nobody takes silence for zero.</summary>
    public static string[] NotIncluded(CertificateKind kind) => kind switch
    {
        CertificateKind.Moisture => [SoilTemperature, SoilContact, Installation, Salinity, SoilVariety],
        CertificateKind.SpectralHead => [HeadTemperature, SoilContact],
        _ => [Installation],
    };

    /// <summary>Members of the language files' family <c>term</c>.</summary>
    public static IReadOnlyList<string> Words { get; } =
    [
        Estimation.Models.UncertaintySource.Model, Panel, White, Tile, Drift, Shot, Dark, Companding, Gain, Water, RingVolume, Balance, Thermometer, Ice, Gas,
        HeadTemperature, SoilContact, SoilTemperature, Installation, Salinity, SoilVariety,
    ];
}

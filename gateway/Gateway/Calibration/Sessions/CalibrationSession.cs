using System.Text.Json;
using System.Text.Json.Serialization;

namespace FourPerMille.Sensor.Gateway.Calibration.Sessions;

public enum SessionState { Open, Issued, GivenUp }

/// <summary>What was on the bench and what it should have said.</summary>
/// <param name="Step">One of the plan's steps: <see cref="CalibrationPlan"/>.</param>
/// <param name="Probe">What the probe said: counts, °C, ppm; 0 for a head, which has <paramref name="Shots"/>.</param>
/// <param name="ProbeUncertainty">Standard uncertainty of that mean.</param>
/// <param name="Reference">What was true, in the quantity's unit; null while the oven has not spoken.</param>
/// <param name="ReferenceUncertainty">Standard uncertainty of it.</param>
/// <param name="Inputs">What was typed in: masses, volume, the reference's value.</param>
/// <param name="WasStable">False where the technician took it although the probe had not settled; <paramref name="Restless"/> says how it behaved.</param>
/// <param name="IsLeftOut">Shown, but not part of the fit.</param>
public sealed record CalibrationPoint(string Step, DateTimeOffset At, double Probe, double ProbeUncertainty, double? Reference, double? ReferenceUncertainty,
    IReadOnlyDictionary<string, double> Inputs, bool WasStable, string? Restless = null, bool IsLeftOut = false, HeadShots? Shots = null);

/// <summary>Raw counts of a head's shots at one gain and integration, by rising wavelength.</summary>
public sealed record HeadShots(int Gain, int IntegrationCode, double[][] Lit, double[][] Dark);

/// <summary>A calibration under way: whose, of what, and the points so far. Points are only added or marked; what was measured is never rewritten.</summary>
public sealed record CalibrationSession
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) }, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    [JsonIgnore] public long Id { get; init; }
    /// <summary>Rises with every change.</summary>
    [JsonIgnore] public int Version { get; init; }
    [JsonIgnore] public SessionState State { get; init; }

    public required string Node { get; init; }
    public required CertificateKind Kind { get; init; }
    /// <summary>Depth index of the probe, 0 the shallowest.</summary>
    public int Channel { get; init; }
    public required string ProbeSerial { get; init; }
    public required string Technician { get; init; }
    public required DateTimeOffset Begun { get; init; }
    public IReadOnlyList<CalibrationPoint> Points { get; init; } = [];
    /// <summary>The certificate that came of it.</summary>
    public string? Certificate { get; init; }

    /// <summary>The probe as the bench names it.</summary>
    [JsonIgnore]
    public string BenchName => Kind switch
    {
        CertificateKind.Moisture => $"moisture-{Channel + 1}",
        CertificateKind.Temperature => $"soil-temperature-{Channel + 1}",
        CertificateKind.Co2 => "co2",
        _ => "spectral-head",
    };

    public string ToJson() => JsonSerializer.Serialize(this, Json);
    public static CalibrationSession FromJson(string json) => JsonSerializer.Deserialize<CalibrationSession>(json, Json)!;
}

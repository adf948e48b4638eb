namespace FourPerMille.Sensor.Gateway.Calibration.Sessions;

/// <summary>A value the technician types in, with what is believable for it.</summary>
public sealed record PlanInput(string Name, string Unit, double Least, double Largest, double? Usual = null)
{
    /// <exception cref="InputRefused">Not a number, or one that cannot be.</exception>
    public double Checked(double? given)
    {
        if ((given ?? Usual) is not { } number)
            throw new InputRefused($"{Name}: is missing; it lies in {Least} to {Largest} {Unit}.") { Key = "refusal.input-missing", Parts = [Name, Least, Largest, Unit] };
        if (!double.IsFinite(number) || number < Least || number > Largest)
            throw new InputRefused($"{Name}: {number} {Unit} cannot be; it lies in {Least} to {Largest} {Unit}.") { Key = "refusal.input-range", Parts = [Name, Least, Largest, Unit] };
        return number;
    }
}

/// <summary>One step: what is done with the probe, and what is typed in.</summary>
/// <param name="Word">Names it in the console's languages (<c>step.*</c>) and pictures.</param>
/// <param name="Times">How often at least.</param>
/// <param name="Now">Asked when the point is taken.</param>
/// <param name="Later">Asked when it is known: after the oven.</param>
/// <param name="IsInFit">False for a check that decides nothing but whether the probe works.</param>
public sealed record PlanStep(string Word, int Times, IReadOnlyList<PlanInput> Now, IReadOnlyList<PlanInput> Later, bool IsInFit = true);

/// <summary>The way through a calibration, kind by kind. The arithmetic of each is in Estimation/ProbeCalibration.</summary>
public static class CalibrationPlan
{
    const string OnBench = "on the node's bench: ";

    static readonly PlanStep Air = new("air", 1, [], [], IsInFit: false), Water = new("water", 1, [], [], IsInFit: false);

    static readonly PlanStep Soil = new("soil", 5,
        [new("volume", "cm3", 5, 2000, 100), new("tare", "g", 0, 2000), new("wet", "g", 1, 5000)],
        [new("dry", "g", 1, 5000)]);

    static readonly PlanStep Ice = new("ice", 1, [Uncertainty("°C", 1, 0.05)], []);
    static readonly PlanStep Bath = new("bath", 1, [new("reference", "°C", 10, 50), Uncertainty("°C", 2, 0.1)], []);
    static readonly PlanStep Gas = new("gas", 1, [new("reference", "ppm", 300, 60_000, 420), Uncertainty("ppm", 5000, 10)], []);
    static readonly PlanStep Panel = new("panel", 1, [new("reflectance", "%", 50, 100, 99), Uncertainty("%", 5, 100 * HeadErrors.PanelShare)], []);
    static readonly PlanStep Tile = new("tile", 1, [new("reflectance", "%", 1, 100)], [], IsInFit: false);

    public static IReadOnlyList<PlanStep> Of(CertificateKind kind) => kind switch
    {
        CertificateKind.Moisture => [Air, Water, Soil],
        CertificateKind.Temperature => [Ice, Bath],
        CertificateKind.Co2 => [Gas],
        _ => [Panel, Tile],
    };

    /// <summary>How a certificate of the bench came about, as its record says it for good: English, whoever reads it (<see cref="StepsOf"/>).</summary>
    public static string MethodOf(CertificateKind kind) => OnBench + string.Join(", ", Of(kind).Select(step => step.Word));

    /// <summary>The steps that such a method names; null for one in somebody's own words.</summary>
    public static IReadOnlyList<string>? StepsOf(string method) => method.StartsWith(OnBench, StringComparison.Ordinal) ? method[OnBench.Length..].Split(", ") : null;

    /// <exception cref="InputRefused">This kind has no such step.</exception>
    public static PlanStep Step(CertificateKind kind, string word) =>
        Of(kind).FirstOrDefault(step => step.Word == word) ?? throw new InputRefused($"step: a {Certificate.Word(kind)} calibration has no step '{word}', but {string.Join(", ", Of(kind).Select(step => step.Word))}.");

    /// <summary>The step whose turn it is; the last one may always be repeated.</summary>
    public static PlanStep Next(CalibrationSession session) =>
        Of(session.Kind).FirstOrDefault(step => session.Points.Count(point => point.Step == step.Word && !point.IsLeftOut) < step.Times) ?? Of(session.Kind)[^1];

    /// <summary>The standard uncertainty of what the probe was compared with.</summary>
    static PlanInput Uncertainty(string unit, double largest, double usual) => new("uncertainty", unit, 0.0001, largest, usual);
}

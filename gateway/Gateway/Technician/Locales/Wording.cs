using System.Globalization;
using FourPerMille.Sensor.Estimation.ProbeCalibration;
using FourPerMille.Sensor.Gateway.Technician.Health;

namespace FourPerMille.Sensor.Gateway.Technician.Locales;

/// <summary>
/// Speaks one language: texts by key, numbers, dates and spans as its readers write them. Formats come from the language's own file, so a
/// gateway without the system's locale data speaks the same.
/// </summary>
public sealed class Wording(Language language)
{
    readonly NumberFormatInfo _numbers = new()
    {
        NumberDecimalSeparator = language.Texts["format.decimal"], NumberGroupSeparator = language.Texts["format.group"], NegativeSign = "−",
    };

    public Language Language => language;

    /// <summary>The text of a key. A key without a text shows itself, in brackets that no text has; a test finds it before anybody does.</summary>
    public string this[string key] => language.Texts.GetValueOrDefault(key) ?? $"⟦{key}⟧";

    /// <summary>The text of a key with its {0}, {1}, … filled in; what is filled in is already worded.</summary>
    public string this[string key, params object?[] parts]
    {
        get
        {
            var text = this[key];
            for (var i = 0; i < parts.Length; i++) text = text.Replace($"{{{i}}}", Convert.ToString(parts[i], CultureInfo.InvariantCulture), StringComparison.Ordinal);
            return text;
        }
    }

    public bool Knows(string key) => language.Texts.ContainsKey(key);

    /// <summary>The text of one member of a family of keys, such as <c>quantity.</c> and <c>moisture</c>.</summary>
    public string Of(string family, object member) => this[$"{family}.{member}"];

    /// <summary>A refusal in this language where its words are known, else as the program says it.</summary>
    public string Of(InputRefused refused) => refused.Key is { } key && Knows(key) ? this[key, [.. refused.Parts.Select(Part)]] : Retold(refused.Message);

    /// <summary>A sentence that was kept in English, in this language where it is known; see <see cref="Retelling"/>.</summary>
    public string Retold(string english) => Retelling.Of(english) is var (key, parts) ? this[key, [.. parts.Select(Retold)]] : english;

    /// <summary>How a certificate was made: on the bench by these steps, else in the words of whoever made it elsewhere.</summary>
    public string Method(string method) => Calibration.Sessions.CalibrationPlan.StepsOf(method) is { } steps ? this["certificate.on-bench", string.Join(", ", steps.Select(step => Of("step", step)))] : method;

    /// <summary>A part of a refusal as its reader writes it: numbers with their decimal sign, the names of inputs in words.</summary>
    object? Part(object? part) => part switch
    {
        double number => Plain(number),
        InputRefused within => Of(within),
        RefusalSentence within => Of(new InputRefused(within)),
        string name when Knows("input." + name) => this["input." + name],
        string { Length: 2 } code when Knows("country." + code) => this["country." + code],
        string sentence => Retold(sentence),
        _ => part,
    };

    public string Number(double value, int decimals) => value.ToString("N" + decimals, _numbers);

    /// <summary>A number to be typed over: as this language writes it, without groups.</summary>
    public string Plain(double value) => value.ToString("0.######", _numbers);

    public string Number(long value) => value.ToString("N0", _numbers);

    /// <summary>A value with its standard uncertainty, both to the uncertainty's second significant digit (GUM 7.2.6).</summary>
    public string Uncertain(double value, double standardUncertainty)
    {
        var decimals = Decimals(standardUncertainty);
        return $"{Number(value, decimals)} ± {Number(standardUncertainty, decimals)}";
    }

    /// <summary>Date and time to the minute, UTC.</summary>
    public string Instant(DateTimeOffset utc) => utc.UtcDateTime.ToString(this["format.instant"], CultureInfo.InvariantCulture);

    public string Date(DateTimeOffset utc) => utc.UtcDateTime.ToString(this["format.date"], CultureInfo.InvariantCulture);

    /// <summary>Day and month, for axes.</summary>
    public string Day(DateTimeOffset utc) => utc.UtcDateTime.ToString(this["format.day"], CultureInfo.InvariantCulture);

    /// <summary>A length of time in the largest whole unit that says it.</summary>
    public string Length(TimeSpan span) => span < TimeSpan.FromHours(2) ? this["length.minutes", (int)span.TotalMinutes]
        : span < TimeSpan.FromDays(2) ? this["length.hours", (int)span.TotalHours]
        : this["length.days", (int)span.TotalDays];

    /// <summary>How long ago, in the largest whole unit that says it.</summary>
    public string Ago(TimeSpan span) => span < TimeSpan.FromMinutes(2) ? this["span.now"]
        : span < TimeSpan.FromHours(2) ? this["span.minutes", (int)span.TotalMinutes]
        : span < TimeSpan.FromDays(2) ? this["span.hours", (int)span.TotalHours]
        : this["span.days", (int)span.TotalDays];

    /// <summary>One concern as a sentence.</summary>
    public string Concern(Concern concern)
    {
        var probe = Probe(concern);
        return Of("concern", concern.Kind, concern.Kind switch
        {
            ConcernKind.NeverHeard => [Length(concern.Span!.Value)],
            ConcernKind.Silent => [Length(concern.Span!.Value), Instant(concern.At!.Value)],
            ConcernKind.BatteryLow or ConcernKind.BatteryEmpty => [Number(concern.Count!.Value / 1000.0, 2)],
            ConcernKind.ReadingsMissing or ConcernKind.ReadingsLost or ConcernKind.ReadingsLostHere or ConcernKind.NameConflict or ConcernKind.SealBroken or ConcernKind.SealUnsealable
                or ConcernKind.FramesUnread => [Number(concern.Count!.Value)],
            ConcernKind.WrongMacs or ConcernKind.ConfigurationRefused or ConcernKind.ConfigurationFellBack => [Instant(concern.At!.Value)],
            ConcernKind.CertificateOfAnother => [probe, concern.Serials!.Value.Certified, concern.Serials.Value.Fitted],
            ConcernKind.ProbeStuck => [probe, Length(concern.Span!.Value)],
            ConcernKind.ProbeDrifting => [probe, Date(concern.At!.Value), .. Moved(concern.Moved!.Value)],
            ConcernKind.CertificateEnding or ConcernKind.CertificateExpired => [probe, Date(concern.At!.Value)],
            _ => [probe],
        });
    }

    /// <summary>A change with its sign, and what of it is explained, as people read them.</summary>
    string[] Moved((double By, double Explained, string Unit) moved)
    {
        var shown = Web.Shown.Of(new Calibration.Quantity("", null, moved.By, moved.Explained, moved.Unit, null, []));
        var decimals = Decimals(shown.StandardUncertainty!.Value);
        return [$"{(moved.By > 0 ? "+" : "")}{Number(shown.Value!.Value, decimals)} {shown.Unit}", $"{Number(shown.StandardUncertainty.Value, decimals)} {shown.Unit}"];
    }

    /// <summary>The probe a concern is about, with its number where the node has several; null for a concern of the node as a whole.</summary>
    public string? Probe(Concern concern) => concern.Probe is { } name ? Of("probe", name) + (concern.Channel is { } channel && name is not ("spectral-head" or "co2") ? $" {channel + 1}" : "") : null;

    /// <summary>What is to be said against a calibration.</summary>
    public string Complaint(Complaint complaint) => Of("complaint", complaint.Kind, complaint.Kind == ComplaintKind.TakenUnsettled
        ? [Of("step", complaint.Parts[0]), Of("bench-reason", Web.Shown.Key((string)complaint.Parts[1]))]
        : [.. complaint.Parts.Select(part => Plain(Convert.ToDouble(part, CultureInfo.InvariantCulture)))]);

    public string Of(string family, object member, params object?[] parts) => this[$"{family}.{member}", parts];

    static int Decimals(double standardUncertainty) =>
        standardUncertainty > 0 && double.IsFinite(standardUncertainty) ? Math.Clamp(1 - (int)Math.Floor(Math.Log10(standardUncertainty)), 0, 6) : 2;
}

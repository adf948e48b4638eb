using System.Globalization;
using FourPerMille.Sensor.Gateway.Holders;
using FourPerMille.Sensor.Gateway.Levels;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Provisioning.Enrolment;
using FourPerMille.Sensor.Gateway.Provisioning.Life;

namespace FourPerMille.Sensor.Gateway.Technician.Web.Enrolling;

/// <summary>The enrolment form as it was filled in: every field a text, shown again as typed. What it comes to is an order or a refusal.</summary>
sealed class EnrolmentForm
{
    /// <summary>Choice of a parcel that is entered with the node; a known one is chosen by its name.</summary>
    public const string NewParcel = "+";

    /// <summary>Choice of a country beyond those whose radio plan is known, by its two letters.</summary>
    public const string OtherCountry = "+";

    static readonly Dictionary<string, string> Blank = new()
    {
        ["link"] = "wifi", ["modem"] = "rak3172", ["sf"] = "9", ["interval"] = "60", ["send-every"] = "1", ["head"] = "on", ["spectral-every"] = "24", ["co2-every"] = "6",
        ["moisture-1"] = "5", ["moisture-2"] = "15", ["moisture-3"] = "30", ["temperature-1"] = "5", ["temperature-2"] = "15", ["temperature-3"] = "30",
        ["host"] = "fpm-gateway.local", ["role"] = "project",
    };

    readonly IReadOnlyDictionary<string, string> _fields;
    readonly Func<string, string> _label;

    EnrolmentForm(IReadOnlyDictionary<string, string> fields, Func<string, string> label) => (_fields, _label) = (fields, label);

    public static EnrolmentForm Empty { get; } = new(Blank, field => field);

    /// <param name="label">A field's name as the page shows it, for refusals.</param>
    public static EnrolmentForm Of(IFormCollection form, Func<string, string> label) =>
        new(form.Where(field => field.Key[0] != '_').ToDictionary(field => field.Key, field => field.Value.ToString().Trim()), label);

    /// <summary>As typed; empty where nothing was.</summary>
    public string this[string field] => Typed(field);

    public bool Is(string field, string value = "on") => Typed(field) == value;

    /// <summary>As on a label: with blanks, dashes or colons, in capitals. Empty for one that shall be made.</summary>
    public string NodeId => string.Concat(Typed("id").Where(c => !char.IsWhiteSpace(c) && c is not ('-' or ':'))).ToLowerInvariant();

    /// <summary>The data rate that is planned with.</summary>
    public int SpreadingFactor => int.TryParse(Typed("sf"), CultureInfo.InvariantCulture, out var sf) && sf is >= 7 and <= 12 ? sf : 9;

    /// <exception cref="InputRefused">A field is no number.</exception>
    public NodeSettings Settings(Parcel? chosen) => new()
    {
        Site = Or(Typed("site"), chosen?.Site), Region = Or(Typed("region"), chosen?.Region), Country = Or(Country, chosen?.Country) is { Length: > 0 } country ? country : null,
        Twin = Text("twin"), Parcel = Is("parcel", NewParcel) ? Text("parcel-name") : chosen?.Name,
        Role = Is("role", "control") ? NodeRole.Control : NodeRole.Project,
        Link = Is("link", "lora") ? NodeLink.Lora : NodeLink.Wifi,
        Modem = !Is("link", "lora") ? null : Is("modem", "lora-e5") ? NodeModem.LoRaE5 : NodeModem.Rak3172,
        IntervalMinutes = Whole("interval"), SendEvery = Is("link", "lora") ? 1 : Whole("send-every"),
        SpectralEvery = Is("head") ? Whole("spectral-every") : 0, Co2Every = Is("co2") ? Whole("co2-every") : 0,
        MoistureDepthsCm = Depths("moisture"), TemperatureDepthsCm = Depths("temperature"),
        Host = Typed("host"), RadioConfirmation = Confirmation(), Firmware = Text("firmware")?.ToLowerInvariant(),
    };

    /// <exception cref="InputRefused">A field is no number, or the holder is missing.</exception>
    public EnrolmentOrder Order(Parcel? chosen, DateTimeOffset now)
    {
        var settings = Settings(chosen);
        var id = NodeId.Length > 0 ? NodeId : EnrolmentDesk.MakeId();
        var probes = Probes().ToList();
        if (!Is("parcel", NewParcel)) return new(id, settings, null, []) { Probes = probes };
        var land = $"{settings.Site}/{settings.Parcel}";
        var parcel = new ParcelRequest
        {
            Site = settings.Site, Parcel = settings.Parcel ?? "", Region = settings.Region, Country = settings.Country ?? "",
            Hectares = Number("hectares"), Latitude = Number("latitude"), Longitude = Number("longitude"), Restricted = !Is("open-data", "yes"),
        };
        if (Enum.GetValues<ConsentScope>().Any(scope => !Is(FieldOf(scope), "yes") && !Is(FieldOf(scope), "no")))
            throw new InputRefused("consents: ask the holder all three questions; silence is no consent, and no answer is a no that nobody said.") { Key = "refusal.consent-unanswered" };
        var allowed = Enum.GetValues<ConsentScope>().Where(scope => Is(FieldOf(scope), "yes")).ToList();
        // Who says no to everything need not be named.
        if (allowed.Count > 0 && Text("holder") is null) throw Missing("holder");
        return new(id, settings, parcel, [.. allowed.Select(scope => new Consent { About = land, Scope = scope, Given = true, Holder = Typed("holder"), When = now })]) { Probes = probes };
    }

    public static string FieldOf(ConsentScope scope) => scope switch { ConsentScope.OpenData => "open-data", ConsentScope.ExactPosition => "exact-position", _ => "holder-name" };

    string Country => (Is("country", OtherCountry) ? Typed("country-letters") : Typed("country")).ToUpperInvariant();

    RadioConfirmation? Confirmation() => Text("authority") is null && Text("confirmed-by") is null && Text("confirmed-on") is null ? null
        : new(Typed("authority"), Typed("confirmed-by"), DateOnly.TryParseExact(Typed("confirmed-on"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var on) ? on
            : throw new InputRefused("confirmed-on: give the day on which the regulator confirmed.") { Key = "refusal.radio-day" }, Text("confirmation"));

    double[] Depths(string probe) => [.. Enumerable.Range(1, 3).Where(n => Typed($"{probe}-{n}").Length > 0).Select(n => Number($"{probe}-{n}"))];

    /// <summary>Channels count the depths that are filled in, as <see cref="Depths"/> does.</summary>
    IEnumerable<NodeEvent.ProbeFitted> Probes()
    {
        foreach (var kind in new[] { "moisture", "temperature" })
        {
            var channel = 0;
            for (var n = 1; n <= 3; n++)
            {
                var serial = Text($"serial-{kind}-{n}");
                if (serial is not null && Text($"{kind}-{n}") is null) throw new InputRefused($"serial-{kind}-{n}: has no depth. Give the probe's depth, or leave its number out.") { Key = "refusal.serial-without-depth", Parts = [serial] };
                if (Text($"{kind}-{n}") is null) continue;
                if (serial is not null) yield return new(kind, channel, serial);
                channel++;
            }
        }
        if (Is("head") && Text("serial-head") is { } head) yield return new("spectral-head", 0, head);
        if (Is("co2") && Text("serial-co2") is { } co2) yield return new("co2", 0, co2);
    }

    double Number(string field) => TypedNumber.Read(Typed(field)) ?? throw Missing(field);

    InputRefused Missing(string field) => new($"{field}: is missing.") { Key = "refusal.field-missing", Parts = [_label(field)] };

    /// <summary>Fractions become what no rule accepts, so that they are refused by the rule and not cut off silently.</summary>
    int Whole(string field) => Number(field) is var number && number == Math.Floor(number) && Math.Abs(number) < 1e6 ? (int)number : -1;

    string Typed(string field) => _fields.GetValueOrDefault(field, "");

    string? Text(string field) => Typed(field) is { Length: > 0 } text ? text : null;

    static string Or(string typed, string? otherwise) => typed.Length > 0 ? typed : otherwise ?? "";
}

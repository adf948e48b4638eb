using System.Collections;
using FourPerMille.Sensor.Gateway.Technician.Access;

namespace FourPerMille.Sensor.Gateway.Housekeeping.Settings;

/// <summary>
/// What holds, by what goes before what: the environment, then the configuration file, then gateway.json, then the defaults. The command
/// line of <c>fpm serve</c> is laid over it by that verb.
/// </summary>
sealed class EffectiveSettings
{
    /// <summary>Where the file is, if no <c>--config</c> says so.</summary>
    public const string FileVariable = Setting.Prefix + "CONFIG";

    readonly List<SettingFault> _faults = [];
    readonly Dictionary<string, string> _sources = [];

    EffectiveSettings(string? file, GatewayOptions options) => (File, Options) = (file, options);

    /// <summary>The configuration file in use; null for none.</summary>
    public string? File { get; }

    public GatewayOptions Options { get; private set; }

    /// <summary>What is wrong; where anything is, <see cref="Options"/> are not to be run with.</summary>
    public IReadOnlyList<SettingFault> Faults => _faults;

    /// <summary>Where a setting was said: a line of a file, an environment variable, or by default.</summary>
    public string SourceOf(Setting setting) => _sources.GetValueOrDefault(setting.Key, "default");

    /// <summary>The settings of this machine.</summary>
    /// <param name="dataFolder">As the command line says; null: as the settings say.</param>
    /// <param name="file">As the command line says; null: as the environment says, or none.</param>
    public static EffectiveSettings Of(string? dataFolder, string? file) => Of(dataFolder, file, Environment.GetEnvironmentVariables());

    /// <summary>The folder that verbs work on where none is named.</summary>
    public static string DataFolder()
    {
        var settings = Said(null, Environment.GetEnvironmentVariables(), []);
        return settings.LastOrDefault(said => said.Setting.Key == "data").Value ?? "fpm-data";
    }

    internal static EffectiveSettings Of(string? dataFolder, string? file, IDictionary environment)
    {
        var faults = new List<SettingFault>();
        var said = Said(file, environment, faults);
        var folder = Path.GetFullPath(dataFolder ?? said.LastOrDefault(s => s.Setting.Key == "data").Value ?? "fpm-data");
        var settings = new EffectiveSettings(file ?? Variable(environment, FileVariable), new GatewayOptions { DataFolder = folder });
        settings._faults.AddRange(faults);
        settings.TakeKept(folder);
        foreach (var (setting, value, where) in said) settings.Take(setting, value, where);
        // What the command line says of the folder goes before all.
        if (dataFolder is not null) settings.Options = settings.Options with { DataFolder = folder };
        if (settings._faults.Count == 0) settings.CheckTogether();
        return settings;
    }

    /// <exception cref="InputRefused">Something is wrong: every fault, one a line.</exception>
    public GatewayOptions Checked() => _faults.Count == 0 ? Options : throw new InputRefused(string.Join('\n', _faults));

    /// <summary>File, then environment: later goes before earlier.</summary>
    static List<(Setting Setting, string Value, string Where)> Said(string? file, IDictionary environment, List<SettingFault> faults)
    {
        var said = new List<(Setting, string, string)>();
        if ((file ?? Variable(environment, FileVariable)) is { } path)
        {
            var (settings, unreadable) = ConfigurationFile.Read(path);
            said.AddRange(settings);
            faults.AddRange(unreadable);
        }
        foreach (var name in environment.Keys.Cast<string>().Where(name => name.StartsWith(Setting.Prefix, StringComparison.Ordinal) && name != FileVariable).Order(StringComparer.Ordinal))
        {
            if (KnownSettings.All.FirstOrDefault(s => s.Variable == name) is { } setting) said.Add((setting, Variable(environment, name)!, $"environment: {name}"));
            else faults.Add(new($"environment: {name}", "is no setting of this gateway. Take it out, or correct its name: FPM_GATEWAY_ and a key of the configuration file."));
        }
        return said;
    }

    static string? Variable(IDictionary environment, string name) => environment[name] as string is { Length: > 0 } value ? value : null;

    void TakeKept(string folder)
    {
        try { Options = GatewayOptions.Of(folder); }
        catch (InputRefused unreadable) { _faults.Add(new("gateway.json", unreadable.Message)); return; }
        var defaults = new GatewayOptions { DataFolder = folder };
        foreach (var setting in KnownSettings.All.Where(s => s.Show(Options) != s.Show(defaults))) _sources[setting.Key] = Path.Combine(folder, "gateway.json");
    }

    void Take(Setting setting, string value, string where)
    {
        try
        {
            Options = setting.Take(Options, value);
            _sources[setting.Key] = where;
        }
        catch (FormatException wrong)
        {
            _faults.Add(new(where, $"{setting.Key}: {(setting.IsSecret ? "its value" : $"'{value}'")} {wrong.Message}."));
        }
    }

    /// <summary>What each may be alone but not beside the others, or on this machine.</summary>
    void CheckTogether()
    {
        Try(["mqtt-certificate", "mqtt-key", "mqtt-ca", "mqtt-tls", "mqtt-node-certificates", "mqtt-names"], () => Options.WithMqttTlsChecked());
        if (Options.Console is { } console) Try(["console"], () => ConsoleDoor.Checked(console));
        if (Options.ConsoleCertificate is null != Options.ConsoleKey is null)
            Fault("console-certificate", "console-key", "console-certificate and console-key are given together or not at all.");
        foreach (var (key, file) in new[]
        {
            ("console-certificate", Options.ConsoleCertificate), ("console-key", Options.ConsoleKey),
            ("mqtt-certificate", Options.MqttCertificate), ("mqtt-key", Options.MqttKey), ("mqtt-ca", Options.MqttCa),
        })
        {
            if (file is not null && Unreadable(file) is { } why) Fault(key, key, $"{key}: {file} cannot be read ({why}). Correct the path, or let the gateway's user read it.");
        }
        if (Options.ObservatoryBytesPerDay < GatewayOptions.FewestBytesPerDay)
            Fault("observatory-bytes-per-day", "observatory-bytes-per-day", $"observatory-bytes-per-day: {Options.ObservatoryBytesPerDay} is less than the longest record takes. Give at least {GatewayOptions.FewestBytesPerDay}.");
        foreach (var (key, address) in new[] { ("urls", Options.Urls), ("observatory", Options.Observatory), ("chirpstack-api", Options.ChirpstackApi), ("tts-api", Options.TtsApi) })
            if (address is not null && address.Scheme is not ("http" or "https")) Fault(key, key, $"{key}: '{address}' must begin with http:// or https://.");
        foreach (var (key, address) in new[] { ("broker", Options.Broker), ("chirpstack-broker", Options.ChirpstackBroker), ("tts-broker", Options.TtsBroker) })
            if (address is not null && address.Scheme is not ("mqtt" or "mqtts")) Fault(key, key, $"{key}: its address must begin with mqtt:// or mqtts://.");
    }

    static string? Unreadable(string file)
    {
        try
        {
            using var opened = System.IO.File.OpenRead(file);
            return null;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException) { return refused.Message; }
    }

    void Try(string[] keys, Action check)
    {
        try { check(); }
        catch (InputRefused refused) { _faults.Add(new(keys.Select(Place).FirstOrDefault(place => place is not null) ?? "settings", refused.Message)); }
    }

    void Fault(string key, string otherwise, string what) => _faults.Add(new(Place(key) ?? Place(otherwise) ?? "settings", what));

    string? Place(string key) => _sources.GetValueOrDefault(key);
}

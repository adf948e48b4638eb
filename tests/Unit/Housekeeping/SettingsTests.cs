using System.Collections;
using System.CommandLine;
using System.Text.Json.Serialization;
using FourPerMille.Sensor.Gateway;
using FourPerMille.Sensor.Gateway.Housekeeping.Settings;
using FourPerMille.Sensor.Gateway.Technician.Cli;

namespace FourPerMille.Sensor.Unit.Housekeeping;

public sealed class SettingsTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("fpm-settings-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_option_of_the_gateway_is_a_setting_once_and_is_called_so_on_the_command_line_too()
    {
        var properties = typeof(GatewayOptions).GetProperties().Where(p => p.CanWrite && !p.IsDefined(typeof(JsonIgnoreAttribute), false)).Select(p => p.Name).Order();
        Assert.Equal(properties, KnownSettings.All.Select(s => s.Property).Order());

        var serve = CommandLine.Build().Subcommands.Single(c => c.Name == "serve").Options.Select(o => o.Name).Except(["--config", "--json"]).Order();
        Assert.Equal(serve, KnownSettings.All.Select(s => "--" + s.Key).Order());
        // In the environment and in gateway.json the same words, in the spelling of each.
        Assert.All(KnownSettings.All.Where(s => s.Key != "data"), s => Assert.Equal(s.Property, string.Concat(s.Key.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]))));
    }

    [Fact]
    public void The_file_that_is_installed_names_every_option_and_its_default()
    {
        var file = Path.Combine(Repository.Root, "gateway/Delivery/etc/fpm/gateway.conf");
        Assert.Equal(ConfigurationFile.Template(), File.ReadAllText(file));

        var effective = EffectiveSettings.Of(null, file, Environment());
        Assert.Empty(effective.Faults);
        Assert.Equal(new GatewayOptions { DataFolder = "/var/lib/fpm" }, effective.Options);

        // With every default uncommented it says the same.
        var defaults = File.ReadAllText(file).Split('\n').Where(line => line.Length > 1 && line[0] == '#' && line[1] != ' ').ToList();
        var options = new GatewayOptions { DataFolder = "/var/lib/fpm" };
        foreach (var (key, value) in defaults.Select(line => line[1..].Split(" = ", 2)).Select(pair => (pair[0], pair[1])))
        {
            var setting = KnownSettings.Find(key)!;
            Assert.True(setting.Show(options) is null || setting.Show(options) == value, $"{key}: the file says {value}, the gateway {setting.Show(options)}");
            if (setting.Key is not ("console-certificate" or "console-key")) Assert.NotNull(setting.Take(options, value));
        }
        Assert.Equal(KnownSettings.All.Count() - 1, defaults.Count);
    }

    [Fact]
    public void Whatever_is_wrong_is_told_at_once_with_file_line_and_cure()
    {
        var file = Write("""
            # a comment
            data = /var/lib/fpm
            mqt = 0.0.0.0:8883
            urls = not-an-address
            mqtt-tls = yes
            courier
            name =
            name = one.example.org
            name = two.example.org
            chirpstack-token = to#ken with = everything
            chirpstack-broker = ::secret::
            """);

        var settings = EffectiveSettings.Of(null, file, Environment(("FPM_GATEWAY_SNTP", "noon"), ("FPM_GATEWAY_MQTT_PORT", "1")));

        Assert.Equal(
        [
            $"{file}:3: mqt: is no setting of this gateway. Was mqtt meant?",
            $"{file}:6: 'courier' is no setting. Write 'key = value', or put # before a comment.",
            $"{file}:7: name: has no value. Give one, or put # before the line to have the default.",
            $"{file}:9: name: stands in line 8 already. Keep one of the two.",
            "environment: FPM_GATEWAY_MQTT_PORT: is no setting of this gateway. Take it out, or correct its name: FPM_GATEWAY_ and a key of the configuration file.",
            $"{file}:4: urls: 'not-an-address' is not an address such as http://127.0.0.1:8080.",
            $"{file}:5: mqtt-tls: 'yes' is neither on nor off.",
            $"{file}:11: chirpstack-broker: its value is not an address such as http://127.0.0.1:8080.",
            "environment: FPM_GATEWAY_SNTP: sntp: 'noon' is not an address and port such as 0.0.0.0:8883.",
        ], settings.Faults.Select(f => f.ToString()));
        Assert.Throws<InputRefused>(settings.Checked);
        Assert.Equal("to#ken with = everything", settings.Options.ChirpstackToken);
    }

    [Theory]
    [InlineData("console = http://0.0.0.0:8443", "must be https://")]
    [InlineData("console-certificate = /nowhere.pem", "given together")]
    [InlineData("mqtt-key = /nowhere.pem", "given together")]
    [InlineData("mqtt-certificate = /no/a.pem\nmqtt-key = /no/b.pem\nmqtt-ca = /no/c.pem", "cannot be read")]
    [InlineData("observatory-bytes-per-day = 1000", "at least 80000")]
    [InlineData("observatory = ftp://example.org", "must begin with http://")]
    [InlineData("broker = http://127.0.0.1:1883", "must begin with mqtt://")]
    public void What_does_not_go_together_is_told_with_its_line(string lines, string what)
    {
        var file = Write(lines);
        var faults = EffectiveSettings.Of(_folder, file, Environment()).Faults;
        Assert.NotEmpty(faults);
        Assert.All(faults, fault => Assert.StartsWith(file + ":", fault.Where));
        Assert.Contains(what, faults[0].What);
    }

    [Fact]
    public void The_environment_goes_before_the_file_and_the_file_before_what_setup_kept()
    {
        File.WriteAllText(Path.Combine(_folder, "gateway.json"), """{"console": "https://0.0.0.0:1", "sntp": "0.0.0.0:1", "courier": true, "name": "kept.example.org"}""");
        var file = Write($"data = {_folder}\nconsole = https://0.0.0.0:2\nsntp = 0.0.0.0:2\nmqtt-names = hut.lan, 10.0.0.1\n");

        var settings = EffectiveSettings.Of(null, file, Environment(("FPM_GATEWAY_CONSOLE", "https://0.0.0.0:3"), ("FPM_GATEWAY_MQTT_TLS", "off")));

        var options = settings.Checked();
        Assert.Equal((3, 2, true, "kept.example.org", false), (options.Console!.Port, options.Sntp!.Port, options.Courier, options.Name, options.MqttTls));
        Assert.Equal(["hut.lan", "10.0.0.1"], options.MqttNames);
        Assert.Equal(["environment: FPM_GATEWAY_CONSOLE", $"{file}:3", Path.Combine(_folder, "gateway.json"), "default"],
            new[] { "console", "sntp", "courier", "urls" }.Select(key => settings.SourceOf(KnownSettings.Find(key)!)));
        // A folder named on the command line goes before all, and its own gateway.json counts.
        Assert.Equal(("/tmp/other", (string?)null), (EffectiveSettings.Of("/tmp/other", file, Environment()).Options.DataFolder, EffectiveSettings.Of("/tmp/other", file, Environment()).Options.Name));
    }

    [Fact]
    public async Task The_check_starts_nothing_and_ends_by_what_it_found_and_a_start_is_refused_in_the_same_words()
    {
        var (good, bad) = (Write($"data = {_folder}\n"), Write("mqtt = here\n", "bad.conf"));
        Assert.Equal(0, await CommandLine.Run(["configuration", "check", "--config", good]));
        Assert.Equal(1, await CommandLine.Run(["configuration", "check", "--config", bad]));
        Assert.Equal(2, await CommandLine.Run(["configuration", "check", "--config", Path.Combine(_folder, "none.conf")]));
        Assert.Equal(2, await CommandLine.Run(["serve", "--config", bad, "--data", _folder]));
        Assert.Equal(["bad.conf", "gateway.conf"], Directory.EnumerateFileSystemEntries(_folder).Select(Path.GetFileName).Order());
    }

    string Write(string text, string name = "gateway.conf")
    {
        var file = Path.Combine(_folder, name);
        File.WriteAllText(file, text);
        return file;
    }

    static Hashtable Environment(params (string Name, string Value)[] variables)
    {
        var table = new Hashtable { ["PATH"] = "/bin" };
        foreach (var (name, value) in variables) table[name] = value;
        return table;
    }
}

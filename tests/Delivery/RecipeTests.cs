using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace FourPerMille.Sensor.Delivery;

/// <summary>The files beside the gateway: what they are for understands them.</summary>
public sealed class RecipeTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("fpm-recipes-").FullName;

    static string Recipe(string name) => Path.Combine(Repository.Root, "gateway/Delivery/recipes", name);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [ToolFact("dnsmasq", "dnsmasq-base")]
    public async Task Dnsmasq_understands_its_file() => Assert.Contains("syntax check OK", (await Shell.Run("dnsmasq", "--test", "-C", Recipe("dnsmasq.conf"))).Well().Error);

    /// <summary>It prints what it read and starts nothing.</summary>
    [ToolFact("chronyd", "chrony")]
    public async Task Chrony_understands_its_file() => Assert.Contains("allow 192.168.4.0/24", (await Shell.Run("chronyd", "-p", "-f", Recipe("chrony.conf"))).Well().Out);

    /// <summary>In a network namespace of its own, and asked only to check.</summary>
    [ToolFact("nft unshare", "nftables util-linux")]
    public async Task Nftables_understands_its_file()
    {
        var check = await Shell.Run("unshare", "--user", "--map-root-user", "--net", Tools.Find("nft")!, "-c", "-f", Recipe("nftables.conf"));
        if (check.Error.Contains("unshare failed", StringComparison.Ordinal)) check = await Shell.Run("unshare", "--net", Tools.Find("nft")!, "-c", "-f", Recipe("nftables.conf"));
        check.Well();
    }

    [ToolFact("mosquitto mosquitto_passwd", "mosquitto")]
    public async Task Mosquitto_starts_with_the_broker_s_file_and_gives_the_gateway_its_rights_only()
    {
        (await Shell.Run("mosquitto_passwd", "-b", "-c", In("passwords"), "fpm-gateway", "word")).Well();
        (await Shell.Run("mosquitto_passwd", "-b", In("passwords"), "chirpstack", "word")).Well();
        File.Copy(Recipe("mosquitto-chirpstack.acl"), In("chirpstack.acl"));
        var port = FreePort();
        using var broker = await Mosquitto(File.ReadAllText(Recipe("mosquitto-chirpstack.conf")).Replace("/etc/mosquitto", _folder).Replace("/var/lib/mosquitto", _folder).Replace("listener 1883", $"listener {port}"));
        try
        {
            if (Tools.Find("mosquitto_sub") is null) return;
            var hears = Shell.Run("mosquitto_sub", "-h", "127.0.0.1", "-p", $"{port}", "-u", "fpm-gateway", "-P", "word", "-t", "application/+/device/+/event/up", "-C", "1", "-W", "60");
            var publish = new[] { "-h", "127.0.0.1", "-p", $"{port}", "-P", "word", "-q", "1", "-t", "application/a/device/b/event/up" };
            while (!hears.IsCompleted)
            {
                (await Shell.Run("mosquitto_pub", [.. publish, "-u", "fpm-gateway", "-m", "forged"])).ToString();
                (await Shell.Run("mosquitto_pub", [.. publish, "-u", "chirpstack", "-m", "true"])).Well();
                await Task.WhenAny(hears, Task.Delay(200));
            }
            Assert.Equal("true\n", (await hears).Well().Out);
            Assert.NotEqual(0, (await Shell.Run("mosquitto_pub", "-h", "127.0.0.1", "-p", $"{port}", "-t", "a", "-m", "b")).Code); // nobody without a name
        }
        finally
        {
            broker.Kill();
            await broker.WaitForExitAsync();
        }
    }

    [ToolFact("mosquitto", "mosquitto")]
    public async Task Mosquitto_starts_with_the_bridge_s_file()
    {
        using var broker = await Mosquitto($"listener {FreePort()} 127.0.0.1\n" + File.ReadAllText(Recipe("mosquitto-bridge.conf")).Replace("chirpstack.example.org:8883", "127.0.0.1:1"));
        broker.Kill();
        await broker.WaitForExitAsync();
    }

    [Fact]
    public void The_concentrator_listens_where_the_network_server_expects_nodes_and_EU868_has_room_for_them()
    {
        var board = JsonNode.Parse(File.ReadAllText(Recipe("concentrator-eu868.json")))!["SX130x_conf"]!;
        var heard = Enumerable.Range(0, 8).Select(i => board[$"chan_multiSF_{i}"]!).Select(c => (long)board[$"radio_{c["radio"]}"]!["freq"]! + (long)c["if"]!).Order().ToList();
        var region = File.ReadAllText(Recipe("chirpstack-region-eu868.toml"));
        var listened = Numbers(region[..region.IndexOf("[regions.network]", StringComparison.Ordinal)], "frequency");
        Assert.Equal(heard, listened.Order());
        // The three that every node joins by are in the plan itself; the other five are told to nodes.
        Assert.Equal([868_100_000, 868_300_000, 868_500_000], heard.Except(Numbers(region[region.IndexOf("extra_channels", StringComparison.Ordinal)..], "frequency")));
        // ETSI EN 300 220-2: 865-868 MHz and 868.0-868.6 MHz have 1 %, with half a channel's width to the edges.
        Assert.All(heard, hertz => Assert.True(hertz is >= 865_062_500 and <= 867_937_500 or >= 868_062_500 and <= 868_537_500, $"{hertz}"));
        Assert.NotNull(JsonNode.Parse(File.ReadAllText(Recipe("basicstation.conf"))));
    }

    [ToolFact("python3", "python3")]
    public async Task The_region_is_TOML() =>
        Assert.Equal("eu868 8 5\n", (await Shell.Run("python3", "-c", "import tomllib,sys; r=tomllib.load(open(sys.argv[1],'rb'))['regions'][0]; print(r['id'], len(r['gateway']['channels']), r['network']['rx1_delay'])", Recipe("chirpstack-region-eu868.toml"))).Well().Out);

    [Fact]
    public void Every_recipe_is_in_the_table_and_says_where_it_goes()
    {
        var table = File.ReadAllText(Recipe("README.md"));
        foreach (var file in Directory.EnumerateFiles(Recipe("")).Where(f => !f.EndsWith("README.md", StringComparison.Ordinal)))
        {
            Assert.Contains(file.EndsWith(".acl", StringComparison.Ordinal) ? "`.acl`" : $"`{Path.GetFileName(file)}`", table);
            if (file.EndsWith(".json", StringComparison.Ordinal) || file.EndsWith("basicstation.conf", StringComparison.Ordinal)) continue; // JSON has no comments
            Assert.Matches("^#(!.*\n#)? ", File.ReadAllText(file));
        }
    }

    string In(string name) => Path.Combine(_folder, name);

    /// <summary>Started as whoever runs the test, so that it can read the folder; told by its own words that it runs.</summary>
    async Task<Process> Mosquitto(string configuration)
    {
        File.WriteAllText(In("broker.conf"), $"user {Environment.UserName}\n" + configuration);
        var broker = Process.Start(new ProcessStartInfo(Tools.Find("mosquitto")!, ["-c", In("broker.conf")]) { RedirectStandardError = true })!;
        var said = "";
        while (await broker.StandardError.ReadLineAsync() is { } line)
        {
            said += line + "\n";
            if (!Regex.IsMatch(line, "mosquitto version .* running")) continue;
            _ = broker.StandardError.ReadToEndAsync();
            return broker;
        }
        throw new InvalidOperationException(said);
    }

    static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }

    static IEnumerable<long> Numbers(string toml, string key) => Regex.Matches(toml, $@"^\s*{key}=(\d+)", RegexOptions.Multiline).Select(m => long.Parse(m.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture));
}

using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using FourPerMille.Sensor.Gateway.Ingest;
using FourPerMille.Sensor.Payload;
using FourPerMille.Sensor.Unit.Gateway;
using Mono.Cecil;

namespace FourPerMille.Sensor.Delivery;

/// <summary>The Debian packages: what is in them, and a technician's whole way with them in a clean Debian.</summary>
public sealed class PackageTests : IAsyncLifetime
{
    const string Node = "0004a30b001c0530";

    readonly string _folder = Directory.CreateTempSubdirectory("fpm-deb-").FullName;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await Shell.Run("rm", "-rf", "--one-file-system", _folder);

    [ToolFact("dpkg-deb", "dpkg")]
    public async Task The_same_sources_give_the_same_bytes_and_each_architecture_its_own_native_libraries()
    {
        var first = await Build("first");
        await Build("second");
        foreach (var (arch, machine) in new[] { ("amd64", 62), ("arm64", 183) })
        {
            var deb = Path.Combine(first, $"fpm-gateway_0.1.0_{arch}.deb");
            Assert.Equal(Sha256(deb), Sha256(Path.Combine(_folder, "second", Path.GetFileName(deb))));

            var content = Path.Combine(_folder, arch);
            (await Shell.Run("dpkg-deb", "-x", deb, content)).Well();
            var natives = Directory.EnumerateFiles(Path.Combine(content, "usr/lib/fpm-gateway/runtimes"), "*.so", SearchOption.AllDirectories).ToList();
            Assert.Equal(["libe_sqlite3.so", "libsodium.so"], natives.Select(Path.GetFileName).Order());
            Assert.All(natives, file => Assert.Equal(machine, File.ReadAllBytes(file)[18]));
            Assert.Empty(Directory.EnumerateFiles(content, "*.pdb", SearchOption.AllDirectories));
            var facts = (await Shell.Run("dpkg-deb", "-f", deb, "Architecture", "Depends")).Well().Out;
            Assert.Contains($"Architecture: {arch}", facts);
            Assert.Contains("fpm-dotnet-runtime (>= 10.0) | aspnetcore-runtime-10.0", facts);
            Assert.All((await Shell.Run("dpkg-deb", "-c", deb)).Well().Out.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Contains(" root/root ", line));
        }
    }

    [ToolFact("systemd-analyze", "systemd")]
    public async Task The_unit_is_understood_and_leaves_little_open()
    {
        var unit = Path.Combine(Repository.Root, "gateway/Delivery/debian/fpm-gateway.service");
        var verdict = (await Shell.Run("systemd-analyze", "security", "--offline=true", "--threshold=20", unit)).Well().Out;
        Assert.True(double.Parse(Regex.Match(verdict, @"Overall exposure level for fpm-gateway.service: ([0-9.]+)").Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) <= 2.0, verdict);
        // A key it does not know would be passed over in silence on the machine.
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(unit)!, "fpm-*.*"))
            Assert.DoesNotContain("Unknown", (await Shell.Run("systemd-analyze", "verify", file)).Error);
    }

    [CleanDebianFact]
    public async Task A_technician_installs_enrols_ingests_upgrades_goes_back_removes_and_purges()
    {
        var debs = await Build("debs", "--with-runtime", "--arch", "amd64");
        var ours = Path.Combine(debs, "fpm-gateway_0.1.0_amd64.deb");
        var newer = await BuildNewer(ours);
        await using var tree = await DebianTree.Make(_folder);

        await Install(tree, Directory.GetFiles(debs, "fpm-dotnet-runtime_*").Single(), ours);
        var (node, records) = await FirstRecord(tree);
        await Upgrade(tree, newer, node);
        await GoBack(tree, ours, node, records);
        await Remove(tree);
    }

    static async Task Install(DebianTree tree, string runtime, string gateway)
    {
        Assert.Contains("systemctl enable --now fpm-gateway", (await tree.Dpkg("-i", runtime, gateway)).Well().Out);
        Assert.Matches("^700 fpm fpm", (await tree.Run("stat", "-c", "%a %U %G", "/var/lib/fpm")).Well().Out);
        Assert.Matches("^640 root fpm", (await tree.Run("stat", "-c", "%a %U %G", "/etc/fpm/gateway.conf")).Well().Out);
        Assert.Contains("serve", (await tree.Run("fpm", "--help")).Well().Out);
        Assert.Contains("nothing is wrong", (await tree.Run("fpm", "configuration", "check")).Well().Out);

        // A slip of the finger: told by the check, and by the service, which systemd then does not start again and again (exit code 2).
        File.AppendAllText(tree.At("/etc/fpm/gateway.conf"), "mqtt-tsl = on\n");
        var lines = File.ReadAllLines(tree.At("/etc/fpm/gateway.conf")).Length;
        Assert.Equal(1, (await tree.Run("fpm", "configuration", "check")).Code);
        var (code, words) = await InstalledGateway.Refused(tree);
        Assert.Equal(2, code);
        Assert.Contains($"/etc/fpm/gateway.conf:{lines}: mqtt-tsl: is no setting of this gateway. Was mqtt-tls meant?", words);
        File.WriteAllText(tree.At("/etc/fpm/gateway.conf"), "data = /var/lib/fpm\nname = hut-1.example.org\nurls = http://127.0.0.1:0\nmqtt = 127.0.0.1:0\n");
    }

    /// <summary>From the installed package to a reading that is acknowledged and a record that verifies.</summary>
    static async Task<(TestNode Node, int Records)> FirstRecord(DebianTree tree)
    {
        using var gateway = await InstalledGateway.Start(tree);
        (await tree.Run("fpm", "node", "add", Node, "--site", "hut", "--region", "france", "--link", "wifi", "--host", "127.0.0.1", "--out", "/var/lib/fpm/node-files")).Well();
        var node = new TestNode(File.ReadAllText(tree.At("/var/lib/fpm/node-files/identity.txt")));
        Send(gateway, node, 0, 40);
        Assert.Equal(40, await Stored(tree));

        await Record(tree, "compost");
        (await tree.Run("fpm", "records", "bundle", "--out", "/var/lib/fpm/bundle")).Well();
        var vkey = File.ReadAllText(tree.At("/var/lib/fpm/bundle/log.vkey")).Trim();
        Assert.StartsWith("hut-1.example.org/", vkey);
        (await tree.Run("fpm", "records", "verify", "--bundle", "/var/lib/fpm/bundle", "--vkey", vkey)).Well();
        var records = Directory.GetFiles(tree.At("/var/lib/fpm/bundle/records"), "*.json").Length;
        Assert.True(records > 0);

        (await tree.Run("fpm", "backup", "--out", "/var/backups/fpm")).Well();
        Assert.Matches("^600 fpm fpm", (await tree.Run("stat", "-c", "%a %U %G", "/var/backups/fpm/" + Path.GetFileName(Directory.GetFiles(tree.At("/var/backups/fpm")).Single()))).Well().Out);
        Assert.Contains("/setup", (await tree.Run("fpm", "setup", "--open", "https://127.0.0.1:0")).Well().Out);
        Assert.InRange((await tree.Run("fpm", "doctor")).Code, 0, 1); // a clock nobody disciplines, a console on loopback: it may warn
        await gateway.Stop();
        return (node, records);
    }

    static async Task Upgrade(DebianTree tree, string newer, TestNode node)
    {
        (await tree.Dpkg("-i", newer)).Well();
        Assert.Contains("urls = http://127.0.0.1:0", File.ReadAllText(tree.At("/etc/fpm/gateway.conf")));
        using var gateway = await InstalledGateway.Start(tree);
        Assert.Single(Directory.GetFiles(tree.At("/var/lib/fpm/snapshots")));
        Assert.Equal(40, await Stored(tree));
        Send(gateway, node, 40, 10);
        Assert.Equal(50, await Stored(tree));
        // A record of the newer version: going back must not sign another in its place.
        await Record(tree, "mulch");
        await gateway.Stop();
    }

    static async Task GoBack(DebianTree tree, string ours, TestNode node, int records)
    {
        (await tree.Dpkg("-i", ours)).Well();
        var (code, words) = await InstalledGateway.Refused(tree);
        Assert.Equal(2, code);
        var command = Regex.Match(words, @"made by a newer version.*step 999.*go back to before the upgrade: (fpm restore \S+)", RegexOptions.Singleline).Groups[1].Value;
        (await tree.Run(command.Split(' '))).Well();

        using var gateway = await InstalledGateway.Start(tree);
        Assert.Equal(40, await Stored(tree));
        Assert.Single(Directory.GetDirectories(tree.At("/var/lib/fpm"), "replaced-*"));
        (await tree.Run("fpm", "records", "bundle", "--out", "/var/lib/fpm/again")).Well();
        Assert.True(Directory.GetFiles(tree.At("/var/lib/fpm/again/records"), "*.json").Length > records, "the log lost the newer version's record");
        (await tree.Run("fpm", "fsck")).Well();
        Send(gateway, node, 40, 20);
        Assert.Equal(60, await Stored(tree));
        await gateway.Stop();
    }

    static async Task Remove(DebianTree tree)
    {
        (await tree.Dpkg("-r", "fpm-gateway")).Well();
        Assert.False(File.Exists(tree.At("/usr/bin/fpm")) || File.Exists(tree.At("/usr/lib/systemd/system/fpm-gateway.service")));
        Assert.True(File.Exists(tree.At("/etc/fpm/gateway.conf")));

        Assert.Contains("readings, log and keys stay in /var/lib/fpm", (await tree.Dpkg("-P", "fpm-gateway")).Well().Out);
        Assert.False(Directory.Exists(tree.At("/etc/fpm")) || Directory.Exists(tree.At("/usr/lib/fpm-gateway")));
        Assert.All(["gateway.db", "log/checkpoint", "keys/log.key"], kept => Assert.True(File.Exists(tree.At("/var/lib/fpm/" + kept))));
    }

    static void Send(InstalledGateway gateway, TestNode node, uint first, uint count)
    {
        WireFrame[] frames = [.. Enumerable.Range(0, (int)count).Select(i => node.Frame(1, first + (uint)i))];
        var replies = NodeTalk.Once(gateway.MqttPort, Node, node.Keys.MqttPassword(), "hut", frames);
        Assert.Equal(first + count, node.Acknowledged(replies!)!.Next);
    }

    static async Task Record(DebianTree tree, string practice)
    {
        File.WriteAllText(tree.At("/var/lib/fpm/practice.json"), $$"""{"what":"{{practice}}","about":"hut/parcel-3","from":"2026-02-01T00:00:00Z","statedBy":"A. Holder","stated":"2026-03-01T00:00:00Z","amount":8,"unit":"t/ha","evidence":"note 12"}""");
        (await tree.Run("fpm", "record", "practice", "--file", "/var/lib/fpm/practice.json")).Well();
    }

    static async Task<long> Stored(DebianTree tree) => (long)JsonNode.Parse((await tree.Run("fpm", "status", "--json")).Well().Out)!["totals"]!["stored"]!;

    async Task<string> Build(string name, params string[] more)
    {
        var (output, configuration) = (Path.Combine(_folder, name), AppContext.BaseDirectory.Contains("/Release/") ? "Release" : "Debug");
        (await Shell.Run("bash", [Path.Combine(Repository.Root, "gateway/Delivery/build-deb.sh"), "--configuration", configuration, "--no-build", "--quick", "--out", output, "--version", "0.1.0", .. more])).Well();
        return output;
    }

    /// <summary>The same gateway as a later version of it, whose schema has one more step.</summary>
    async Task<string> BuildNewer(string deb)
    {
        var content = Path.Combine(_folder, "newer");
        (await Shell.Run("dpkg-deb", "-x", deb, content)).Well();
        var published = Path.Combine(content, "usr/lib/fpm-gateway");
        var program = Path.Combine(published, "FourPerMille.Sensor.Gateway.dll");
        using (var assembly = AssemblyDefinition.ReadAssembly(new MemoryStream(File.ReadAllBytes(program))))
        {
            assembly.MainModule.Resources.Add(new EmbeddedResource("FourPerMille.Sensor.Gateway.Store.Migrations.999_of_tomorrow.sql", ManifestResourceAttributes.Public, "CREATE TABLE tomorrow (x INTEGER);"u8.ToArray()));
            assembly.Write(program);
        }
        var output = Path.Combine(_folder, "tomorrow");
        (await Shell.Run("bash", Path.Combine(Repository.Root, "gateway/Delivery/build-deb.sh"), "--published", published, "--arch", "amd64", "--quick", "--out", output, "--version", "0.2.0")).Well();
        return Path.Combine(output, "fpm-gateway_0.2.0_amd64.deb");
    }

    static string Sha256(string file) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));
}

/// <summary>Takes minutes, root, and a Debian mirror: runs where <c>FPM_REQUIRE</c> names mmdebstrap, as continuous integration does.</summary>
public sealed class CleanDebianFactAttribute : FactAttribute
{
    public CleanDebianFactAttribute()
    {
        if (!Tools.Required.Contains("mmdebstrap")) Skip = "takes minutes, root and a Debian mirror: apt-get install mmdebstrap, then FPM_REQUIRE=mmdebstrap dotnet test tests/Delivery";
        else if (Environment.UserName != "root") Skip = "needs root, to install packages into a tree of its own: sudo FPM_REQUIRE=mmdebstrap dotnet test tests/Delivery";
        else if (System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture != System.Runtime.InteropServices.Architecture.X64) Skip = "installs the amd64 package: needs an x86-64 machine";
    }
}

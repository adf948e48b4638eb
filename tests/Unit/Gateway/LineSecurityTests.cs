using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway;
using FourPerMille.Sensor.Gateway.Ingest.Tls;
using FourPerMille.Sensor.Unit.Mqtt;
using FourPerMille.Sensor.Unit.Node;

namespace FourPerMille.Sensor.Unit.Gateway;

/// <summary>The real firmware against the real gateway over TLS, from enrolment on; and the gateway's certificates.</summary>
public sealed class LineSecurityTests : IDisposable
{
    const string Host = "hut.local";

    readonly VirtualNode _node = new();
    readonly string _files = Directory.CreateTempSubdirectory("fpm-tls-").FullName;

    public void Dispose() => Directory.Delete(_files, recursive: true);

    [Fact]
    public async Task A_node_enrolled_over_tls_delivers_with_the_files_it_was_given()
    {
        await using var gateway = await Run();
        await Deploy(gateway);
        await Task.Run(() => _node.Wake(3));
        Assert.Equal(3, await Stored(gateway));
        Assert.Equal((1u, 3u), _node.Freed.Last());
        Assert.True((bool)(await gateway.GetJson("/api/status"))["mqtt"]!["tls"]!);
    }

    [Fact]
    public async Task Another_authority_is_refused_and_the_readings_wait_for_the_right_one()
    {
        await using var gateway = await Run();
        var files = await Deploy(gateway);
        _node.Board.Disk.WriteAllText(@"I:\ca.pem", new SmallAuthority(Host).RootPem);
        await Task.Run(() => _node.Wake(2));
        AssertFailed("BADCERT_NOT_TRUSTED");
        Assert.Equal(0, await Stored(gateway));
        _node.Board.Disk.WriteAllText(@"I:\ca.pem", files["ca.pem"]!.ToString());
        await Task.Run(() => _node.Wake());
        Assert.Equal(3, await Stored(gateway));
    }

    [Fact]
    public async Task A_gateway_under_another_name_is_refused()
    {
        await using var gateway = await Run();
        var files = await Deploy(gateway);
        _node.Board.Network.Map("evil.local", 8883, gateway.Running.Mqtt);
        _node.WriteIdentity(files["identity.txt"]!.ToString().Replace("host=" + Host, "host=evil.local", StringComparison.Ordinal));
        await Task.Run(() => _node.Wake());
        AssertFailed("BADCERT_CN_MISMATCH");
    }

    [Fact]
    public async Task An_expired_certificate_is_refused_and_one_renewed_on_disk_is_served_at_once()
    {
        var authority = new SmallAuthority(Host, notAfter: _node.Board.Clock.Utc.AddDays(-1));
        await using var gateway = await Run(o => Given(o, authority));
        var files = await Deploy(gateway);
        Assert.Contains(authority.RootPem.Trim(), files["ca.pem"]!.ToString());
        await Task.Run(() => _node.Wake());
        AssertFailed("BADCERT_EXPIRED");

        authority.Certificate = authority.Issue("server", Host, null);
        Write(authority);
        File.SetLastWriteTimeUtc(Path.Combine(_files, "server.pem"), DateTime.UtcNow.AddMinutes(1));
        await Task.Run(() => _node.Wake());
        Assert.Equal(2, await Stored(gateway));
    }

    [Fact]
    public async Task Without_a_date_no_certificate_holds_and_readings_wait()
    {
        await using var gateway = await Run();
        await Deploy(gateway);
        _node.Board.Network.TimeServer = _ => null;
        await Task.Run(() => _node.Wake());
        AssertFailed("BADCERT_FUTURE");
        Assert.Contains("no network time", _node.AllTrace);
        _node.Board.Network.TimeServer = _ => _node.Board.Clock.Utc;
        await Task.Run(() => _node.Wake());
        Assert.Equal(2, await Stored(gateway));
    }

    [Fact]
    public async Task A_device_clock_set_decades_ahead_is_set_again_when_tls_fails_for_it()
    {
        await using var gateway = await Run();
        await Deploy(gateway);
        _node.Board.Network.TimeServer = _ => _node.Board.Clock.Utc.AddYears(30);
        await Task.Run(() => _node.Wake());
        AssertFailed("BADCERT_EXPIRED");
        _node.Board.Network.TimeServer = _ => _node.Board.Clock.Utc;
        await Task.Run(() => _node.Wake());
        Assert.Equal(2, await Stored(gateway));
        Assert.Equal([(1u, 0u), (1u, 1u)], _node.Sampled);
    }

    [Fact]
    public async Task A_node_that_must_show_a_certificate_and_has_none_is_refused_until_it_has()
    {
        await using var gateway = await Run(o => o with { MqttNodeCertificates = true });
        var files = await Deploy(gateway, except: "client.pem");
        await Task.Run(() => _node.Wake());
        // OpenSSL ends the handshake and then the line; the node learns it at its CONNECT.
        Assert.Contains(_node.AllTrace, line => line.StartsWith("session failed: MqttCommunicationException", StringComparison.Ordinal));
        Assert.Equal(0, await Stored(gateway));
        _node.Board.Disk.WriteAllText(@"I:\client.pem", files["client.pem"]!.ToString());
        await Task.Run(() => _node.Wake());
        Assert.Equal(2, await Stored(gateway));
    }

    [Fact]
    public async Task The_certificate_is_renewed_under_the_same_authority_a_year_before_it_ends()
    {
        await using var gateway = await Run();
        var files = await Deploy(gateway);
        var line = gateway.Get<LineSecurity>().Tls!;
        var first = line.Certificate;
        Assert.Same(first, line.Certificate);
        await gateway.AdvanceTo(_node.Board.Clock.Utc.AddDays(364));
        Assert.Same(first, line.Certificate);
        await gateway.AdvanceTo(_node.Board.Clock.Utc.AddDays(367));
        var second = line.Certificate;
        Assert.NotEqual(first.Thumbprint, second.Thumbprint);
        using var chain = new X509Chain { ChainPolicy = { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, VerificationTime = _node.Board.Clock.Utc.AddDays(1000).UtcDateTime } };
        chain.ChainPolicy.CustomTrustStore.Add(X509Certificate2.CreateFromPem(files["ca.pem"]!.ToString()));
        Assert.False(chain.Build(first));
        Assert.True(chain.Build(second), "the new certificate holds under the file that the node has had since its enrolment");
    }

    [Fact]
    public async Task The_authority_outlives_a_restart_and_is_readable_by_its_owner_only()
    {
        await using var first = await Run();
        var before = (await Deploy(first))["ca.pem"]!.ToString();
        var copy = Directory.CreateTempSubdirectory("fpm-tls-copy-").FullName;
        Directory.CreateDirectory(Path.Combine(copy, "keys"));
        var file = Path.Combine(copy, "keys", "node-authority.pem");
        File.Copy(Path.Combine(first.Folder, "keys", "node-authority.pem"), file);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        await using (var second = await Run(folder: copy)) Assert.Equal(before, (await Deploy(second))["ca.pem"]!.ToString());
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
            Assert.Contains("chmod 600", (await Assert.ThrowsAsync<InputRefused>(() => Run(folder: copy))).Message);
        }
        Directory.Delete(copy, recursive: true);
    }

    [Fact]
    public void The_line_is_plain_on_loopback_and_tls_elsewhere_unless_said_otherwise()
    {
        var options = new GatewayOptions { DataFolder = "x" };
        Assert.True(options.UsesTls);
        Assert.False((options with { Mqtt = IPEndPoint.Parse("127.0.0.1:1883") }).UsesTls);
        Assert.False((options with { Mqtt = IPEndPoint.Parse("[::1]:1883") }).UsesTls);
        Assert.False((options with { MqttTls = false }).UsesTls);
        Assert.True((options with { Mqtt = IPEndPoint.Parse("127.0.0.1:1883"), MqttTls = true }).UsesTls);
    }

    [Fact]
    public async Task Settings_that_do_not_go_together_are_refused_by_name()
    {
        await Refused(o => o with { MqttCertificate = "server.pem" }, "--mqtt-certificate, --mqtt-key, --mqtt-ca");
        await Refused(o => o with { MqttTls = false, MqttNodeCertificates = true }, "--mqtt-tls: is off");
        await Refused(o => o with { MqttNames = ["not a name"] }, "--mqtt-names");
        await Refused(o => o with { MqttCertificate = "absent.pem", MqttKey = "absent.pem", MqttCa = "absent.pem" }, "--mqtt-certificate");
        var authority = new SmallAuthority(Host);
        var given = Given(new GatewayOptions { DataFolder = "x" }, authority);
        await Refused(o => o with { MqttCertificate = given.MqttCertificate, MqttKey = given.MqttKey, MqttCa = given.MqttKey }, "--mqtt-ca");
        File.WriteAllText(given.MqttKey!, new SmallAuthority(Host).Certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        await Refused(o => o with { MqttCertificate = given.MqttCertificate, MqttKey = given.MqttKey, MqttCa = given.MqttCa }, "no certificate and its key");

        static async Task Refused(Func<GatewayOptions, GatewayOptions> change, string names) =>
            Assert.Contains(names, (await Assert.ThrowsAsync<InputRefused>(() => TestGateway.Run(change: o => change(o with { MqttTls = o.MqttTls })))).Message);
    }

    [Fact]
    public async Task A_node_is_not_enrolled_under_a_host_that_a_given_certificate_lacks()
    {
        await using var gateway = await Run(o => Given(o, new SmallAuthority("other.local")));
        using var answer = await gateway.Http.PostAsync("/api/nodes", new StringContent(Request(), System.Text.Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(Host, await answer.Content.ReadAsStringAsync());
    }

    Task<TestGateway> Run(Func<GatewayOptions, GatewayOptions>? change = null, string? folder = null) =>
        TestGateway.Run(folder, _node.Board.Clock.Utc, o => (change?.Invoke(o) ?? o) with { MqttTls = true });

    /// <summary>Enrols the node and puts every file it is given on its drive; a time server stands beside the gateway.</summary>
    async Task<JsonObject> Deploy(TestGateway gateway, string except = "")
    {
        var answer = await gateway.Post("/api/nodes", JsonNode.Parse(Request())!);
        var files = answer["nodes"]![0]!["files"]!.AsObject();
        foreach (var (name, content) in files.Where(file => file.Key != except)) _node.Board.Disk.WriteAllText(@"I:\" + name, content!.ToString());
        _node.Board.Network.Map(Host, 8883, gateway.Running.Mqtt);
        _node.Board.Network.TimeServer = name => name == Host ? _node.Board.Clock.Utc : null;
        return files;
    }

    static string Request() => $$"""{"nodes":[{"node":"{{VirtualNode.Id}}","site":"hut","region":"france","link":"wifi","host":"{{Host}}"}]}""";

    static async Task<int> Stored(TestGateway gateway) => (int)(await gateway.GetJson("/api/status"))["totals"]!["stored"]!;

    GatewayOptions Given(GatewayOptions options, SmallAuthority authority)
    {
        Write(authority);
        return options with { MqttCertificate = Path.Combine(_files, "server.pem"), MqttKey = Path.Combine(_files, "server-key.pem"), MqttCa = Path.Combine(_files, "ca.pem") };
    }

    void Write(SmallAuthority authority)
    {
        File.WriteAllText(Path.Combine(_files, "server.pem"), authority.Certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(_files, "server-key.pem"), authority.Certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(Path.Combine(_files, "ca.pem"), authority.RootPem);
    }

    void AssertFailed(string why) => Assert.Contains(_node.AllTrace, line => line.StartsWith("tls failed", StringComparison.Ordinal) && line.Contains(why, StringComparison.Ordinal));
}

using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Ingest;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Technician.Cli;
using FourPerMille.Sensor.Mqtt;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Unit.Gateway;

public sealed class ServingTests
{
    [Fact]
    public async Task The_admin_api_opens_to_the_token_only()
    {
        await using var gateway = await TestGateway.Run();
        using var stranger = new HttpClient { BaseAddress = gateway.Running.Http };

        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync("/api/status")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.PutAsJsonAsync("/simulation/clock", new { utc = "2027-01-01T00:00:00Z" })).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await stranger.GetAsync("/health")).StatusCode);
        if (!OperatingSystem.IsWindows()) Assert.True((File.GetUnixFileMode(Path.Combine(gateway.Folder, "admin.token")) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead)) == 0);
    }

    [Fact]
    public async Task The_simulated_clock_moves_forward_only()
    {
        await using var gateway = await TestGateway.Run();

        Assert.Equal(HttpStatusCode.NoContent, (await gateway.Http.PutAsJsonAsync("/simulation/clock", new { utc = "2026-03-02T00:00:00Z" })).StatusCode);
        Assert.Equal("2026-03-02T00:00:00+00:00", (string)(await gateway.GetJson("/api/status"))["utc"]!);
        Assert.Equal(HttpStatusCode.Conflict, (await gateway.Http.PutAsJsonAsync("/simulation/clock", new { utc = "2026-03-01T00:00:00Z" })).StatusCode);
    }

    [Fact]
    public void The_security_of_the_line_is_switched_by_a_word()
    {
        var parsed = CommandLine.Build().Parse(["serve", "--data", Path.GetTempPath(), "--mqtt-tls", "off", "--mqtt-node-certificates", "on"]);

        Assert.Empty(parsed.Errors);
        Assert.False(ServeCommand.Options(parsed).MqttTls);
        Assert.True(ServeCommand.Options(parsed).MqttNodeCertificates);
        Assert.NotEmpty(CommandLine.Build().Parse(["serve", "--mqtt-tls", "perhaps"]).Errors);
        Assert.NotEmpty(CommandLine.Build().Parse(["serve", "--mqtt-tls"]).Errors);
    }

    [Theory]
    [InlineData("""{"nodes":[{"node":"XYZ","site":"a","region":"b"}]}""", "XYZ")]
    [InlineData("""{"nodes":[{"node":"0004a30b001c0530","site":"a/b","region":"b"}]}""", "nodes[0].site")]
    [InlineData("""{"nodes":[{"node":"0004a30b001c0530","region":"b"}]}""", "site")]
    [InlineData("""{"nodes":[]}""", "names no node")]
    [InlineData("""{"nodes":[{"node":"0004a30b001c0530","site":"a","region":"b","intervalMinutes":0}]}""", "intervalMinutes")]
    public async Task A_bad_enrolment_is_told_what_is_wrong_and_where(string body, string names)
    {
        await using var gateway = await TestGateway.Run();

        using var answer = await gateway.Http.PostAsync("/api/nodes", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Contains(names, await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_node_with_its_derived_password_publishes_and_hears_what_is_stored()
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol();
        var port = ((IPEndPoint)gateway.Running.Mqtt).Port;

        var heard = await Task.Run(() => NodeTalk.Once(port, node.Id, node.Keys.MqttPassword(), "hut", [node.Frame(1, 0), node.Frame(1, 1)]));

        Assert.Equal(2u, node.Acknowledged(heard!)!.Next);
    }

    [Fact]
    public async Task A_wrong_password_is_refused_and_counted()
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol();
        var port = ((IPEndPoint)gateway.Running.Mqtt).Port;

        var heard = await Task.Run(() => NodeTalk.Once(port, node.Id, new string('0', 32), "hut", []));

        Assert.Null(heard);
        Assert.Equal(1, (int)(await gateway.GetJson("/api/status"))["refusals"]!["wrong-password"]!);
    }

    [Fact]
    public async Task A_ChirpStack_event_is_stored_and_its_acknowledgement_queued_before_the_answer()
    {
        await using var network = await DownlinkQueue.Open();
        await using var gateway = await TestGateway.Run(change: o => o with { ChirpstackSecret = "s3cret", ChirpstackApi = network.Address, ChirpstackToken = "t0ken" });
        var node = await gateway.Enrol(link: NodeLink.Lora);

        using var answer = await Post(gateway, Event(node.Id, node.Frame(1, 0, NodeLink.Lora)), "s3cret");

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        var (path, token, item) = Assert.Single(network.Items);
        Assert.Equal(($"/api/devices/{node.Id}/queue", "Bearer t0ken"), (path, token));
        Assert.Equal((33, false), ((int)item["fPort"]!, (bool)item["confirmed"]!));
        var frame = new WireFrame(33, Convert.FromBase64String((string)item["data"]!));
        Assert.Equal(1u, node.Acknowledged([frame], FrameKeys.LoRaDownlinkMacLength)!.Next);
    }

    [Fact]
    public async Task A_ChirpStack_event_without_the_secret_or_of_an_unknown_device_is_refused_and_counted()
    {
        await using var gateway = await TestGateway.Run(change: o => o with { ChirpstackSecret = "s3cret" });
        var node = await gateway.Enrol(link: NodeLink.Lora);

        using var wrong = await Post(gateway, Event(node.Id, node.Frame(1, 0, NodeLink.Lora)), "guess");
        using var unknown = await Post(gateway, Event("ffffffffffffffff", node.Frame(1, 0, NodeLink.Lora)), "s3cret");
        using var sample = await Post(gateway, JsonNode.Parse("""{"deviceInfo":{"devEui":"0101010101010101"},"dr":1}""")!, "s3cret");
        using var broken = await Post(gateway, JsonNode.Parse("""{"data":"%%%"}""")!, "s3cret");

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.NoContent, HttpStatusCode.NoContent, HttpStatusCode.BadRequest),
            (wrong.StatusCode, unknown.StatusCode, sample.StatusCode, broken.StatusCode));
        var status = await gateway.GetJson("/api/status");
        Assert.Equal((0, 1, 2, 1), ((int)status["totals"]!["stored"]!, (int)status["refusals"]!["wrong-webhook-secret"]!,
            (int)status["refusals"]!["unknown-node"]!, (int)status["refusals"]!["malformed-event"]!));
    }

    [Fact]
    public async Task Fpm_node_add_enrols_and_writes_the_files_to_deploy()
    {
        await using var gateway = await TestGateway.Run();
        var files = Path.Combine(gateway.Folder, "deploy");

        var done = await FourPerMille.Sensor.Gateway.Technician.Cli.CommandLine.Run(["node", "add", "0004A30B001C0530", "--data", gateway.Folder, "--site", "hut", "--region", "france", "--out", files]);
        var refused = await FourPerMille.Sensor.Gateway.Technician.Cli.CommandLine.Run(["node", "add", "xyz", "--data", gateway.Folder, "--site", "hut", "--region", "france", "--out", files]);

        Assert.Equal((0, 2), (done, refused));
        Assert.Equal((await gateway.Enrol()).Identity["key"], new TestNode(File.ReadAllText(Path.Combine(files, "identity.txt"))).Identity["key"]);
    }

    [Fact]
    public async Task The_identity_file_names_modem_and_CO2_head_where_they_were_described()
    {
        await using var gateway = await TestGateway.Run();
        var usual = await gateway.Enrol(link: NodeLink.Lora);
        var other = await gateway.Enrol("0004a30b001c0531", NodeLink.Lora, new { modem = "lora-e5", co2Every = 6 });

        Assert.DoesNotContain(usual.Identity.Keys, key => key is "modem" or "co2_every");
        Assert.Equal(("lora-e5", "6"), (other.Identity["modem"], other.Identity["co2_every"]));
    }

    [Fact]
    public async Task A_second_gateway_on_the_same_folder_is_refused()
    {
        await using var gateway = await TestGateway.Run();
        var refusal = await Assert.ThrowsAsync<FourPerMille.Sensor.Gateway.InputRefused>(() => TestGateway.Run(gateway.Folder));
        Assert.Contains("Stop the gateway", refusal.Message);
    }

    static JsonNode Event(string devEui, WireFrame frame) => new JsonObject
    {
        ["deviceInfo"] = new JsonObject { ["devEui"] = devEui }, ["fPort"] = frame.Kind, ["fCnt"] = 0, ["data"] = Convert.ToBase64String(frame.Bytes),
    };

    static async Task<HttpResponseMessage> Post(TestGateway gateway, JsonNode body, string secret)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(gateway.Running.Http, "/lorawan/chirpstack?event=up")) { Content = JsonContent.Create(body) };
        request.Headers.Authorization = new("Bearer", secret);
        using var client = new HttpClient();
        return await client.SendAsync(request);
    }
}

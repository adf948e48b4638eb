using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway;
using FourPerMille.Sensor.Gateway.Provisioning;

namespace FourPerMille.Sensor.Unit.Gateway;

/// <summary>No node transmits by a plan that nobody confirmed, nor more than the plan allows.</summary>
public sealed class RadioPlanTests
{
    static readonly DateOnly Today = new(2026, 3, 1);
    static readonly RadioConfirmation Confirmed = new("AMRTP", "A. Technician", new(2026, 2, 3), "12/2026");

    static NodeSettings Lora(string region, string? country = null) => new() { Site = "hut", Region = region, Country = country, Link = NodeLink.Lora };

    [Theory]
    [InlineData("france", null)]
    [InlineData("benin", null)]
    [InlineData("borgou", "bj")]
    [InlineData("anywhere", "DE")]
    public void Where_the_plan_is_settled_nobody_is_asked(string region, string? country) =>
        Assert.Equal("EU868", RadioPlan.Checked(Lora(region, country), Today, "node")!.Plan);

    [Theory]
    [InlineData("mali", null, "Mali")]
    [InlineData("koulikoro", "ML", "Mali")]
    [InlineData("dr-congo", null, "DR Congo")]
    public void A_provisional_plan_waits_for_who_confirmed_it_and_says_what_to_do(string region, string? country, string name)
    {
        var refused = Assert.Throws<InputRefused>(() => RadioPlan.Checked(Lora(region, country), Today, "nodes[0]")).Message;
        Assert.Contains($"nodes[0].radioConfirmation: EU868 is provisional in {name}. Ask the regulator", refused);
        Assert.Equal("EU868", RadioPlan.Checked(Lora(region, country) with { RadioConfirmation = Confirmed }, Today, "node")!.Plan);
    }

    [Fact]
    public void A_confirmation_of_tomorrow_or_of_nobody_is_none()
    {
        var mali = Lora("mali");
        Assert.Throws<InputRefused>(() => RadioPlan.Checked(mali with { RadioConfirmation = Confirmed with { On = Today.AddDays(1) } }, Today, "node"));
        Assert.Throws<InputRefused>(() => RadioPlan.Checked(mali with { RadioConfirmation = Confirmed with { By = " " } }, Today, "node"));
        Assert.Throws<InputRefused>(() => RadioPlan.Checked(mali with { RadioConfirmation = Confirmed with { Authority = "" } }, Today, "node"));
    }

    [Fact]
    public void An_unknown_country_is_refused_by_radio_and_welcome_on_WiFi()
    {
        Assert.Contains("no LoRaWAN plan is known for region 'atlantis'", Assert.Throws<InputRefused>(() => RadioPlan.Checked(Lora("atlantis"), Today, "node")).Message);
        Assert.Null(RadioPlan.Checked(Lora("atlantis") with { Link = NodeLink.Wifi }, Today, "node"));
    }

    // Semtech AN1200.13 at 125 kHz: 25 bytes are 60.25 symbols and 51 bytes 85.25, of 32.768 ms each at SF12.
    [Fact]
    public void The_duty_cycle_is_that_of_the_interval_at_the_slowest_data_rate()
    {
        var hourly = Lora("france") with { SpectralEvery = 24 };
        Assert.Equal((23 * 60.25 + 85.25) * 0.032768 / 24, RadioPlan.SecondsPerHour(hourly, 12), 1e-6);
        RadioPlan.Checked(hourly with { IntervalMinutes = 4 }, Today, "node");
        var refused = Assert.Throws<InputRefused>(() => RadioPlan.Checked(hourly with { IntervalMinutes = 3 }, Today, "node")).Message;
        Assert.Contains("every 3 min is 40 s on air an hour at SF12, and EU868 allows 36 s (1 %). Take 4 min or more", refused);
        RadioPlan.Checked(hourly with { IntervalMinutes = 4, SpectralEvery = 0 }, Today, "node");
        Assert.Throws<InputRefused>(() => RadioPlan.Checked(hourly with { IntervalMinutes = 4, SpectralEvery = 1 }, Today, "node"));
    }

    [Fact]
    public async Task A_configuration_cannot_bring_a_node_over_its_share_of_the_air()
    {
        await using var gateway = await TestGateway.Run();
        var (lora, wifi) = (await gateway.Enrol(link: NodeLink.Lora), await gateway.Enrol("0004a30b001c0531"));
        using var refused = await gateway.Http.PostAsJsonAsync($"/api/nodes/{lora.Id}/configuration", new JsonObject { ["intervalMinutes"] = 3 });
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("settings.intervalMinutes: a reading every 3 min is 40 s on air an hour at SF12", await refused.Content.ReadAsStringAsync());
        await gateway.Post($"/api/nodes/{lora.Id}/configuration", new JsonObject { ["intervalMinutes"] = 4 });
        await gateway.Post($"/api/nodes/{wifi.Id}/configuration", new JsonObject { ["intervalMinutes"] = 3 });
    }

    [Fact]
    public async Task A_node_in_Mali_is_enrolled_with_the_confirmation_stored_and_on_record_once()
    {
        await using var gateway = await TestGateway.Run();
        JsonNode Wanted(object? confirmation) => System.Text.Json.JsonSerializer.SerializeToNode(new
        {
            nodes = new[] { new { node = "0004a30b001c0530", site = "hut", region = "mali", link = "lora", firmware = new string('a', 64), radioConfirmation = confirmation } },
        })!;
        using (var refused = await gateway.Http.PostAsJsonAsync("/api/nodes", Wanted(null)))
        {
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
            Assert.Contains("provisional in Mali", await refused.Content.ReadAsStringAsync());
        }

        var confirmed = Wanted(new { authority = "AMRTP", by = "A. Technician", on = "2026-02-03", reference = "12/2026" });
        var answer = (await gateway.Post("/api/nodes", confirmed))["nodes"]![0]!;
        await gateway.Post("/api/nodes", confirmed);
        Assert.Equal(("ML", 36.0), ((string)answer["radio"]!["country"]!, (double)answer["radio"]!["allowedSecondsPerHour"]!));
        Assert.True((double)answer["radio"]!["secondsPerHour"]!["sf7"]! < (double)answer["radio"]!["secondsPerHour"]!["sf12"]!);

        var records = (await gateway.GetJson("/api/records?type=fpm.radio-plan/1"))["records"]!.AsArray();
        var record = await gateway.GetJson($"/api/records/{records.Single()!["id"]}");
        Assert.Equal(("0004a30b001c0530", "ML", "EU868", "AMRTP", "2026-02-03", "12/2026"), ((string)record["node"]!, (string)record["country"]!, (string)record["plan"]!,
            (string)record["authority"]!, (string)record["confirmedOn"]!, (string)record["reference"]!));
        Assert.DoesNotContain("Technician", record.ToJsonString());
        var stored = gateway.Get<NodeRegistry>().Required("0004a30b001c0530").Settings;
        Assert.Equal((new RadioConfirmation("AMRTP", "A. Technician", new(2026, 2, 3), "12/2026"), new string('a', 64)), (stored.RadioConfirmation, stored.Firmware));
    }
}

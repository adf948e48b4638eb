using System.Net;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway;
using FourPerMille.Sensor.Gateway.Campaigns;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.SocModels;
using FourPerMille.Sensor.Gateway.Technician.Access;
using FourPerMille.Sensor.Unit.Gateway;
using FourPerMille.Sensor.Unit.Technician;

namespace FourPerMille.Sensor.Unit.SocModels;

/// <summary>Where cores are taken, how many, and what goes on their bags.</summary>
public sealed class PlanTests
{
    /// <summary>Two fields side by side, some 44 and 89 ha.</summary>
    internal const string TwoFields = """
        {"type":"FeatureCollection","features":[
          {"type":"Feature","properties":{"name":"dry"},"geometry":{"type":"Polygon","coordinates":[[[1.50,48.10],[1.51,48.10],[1.51,48.11],[1.50,48.11],[1.50,48.10]]]}},
          {"type":"Feature","properties":{"name":"wet part"},"geometry":{"type":"Polygon","coordinates":[[[1.52,48.10],[1.53,48.10],[1.53,48.11],[1.52,48.11],[1.52,48.10]]]}}]}
        """;

    [Theory]
    [InlineData(4.0, 0.5, 64)]
    [InlineData(4.0, 1.0, 16)]
    [InlineData(9.0, 2.0, 21)]
    public void The_number_for_a_mean_is_the_square_of_spread_over_error(double spread, double error, int cores)
    {
        var count = CoreCount.Of(spread, error);
        Assert.Equal(cores, count.ForMean);
        Assert.Equal(Math.Max(30, cores), count.Recommended);
    }

    [Fact]
    public void Spread_without_error_is_refused_and_neither_takes_what_a_model_needs()
    {
        Assert.Throws<InputRefused>(() => CoreCount.Of(4, null));
        Assert.Throws<InputRefused>(() => CoreCount.Of(-1, 1));
        Assert.Equal(30, CoreCount.Of(null, null).Recommended);
    }

    [Fact]
    public void Cores_are_shared_by_area_with_two_at_least_to_each()
    {
        Assert.Equal([11, 19], CoreCount.Share(30, [10, 20]));
        Assert.Equal([28, 2], CoreCount.Share(30, [1000, 0.1]));
        Assert.Equal(97, CoreCount.Share(97, [3.3, 7.1, 1.9, 12]).Sum());
        Assert.Throws<InputRefused>(() => CoreCount.Share(3, [1, 1]));
    }

    [Fact]
    public void Corners_of_a_walk_are_the_same_field_as_its_polygon()
    {
        var walked = Assert.Single(FieldBoundary.Read("48.10 1.50\n48.10; 1.51\n48,11 1,51\n48.11,1.50\n"));
        Assert.Equal(FieldBoundary.Read(TwoFields)[0].Boundary.AreaHa, walked.Boundary.AreaHa, 6);
        Assert.Equal(["dry", "wet-part"], FieldBoundary.Read(TwoFields).Select(s => s.Name));
    }

    [Theory]
    [InlineData("", "model.refused-boundary-empty")]
    [InlineData("{\"type\":\"Point\",\"coordinates\":[1,2]}", "model.refused-boundary-kind")]
    [InlineData("{\"type\":", "model.refused-boundary-json")]
    [InlineData("48.10 1.50\nhere", "model.refused-boundary-line")]
    [InlineData("48.10 1.50\n48.11 1.51", "model.refused-boundary-corners")]
    [InlineData("48.10 1.50\n48.11 1.51\n48.11 1.50\n48.10 1.51", "model.refused-boundary-crosses")]
    [InlineData("48.1 200\n48.2 1\n48.3 1", "model.refused-boundary-position")]
    [InlineData("48 1\n49 9\n41 9", "model.refused-boundary-area")]
    [InlineData("{\"type\":\"Polygon\",\"coordinates\":[[[1.5,48.1],[1.6,48.1],[1.6,48.2],[1.5,48.1]],[[1.55,48.12],[1.56,48.12],[1.56,48.13],[1.55,48.12]]]}", "model.refused-boundary-hole")]
    public void A_boundary_nothing_can_be_drawn_in_is_refused_with_its_reason(string text, string key) => Assert.Equal(key, Assert.Throws<InputRefused>(() => FieldBoundary.Read(text)).Key);

    [Fact]
    public void Overlapping_strata_are_refused() =>
        Assert.Equal("model.refused-boundary-overlap", Assert.Throws<InputRefused>(() => FieldBoundary.Read(TwoFields.Replace("1.52", "1.505"))).Key);

    [Theory]
    [InlineData("0-10, 10-30", 2)]
    [InlineData("0–30 cm", 1)]
    [InlineData("5-10", 0)]
    [InlineData("0-10, 15-30", 0)]
    [InlineData("deep", 0)]
    public void Layers_run_from_the_surface_without_a_gap(string text, int layers)
    {
        if (layers > 0) Assert.Equal(layers, CoreLayer.Read(text).Count);
        else Assert.Equal("model.refused-layers", Assert.Throws<InputRefused>(() => CoreLayer.Read(text)).Key);
    }

    [Fact]
    public async Task The_same_seed_draws_the_same_plan_and_anybody_can_draw_it_again()
    {
        await using var gateway = await TestGateway.Run();
        var campaigns = gateway.Get<ModelCampaigns>();
        PlanRequest Asked(string name, string? seed) => new(name, "france", TwoFields, "0-10, 10-30", "", "ada", 30, Seed: seed);
        var first = await campaigns.Plan(Asked("one", "00000000deadbeef"), default);
        var second = await campaigns.Plan(Asked("two", "00000000deadbeef"), default);
        var other = await campaigns.Plan(Asked("three", null), default);

        var plan = campaigns.Drawn(first);
        Assert.Equal(plan.Points, campaigns.Drawn(second).Points);
        Assert.NotEqual(plan.Points, campaigns.Drawn(other).Points);
        Assert.Equal("stratified-random-points/1", plan.Design);
        var again = FieldBoundary.Read(TwoFields).SelectMany((s, i) => StratifiedPoints.Draw("00000000deadbeef", s.Name, s.Boundary, plan.Strata[i].Points)).Select(p => (p.Latitude, p.Longitude));
        Assert.Equal(again, plan.Points!.Select(p => (p.Latitude, p.Longitude)));
        Assert.Equal(60, campaigns.Samples("one").Select(s => s.Id).Distinct().Count());
        Assert.Equal("model.refused-drawn", (await Assert.ThrowsAsync<InputRefused>(() => campaigns.Plan(Asked("one", null), default))).Key);
    }

    [Fact]
    public async Task A_boundary_far_from_its_parcel_or_too_large_for_it_is_a_mistake()
    {
        await using var gateway = await TestGateway.Run();
        await gateway.Post("/api/parcels", JsonNode.Parse("""{"parcels":[{"site":"hut","parcel":"north","region":"france","country":"FR","hectares":90,"latitude":48.105,"longitude":1.505}]}""")!);
        var campaigns = gateway.Get<ModelCampaigns>();
        async Task<string?> Refused(string boundary, string parcel) => (await Assert.ThrowsAsync<InputRefused>(() => campaigns.Plan(new("c", "france", boundary, "0-30", "", "ada", Parcel: parcel), default))).Key;
        Assert.Equal("model.refused-parcel", await Refused(TwoFields, "south"));
        Assert.Equal("model.refused-parcel-area", await Refused(TwoFields, "north"));
        Assert.Equal("model.refused-parcel-elsewhere", await Refused("1.50 48.10\n1.51 48.10\n1.51 48.11\n1.50 48.11", "north"));
        await campaigns.Plan(new("c", "france", "48.10 1.50\n48.10 1.51\n48.11 1.51\n48.11 1.50", "0-30", "", "ada", Parcel: "north"), default);
    }

    [Fact]
    public async Task A_technician_plans_on_the_console_and_prints_sheet_and_labels()
    {
        await using var gateway = await TestGateway.Run();
        await gateway.Get<AccountBook>().Open("ada", Role.Technician, "maize after beans", "test", default);
        using var ada = new ConsoleVisitor(gateway.Running.Http, "fr");
        await ada.SignIn("ada", "maize after beans");
        var (_, _, refused) = await ada.Submit("/calibrations/models", "plan", ("Campaign", "village"), ("Region", "france"), ("Outline", "48.1 1.5"), ("Layers", "0-10, 10-30"));
        Assert.Contains("a 1 coins\u202f; un champ en a 3", refused);
        Assert.Contains("48.1 1.5</textarea>", refused);

        var (status, location, _) = await ada.Submit("/calibrations/models", "plan", ("Campaign", "village"), ("Region", "france"), ("Outline", TwoFields), ("Layers", "0-10, 10-30"), ("Spread", "4,0"), ("Wanted", "0,8"), ("Seed", "0123456789abcdef"));
        Assert.Equal(HttpStatusCode.Redirect, status);
        Assert.EndsWith("/calibrations/models/village", location!.ToString());
        var page = await ada.Page("/calibrations/models/village");
        Assert.Contains("0123456789abcdef", page);
        Assert.Contains("30 carottes\u202f: 25 pour l'erreur voulue, 30 pour un modèle", page);
        var samples = gateway.Get<ModelCampaigns>().Samples("village");
        Assert.Equal(60, samples.Count);
        var sheet = await ada.Page("/calibrations/models/village/sheet");
        Assert.All(samples, sample => Assert.Contains(sample.Id, sheet));
        var labels = await ada.Page("/calibrations/models/village/labels");
        Assert.Equal(42, labels.Split("class=\"label-code\"").Length - 1);
        Assert.True(labels.Length < 100_000, $"{labels.Length} characters");
        Assert.Contains(samples[^1].Id, await ada.Page("/calibrations/models/village/samples.csv"));
        var points = JsonNode.Parse(await ada.Page("/calibrations/models/village/plan.geojson"))!["features"]!.AsArray();
        Assert.Equal(30, points.Count);
    }

    [Fact]
    public async Task Positions_destroyed_on_the_holders_wish_are_gone_from_the_plan_and_its_samples_stay()
    {
        await using var gateway = await TestGateway.Run();
        var campaigns = gateway.Get<ModelCampaigns>();
        var planned = await campaigns.Plan(new("c", "france", TwoFields, "0-30", "", "ada", 30), default);
        var record = await gateway.GetJson($"/api/records/{planned.RecordId}");
        await Openings.Destroy(gateway.Get<FourPerMille.Sensor.Gateway.Store.Database>(), [.. record["strata"]!.AsArray().Select(s => s!["positions"]!.ToString())]);
        Assert.Null(campaigns.Drawn(planned).Points);
        Assert.Throws<InputRefused>(() => PlanFiles.GeoJson(planned, campaigns.Drawn(planned)));
        Assert.Equal(30, campaigns.Samples("c").Count);
    }
}

using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Sim.Observatory;

namespace FourPerMille.Sensor.Unit.Mrv;

/// <summary>The receiver itself: what it refuses, how it pages, and that it comes back as it was.</summary>
public sealed class ObservatoryTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("fpm-observatory-").FullName;
    bool _isFull;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    Task<SimulatedObservatory> Start() => SimulatedObservatory.Start(new ObservatoryOptions { Folder = _folder, DiskIsFull = () => _isFull });

    [Fact]
    public async Task It_comes_back_with_all_that_it_answered_for_even_after_a_torn_write()
    {
        string key;
        await using (var first = await Start())
        {
            using var http = new HttpClient { BaseAddress = first.Url };
            key = first.WitnessKey.ToString();
            await Stream(http);
            await Observe(http, 250);
        }
        File.AppendAllText(Path.Combine(_folder, "things.jsonl"), """{"observe":"Datastreams","id":1,"row":{"phenom""");

        await using var again = await Start();
        using var client = new HttpClient { BaseAddress = again.Url };
        Assert.Equal((1, 1, 250, key), (again.Summary().Things, again.Summary().Datastreams, again.Summary().Observations, again.WitnessKey.ToString()));
        await Observe(client, 1);
        Assert.Equal(251, again.Summary().Observations);
    }

    [Fact]
    public async Task Pages_lead_to_every_observation_and_keep_filter_and_selection()
    {
        await using var observatory = await Start();
        using var http = new HttpClient { BaseAddress = observatory.Url };
        await Stream(http);
        await Observe(http, 250);
        var (page, results) = ("/v1.1/Datastreams(1)/Observations?$top=40&$count=true&$select=result&$filter=" + Uri.EscapeDataString("result ge 10"), new List<int>());
        while (page is not null)
        {
            var answer = (await http.GetFromJsonAsync<JsonNode>(page))!;
            Assert.Equal(241, (int)answer["@iot.count"]!);
            Assert.All(answer["value"]!.AsArray(), o => Assert.Null(o!["phenomenonTime"]));
            results.AddRange(answer["value"]!.AsArray().Select(o => (int)o!["result"]!));
            page = (string?)answer["@iot.nextLink"];
        }
        Assert.Equal(Enumerable.Range(10, 241), results);
    }

    [Fact]
    public async Task A_full_disk_refuses_rows_one_by_one_and_entities_whole()
    {
        await using var observatory = await Start();
        using var http = new HttpClient { BaseAddress = observatory.Url };
        await Stream(http);
        _isFull = true;
        Assert.All((await Observe(http, 3)).AsArray(), answer => Assert.StartsWith("error: no space", (string)answer!));
        var refused = await http.PostAsJsonAsync("/v1.1/Things", new { name = "n2", description = "d" });
        Assert.Equal((HttpStatusCode.InsufficientStorage, 1), (refused.StatusCode, observatory.Summary().Things));
    }

    [Theory]
    [InlineData("""[{"Datastream":{"@iot.id":1},"components":["result"],"dataArray":[["2026"]]}]""", "error: a time needs")]
    [InlineData("""[{"Datastream":{"@iot.id":1},"components":["phenomenonTime","resultTime","result"],"dataArray":[["2026-03-01T00:00:00+0100","2026-03-01T00:00:00Z",1]]}]""", "error: a time needs")]
    [InlineData("""[{"Datastream":{"@iot.id":1},"components":["phenomenonTime","resultTime","result"],"dataArray":[["2026-03-01T00:00:00Z","2026-03-01T00:00:00Z",[1,2]]]}]""", "error: the result does not fit")]
    [InlineData("""[{"Datastream":{"@iot.id":1},"components":["phenomenonTime","result"],"dataArray":[["2026-03-01T00:00:00Z"]]}]""", "error: a row has a value for each component")]
    public async Task A_row_at_fault_is_told_why(string request, string answer)
    {
        await using var observatory = await Start();
        using var http = new HttpClient { BaseAddress = observatory.Url };
        await Stream(http);
        var response = await http.PostAsync("/v1.1/CreateObservations", new StringContent(request, Encoding.UTF8, "application/json"));
        Assert.StartsWith(answer, (string)(await response.Content.ReadFromJsonAsync<JsonArray>())!.Single()!);
    }

    [Theory]
    [InlineData("/v1.1/Datastreams(9)/Observations", HttpStatusCode.NotFound)]
    [InlineData("/v1.1/Sensors(1)/Observations", HttpStatusCode.NotFound)]
    [InlineData("/v1.1/Nonsense", HttpStatusCode.NotFound)]
    [InlineData("/v1.1/Things?$filter=startswith(name,'n')", HttpStatusCode.BadRequest)]
    public async Task What_it_does_not_know_it_does_not_guess(string path, HttpStatusCode status)
    {
        await using var observatory = await Start();
        using var http = new HttpClient { BaseAddress = observatory.Url };
        Assert.Equal(status, (await http.GetAsync(path)).StatusCode);
    }

    [Fact]
    public async Task The_verb_runs_by_itself_and_writes_its_summary()
    {
        var summary = Path.Combine(_folder, "summary.json");
        var command = ObservatoryCommand.Create();
        Assert.Equal(0, await command.Parse(["--urls", "http://127.0.0.1:0", "--data", Path.Combine(_folder, "state"), "--for", "0.2", "--summary", summary]).InvokeAsync());
        Assert.Equal(0, (int)JsonNode.Parse(File.ReadAllText(summary))!["observatory"]!["recordIdsTwice"]!);
        Assert.Equal(2, await command.Parse(["--faults", "meteor=1"]).InvokeAsync());
    }

    static async Task Stream(HttpClient http)
    {
        foreach (var (set, entity) in new[]
        {
            ("Things", """{"name":"n1","description":"d"}"""),
            ("Datastreams", """
                {"name":"s","description":"d","observationType":"o","unitOfMeasurement":{"name":"n","symbol":"s","definition":"d"},"Thing":{"@iot.id":1},
                 "Sensor":{"name":"p","description":"d","encodingType":"application/json","metadata":"m"},"ObservedProperty":{"name":"o","definition":"x","description":"d"}}
                """),
        })
            (await http.PostAsync("/v1.1/" + set, new StringContent(entity, Encoding.UTF8, "application/json"))).EnsureSuccessStatusCode();
    }

    static async Task<JsonNode> Observe(HttpClient http, int count)
    {
        var rows = new JsonArray([.. Enumerable.Range(1, count).Select(i => (JsonNode)new JsonArray("2026-03-01T00:00:00Z", "2026-03-01T00:00:00Z", i))]);
        var answer = await http.PostAsJsonAsync("/v1.1/CreateObservations", new JsonArray(new JsonObject
        {
            ["Datastream"] = new JsonObject { ["@iot.id"] = 1 }, ["components"] = new JsonArray("phenomenonTime", "resultTime", "result"), ["dataArray"] = rows,
        }));
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonNode>())!;
    }
}

using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway;
using FourPerMille.Sensor.Gateway.Ingest;
using FourPerMille.Sensor.Gateway.Ledger;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Time;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace FourPerMille.Sensor.Scenarios.Conservation;

/// <summary>
/// One gateway through its deaths. Its store may be copied at any instant as SQLite committed it (that is what a killed process leaves), and
/// it may begin again from any such copy. The folder lies in memory where the machine has such a place: what a disk forgets is not the question here.
/// </summary>
sealed class GatewayUnderTest : IAsyncDisposable
{
    static readonly string Root = Directory.CreateDirectory(Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), "fpm-conservation")).FullName;

    readonly string _home = Directory.CreateDirectory(Path.Combine(Root, Guid.NewGuid().ToString("N"))).FullName;
    RunningGateway _running = null!;
    string _folder;
    int _copies;

    GatewayUnderTest() => _folder = Path.Combine(_home, "first");

    public EndPoint Mqtt => _running.Mqtt;

    public static async Task<GatewayUnderTest> Begin(DateTimeOffset utc)
    {
        var gateway = new GatewayUnderTest();
        Directory.CreateDirectory(gateway._folder);
        await gateway.Start(utc);
        return gateway;
    }

    public async Task<Dictionary<string, string>> Enrol(IEnumerable<(string Id, bool UsesLoRa)> nodes)
    {
        using var http = new HttpClient { BaseAddress = _running.Http };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", File.ReadAllText(Path.Combine(_folder, "admin.token")));
        var wanted = nodes.Select(node => new { node = node.Id, site = "hut", region = "france", link = node.UsesLoRa ? "lora" : "wifi", intervalMinutes = 60, host = "gateway.local", port = 1883 });
        var answer = await (await http.PostAsJsonAsync("/api/nodes", new { nodes = wanted })).Content.ReadFromJsonAsync<JsonNode>();
        return answer!["nodes"]!.AsArray().ToDictionary(node => (string)node!["node"]!, node => (string)node!["files"]!["identity.txt"]!);
    }

    public IReadOnlyList<WireFrame> TakeOverLoRa(string id, WireFrame frame)
    {
        try
        {
            var node = _running.Services.GetRequiredService<NodeRegistry>().Required(id);
            return _running.Services.GetRequiredService<FrameIntake>().Take(node, NodeLink.Lora, [frame], CancellationToken.None).GetAwaiter().GetResult();
        }
        catch (Exception ended) when (ended is ObjectDisposedException or System.Threading.Channels.ChannelClosedException)
        {
            return [];
        }
    }

    public async Task AdvanceTo(DateTimeOffset utc) =>
        await ((SimulatedTimeProvider)_running.Services.GetRequiredService<TimeProvider>()).AdvanceTo(utc, _running.Services.GetRequiredService<Agenda>().Settled);

    /// <summary>The data folder as it would be found had the power gone now.</summary>
    public string Copy()
    {
        var copy = Directory.CreateDirectory(Path.Combine(_home, "copy" + (++_copies).ToString(CultureInfo.InvariantCulture))).FullName;
        CopyAllButStore(_folder, copy);
        using var from = new SqliteConnection($"Data Source={StoreIn(_folder)};Mode=ReadWrite;Pooling=False");
        using var to = new SqliteConnection($"Data Source={StoreIn(copy)};Pooling=False");
        from.Open();
        to.Open();
        from.BackupDatabase(to);
        return copy;
    }

    /// <summary>Ends, and begins again: from a copy, or from its own store.</summary>
    public async Task BeginAgain(string? copy, DateTimeOffset utc)
    {
        await _running.DisposeAsync();
        if (copy is not null)
        {
            _folder = Path.Combine(_home, "life" + (++_copies).ToString(CultureInfo.InvariantCulture));
            Directory.CreateDirectory(_folder);
            CopyAllButStore(copy, _folder);
            File.Copy(StoreIn(copy), StoreIn(_folder));
        }
        await Start(utc);
    }

    public StoreOfNode StoreOf(string id)
    {
        using var file = new SqliteConnection($"Data Source={StoreIn(_folder)};Mode=ReadWrite;Pooling=False");
        file.Open();
        var ledger = Rows(file, "SELECT epoch, sampled, stored_runs, lost_runs, released_runs FROM epochs", id, row =>
        {
            var line = new EpochLedger((uint)row.GetInt64(0), row.GetInt64(1), SequenceRuns.Parse(row.GetString(2)), SequenceRuns.Parse(row.GetString(3)), SequenceRuns.Parse(row.GetString(4)), 0, 0);
            return new LedgerLine(line.Epoch, line.Sampled, line.Stored.Count, line.LostCount, line.LostByRestoreCount, line.MissingCount);
        });
        return new StoreOfNode(
            Rows(file, "SELECT epoch, sequence, frame FROM frames", id, Frame),
            Rows(file, "SELECT epoch, sequence, frame FROM conflicts", id, Frame),
            Rows(file, "SELECT epoch, first, count, reason FROM losses", id, row => new DeclaredLoss((uint)row.GetInt64(0), (uint)row.GetInt64(1), (uint)row.GetInt64(2), row.GetInt32(3))),
            ledger);
    }

    public async ValueTask DisposeAsync()
    {
        await _running.DisposeAsync();
        Directory.Delete(_home, recursive: true);
    }

    async Task Start(DateTimeOffset utc) => _running = await RunningGateway.Start(new GatewayOptions
    {
        DataFolder = _folder, Urls = new Uri("http://127.0.0.1:0"), Mqtt = new IPEndPoint(IPAddress.Loopback, 0), SimulatedClock = utc,
    });

    static StoredFrame Frame(SqliteDataReader row) => new((uint)row.GetInt64(0), (uint)row.GetInt64(1), (byte[])row[2]);

    static List<T> Rows<T>(SqliteConnection file, string sql, string id, Func<SqliteDataReader, T> map)
    {
        using var query = file.CreateCommand();
        query.CommandText = sql + " WHERE node = (SELECT number FROM nodes WHERE id = @id)";
        query.Parameters.AddWithValue("@id", id);
        using var reader = query.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read()) rows.Add(map(reader));
        return rows;
    }

    static string StoreIn(string folder) => Path.Combine(folder, "gateway.db");

    /// <summary>Keys, token, log tiles: the evidence beside the store.</summary>
    static void CopyAllButStore(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(from, file);
            if (name.StartsWith("gateway.", StringComparison.Ordinal)) continue;
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(to, name))!);
            File.Copy(file, Path.Combine(to, name), overwrite: true);
        }
    }
}

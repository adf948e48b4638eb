using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Technician.Cli;
using FourPerMille.Sensor.Payload;
using Microsoft.Data.Sqlite;

namespace FourPerMille.Sensor.Unit.Gateway;

public sealed class KilledGatewayTests
{
    /// <summary>The gateway as its own process, killed without a word while nodes speak with it, again and again.</summary>
    [Fact]
    public async Task A_gateway_killed_at_any_moment_has_every_reading_it_acknowledged_once()
    {
        var kills = Environment.GetEnvironmentVariable("FPM_LONG") == "1" ? 40 : 4;
        var folder = Directory.CreateTempSubdirectory("fpm-killed-").FullName;
        var nodes = new List<SendingNode>();
        var random = new Random(4);
        for (var life = 0; life < kills; life++)
        {
            using var gateway = await GatewayProcess.Start(folder);
            if (life == 0) nodes.AddRange(await gateway.Enrol(4));
            var talking = nodes.Select(node => Task.Factory.StartNew(() => node.TalkUntilCutOff(gateway.MqttPort), TaskCreationOptions.LongRunning)).ToList();
            await Task.Delay(random.Next(100, 700));
            gateway.Kill();
            await Task.WhenAll(talking);
        }

        using (var gateway = await GatewayProcess.Start(folder))
        {
            foreach (var node in nodes) node.SendWhatIsUnacknowledged(gateway.MqttPort);
            await gateway.End();
        }

        foreach (var node in nodes)
        {
            var stored = Stored(folder, node.Id);
            Assert.All(node.Acknowledged, sequence => Assert.Equal(node.Frame(sequence), stored[sequence]));
            Assert.Equal(node.Taken, stored.Count);
            Assert.True(node.Taken > kills, $"{node.Id} took {node.Taken} readings in {kills} lives: nothing was tested");
        }
        Assert.Equal(0, await CommandLine.Run(["fsck", "--data", folder]));
        Directory.Delete(folder, recursive: true);
    }

    static Dictionary<uint, byte[]> Stored(string folder, string node)
    {
        using var file = new SqliteConnection($"Data Source={Path.Combine(folder, "gateway.db")};Mode=ReadOnly;Pooling=False");
        file.Open();
        using var query = file.CreateCommand();
        query.CommandText = "SELECT sequence, frame FROM frames JOIN nodes ON nodes.number = frames.node WHERE nodes.id = @id";
        query.Parameters.AddWithValue("@id", node);
        using var rows = query.ExecuteReader();
        var stored = new Dictionary<uint, byte[]>();
        while (rows.Read()) stored.Add((uint)rows.GetInt64(0), (byte[])rows[1]);
        return stored;
    }

    /// <summary>Holds its readings until they are acknowledged, as a node's flash does.</summary>
    sealed class SendingNode(TestNode node)
    {
        readonly SortedSet<uint> _held = [];

        public string Id => node.Id;
        public int Taken { get; private set; }
        public List<uint> Acknowledged { get; } = [];

        public byte[] Frame(uint sequence) => node.Frame(1, sequence).Bytes;

        public void TalkUntilCutOff(int port)
        {
            try
            {
                while (true)
                {
                    for (var i = 0; i < 3; i++) _held.Add((uint)Taken++);
                    SendWhatIsUnacknowledged(port);
                }
            }
            catch (Exception cutOff) when (cutOff is IOException or System.Net.Sockets.SocketException or TimeoutException or ObjectDisposedException) { }
        }

        public void SendWhatIsUnacknowledged(int port)
        {
            if (_held.Count == 0) return;
            var replies = NodeTalk.Once(port, Id, node.Keys.MqttPassword(), "hut", [.. _held.Select(sequence => node.Frame(1, sequence))]);
            if (replies is null) throw new TimeoutException("not let in: the gateway is going");
            var heard = node.Acknowledged(replies)!;
            foreach (var sequence in _held.Where(heard.Covers).ToList())
            {
                _held.Remove(sequence);
                Acknowledged.Add(sequence);
            }
        }
    }

    sealed class GatewayProcess : IDisposable
    {
        readonly Process _process;
        readonly Uri _http;
        readonly string _folder;

        GatewayProcess(Process process, string ready, string folder)
        {
            (_process, _folder) = (process, folder);
            var words = ready.Split(' ');
            _http = new Uri(words[1]["http=".Length..]);
            MqttPort = IPEndPoint.Parse(words[2]["mqtt=".Length..]).Port;
        }

        public int MqttPort { get; }

        public static async Task<GatewayProcess> Start(string folder)
        {
            var start = new ProcessStartInfo("dotnet", [typeof(FourPerMille.Sensor.Gateway.Program).Assembly.Location,
                "serve", "--data", folder, "--urls", "http://127.0.0.1:0", "--mqtt", "127.0.0.1:0"]) { RedirectStandardOutput = true, RedirectStandardError = true };
            var process = Process.Start(start)!;
            process.ErrorDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
            var ready = await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60));
            Assert.StartsWith("ready http=", ready);
            return new GatewayProcess(process, ready!, folder);
        }

        public async Task<IEnumerable<SendingNode>> Enrol(int count)
        {
            using var http = new HttpClient { BaseAddress = _http };
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", File.ReadAllText(Path.Combine(_folder, "admin.token")));
            var wanted = Enumerable.Range(1, count).Select(i => new { node = i.ToString("x16", CultureInfo.InvariantCulture), site = "hut", region = "france" });
            var answer = await (await http.PostAsJsonAsync("/api/nodes", new { nodes = wanted })).Content.ReadFromJsonAsync<JsonNode>();
            return answer!["nodes"]!.AsArray().Select(node => new SendingNode(new TestNode((string)node!["files"]!["identity.txt"]!)));
        }

        /// <summary>As the power would.</summary>
        public void Kill()
        {
            _process.Kill();
            _process.WaitForExit();
        }

        /// <summary>As a technician would, with SIGTERM.</summary>
        public async Task End()
        {
            using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
            await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
            Assert.Equal(0, _process.ExitCode);
        }

        public void Dispose()
        {
            if (!_process.HasExited) _process.Kill();
            _process.Dispose();
        }
    }
}

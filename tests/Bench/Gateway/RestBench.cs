using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Mqtt;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Bench.Gateway;

/// <summary>Memory of a gateway process that 200 nodes have reported to and that nobody asks anything: resident, as the kernel counts it.</summary>
static class RestBench
{
    const int Nodes = 200, Readings = 24;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60), Rest = TimeSpan.FromSeconds(20);

    public static void Run()
    {
        var folder = Directory.CreateTempSubdirectory("fpm-rest-").FullName;
        using var gateway = Process.Start(new ProcessStartInfo("dotnet", [Dll(), "serve", "--data", folder, "--urls", "http://127.0.0.1:0", "--mqtt", "127.0.0.1:0", "--mqtt-tls", "off"]) { RedirectStandardOutput = true })!;
        try
        {
            var ready = gateway.StandardOutput.ReadLine()?.Split(' ') ?? throw new InvalidOperationException("The gateway ended before it was ready.");
            var (http, mqtt) = (new Uri(ready[1]["http=".Length..]), IPEndPoint.Parse(ready[2]["mqtt=".Length..]));
            Console.WriteLine($"rest: a gateway, {Nodes} nodes, {Readings} readings of each");
            Report("just started", gateway);
            foreach (var identity in Enrol(http, folder)) Send(identity, mqtt);
            Report("after all have reported", gateway);
            Thread.Sleep(Rest);
            Report("at rest", gateway);
        }
        finally
        {
            gateway.Kill();
            gateway.WaitForExit();
            Directory.Delete(folder, recursive: true);
        }
    }

    static List<Dictionary<string, string>> Enrol(Uri http, string folder)
    {
        using var client = new HttpClient { BaseAddress = http };
        client.DefaultRequestHeaders.Authorization = new("Bearer", File.ReadAllText(Path.Combine(folder, "admin.token")));
        var nodes = new JsonArray([.. Enumerable.Range(1, Nodes).Select(i => new JsonObject { ["node"] = i.ToString("x16", CultureInfo.InvariantCulture), ["site"] = "hut", ["region"] = "france", ["link"] = "wifi", ["intervalMinutes"] = 60 })]);
        using var answer = client.PostAsJsonAsync("/api/nodes", new JsonObject { ["nodes"] = nodes }).GetAwaiter().GetResult();
        answer.EnsureSuccessStatusCode();
        var enrolled = JsonNode.Parse(answer.Content.ReadAsStringAsync().GetAwaiter().GetResult())!["nodes"]!.AsArray();
        return [.. enrolled.Select(node => node!["files"]!["identity.txt"]!.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]))];
    }

    /// <summary>One wake of a node, with a day of readings.</summary>
    static void Send(Dictionary<string, string> identity, IPEndPoint mqtt)
    {
        var (id, keys) = (identity["node"], new FrameKeys(Convert.FromHexString(identity["key"]), Convert.FromHexString(identity["node"])));
        using var client = MqttWireClient.Open(mqtt, Patience);
        client.Connect(new ConnectPacket(id) { UserName = id, Password = System.Text.Encoding.ASCII.GetBytes(keys.MqttPassword()) }, Patience);
        client.Subscribe(QualityOfService.AtMostOnce, $"fpm/1/hut/{id}/ack");
        client.Publish($"fpm/1/hut/{id}/up", [.. Enumerable.Range(0, Readings).SelectMany(hour => Entry(keys, (uint)hour))]);
        while (client.Receive(Patience) is { } packet)
            if (packet is PublishPacket) return;
        throw new TimeoutException($"Node {id} was not acknowledged.");
    }

    static byte[] Entry(FrameKeys keys, uint hour)
    {
        var reading = new Reading { Epoch = 1, Sequence = hour, MonotonicMinutes = hour * 60, ClockQuality = 3, BatteryMillivolts = 3300, AirTemperatureSixteenths = 240, HumidityHalfPercent = 120, PressurePascals = 100_000 };
        for (var depth = 0; depth < 3; depth++) (reading.MoistureCounts[depth], reading.SoilTemperatureSixteenths[depth]) = (2000 + depth, 192 + (int)hour);
        var body = new byte[KeyframeCodec.MaxBodyLength];
        var length = KeyframeCodec.Encode(reading, body, 0);
        return [FrameKind.Keyframe, (byte)(length + FrameKeys.MacLength), .. body[..length], .. keys.MacUp(FrameKind.Keyframe, 1, hour, body, 0, length)[..FrameKeys.MacLength]];
    }

    static void Report(string when, Process gateway)
    {
        gateway.Refresh();
        Console.WriteLine($"  {when}: {gateway.WorkingSet64 / 1e6:F0} MB resident");
    }

    static string Dll()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        var configuration = root.Parent!.Name;
        while (!File.Exists(Path.Combine(root.FullName, "FourPerMille.Sensor.sln"))) root = root.Parent ?? throw new InvalidOperationException("The bench runs from inside a checkout.");
        return Path.Combine(root.FullName, "gateway/Gateway/bin", configuration, "net10.0/FourPerMille.Sensor.Gateway.dll");
    }
}

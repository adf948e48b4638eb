using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;

namespace FourPerMille.Sensor.Unit.Mqtt;

/// <summary>The programs of the mosquitto project, run as they are. Killed when the test ends.</summary>
sealed class Mosquitto : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    readonly Process _process;
    readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    readonly List<string> _unasked = [];
    readonly StringBuilder _said = new();
    readonly string? _configuration;
    bool _isDisposed;

    Mosquitto(string tool, string? configuration, params string[] arguments)
    {
        _configuration = configuration;
        // Into a pipe they would hold their lines back.
        var start = new ProcessStartInfo("stdbuf", ["-oL", Tests.Tools.Find(tool) ?? tool, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Said(line.Data);
        _process.ErrorDataReceived += (_, line) => Said(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public static Mosquitto Publish(EndPoint server, string user, params string[] arguments) =>
        new("mosquitto_pub", null, [.. Login(server, user), .. arguments]);

    /// <summary>A subscriber that says "Subscribed" once it is.</summary>
    public static async Task<Mosquitto> Subscribe(EndPoint server, string user, params string[] arguments)
    {
        var subscriber = new Mosquitto("mosquitto_sub", null, ["-d", "-F", "message %t %r %p", .. Login(server, user), .. arguments]);
        await subscriber.Says("Subscribed");
        return subscriber;
    }

    /// <summary>A broker on a free port of the loopback.</summary>
    public static async Task<(Mosquitto Broker, IPEndPoint Endpoint)> Serve(params string[] configuration)
    {
        var endpoint = FreeEndpoint();
        var file = Path.GetTempFileName();
        await File.WriteAllLinesAsync(file, [$"listener {endpoint.Port} 127.0.0.1", "allow_anonymous true", "persistence false", .. configuration]);
        var broker = new Mosquitto("mosquitto", file, "-v", "-c", file);
        await broker.Says("running");
        return (broker, endpoint);
    }

    /// <summary>Waits for a line that contains the text, said before or after lines asked for earlier; each line answers once.</summary>
    public async Task<string> Says(string text)
    {
        using var hurry = new CancellationTokenSource(Patience);
        try
        {
            int at;
            while ((at = _unasked.FindIndex(line => line.Contains(text, StringComparison.OrdinalIgnoreCase))) < 0)
                _unasked.Add(await _lines.Reader.ReadAsync(hurry.Token));
            var found = _unasked[at];
            _unasked.RemoveAt(at);
            return found;
        }
        catch (OperationCanceledException)
        {
            lock (_said) throw new TimeoutException($"{string.Join(' ', _process.StartInfo.ArgumentList)} did not say '{text}'. It said:\n{_said}");
        }
    }

    public async Task<int> Ends()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        if (_configuration is not null) File.Delete(_configuration);
    }

    static string[] Login(EndPoint server, string user) =>
        ["-h", "127.0.0.1", "-p", $"{((IPEndPoint)server).Port}", "-u", user, "-P", "key of " + user, "-i", user];

    static IPEndPoint FreeEndpoint()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return (IPEndPoint)probe.LocalEndpoint;
    }

    void Said(string? line)
    {
        if (line is null) return;
        lock (_said) _said.AppendLine(line);
        _lines.Writer.TryWrite(line);
    }
}

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Reflection;
using System.Runtime.InteropServices;

namespace FourPerMille.Sensor.Sim.Pilot;

/// <summary>How a gateway is started.</summary>
/// <param name="Urls">Where its HTTP listens; null takes a free port.</param>
public sealed record GatewayStart(string Assembly, string DataFolder, DateTimeOffset SimulatedClock, Uri? Observatory, string ChirpstackSecret,
    Uri ChirpstackApi, string ChirpstackToken, Uri? Urls = null);

/// <summary>
/// A gateway as a process of its own. It can be ended as an operator would (SIGTERM), killed as a power cut would (SIGKILL), and
/// started again on the same ports and data.
/// </summary>
public sealed class GatewayProcess : IAsyncDisposable
{
    static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60), EndPatience = TimeSpan.FromSeconds(20);
    const int SigTerm = 15;

    readonly GatewayStart start;
    readonly ConcurrentQueue<string> lastLines = new();
    readonly StreamWriter log;
    Process? process;

    GatewayProcess(GatewayStart start)
    {
        this.start = start;
        if (start.Urls is not null) Http = start.Urls;
        Directory.CreateDirectory(start.DataFolder);
        log = new StreamWriter(Path.Combine(start.DataFolder, "gateway.log"), append: true) { AutoFlush = true };
    }

    public Uri Http { get; private set; } = new("http://127.0.0.1:0");
    public IPEndPoint Mqtt { get; private set; } = new(IPAddress.Loopback, 0);
    public string AdminToken => File.ReadAllText(Path.Combine(start.DataFolder, "admin.token")).Trim();
    public bool IsRunning => process is { HasExited: false };
    public int Kills { get; private set; }

    /// <summary>The gateway built beside this simulator.</summary>
    public static string BuiltAssembly { get; } = Path.GetFullPath(typeof(GatewayProcess).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == "GatewayAssembly").Value!);

    /// <exception cref="InvalidOperationException">The gateway ended or stayed silent instead of saying that it is ready; the message holds its last lines.</exception>
    public static async Task<GatewayProcess> Start(GatewayStart start, CancellationToken stop)
    {
        if (!File.Exists(start.Assembly)) throw new InvalidOperationException($"The gateway has not been built: {start.Assembly} is missing.");
        var gateway = new GatewayProcess(start);
        try { await gateway.Run(start.SimulatedClock, stop); }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }
        return gateway;
    }

    /// <summary>Kills without warning, as a power cut, and returns when the process is gone.</summary>
    public async Task Kill()
    {
        if (process is null) return;
        Kills++;
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>Starts again with the same ports and data, the simulated clock going on from this time.</summary>
    public Task Restart(DateTimeOffset simulatedClock, CancellationToken stop) => Run(simulatedClock, stop);

    /// <summary>Asks the process to end and waits; kills it where it does not.</summary>
    public async Task<bool> End()
    {
        if (process is null || process.HasExited) return true;
        if (OperatingSystem.IsWindows()) process.Kill();
        else _ = SendSignal(process.Id, SigTerm);
        using var patience = new CancellationTokenSource(EndPatience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            await process.WaitForExitAsync();
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await End();
        process?.Dispose();
        await log.DisposeAsync();
    }

    async Task Run(DateTimeOffset simulatedClock, CancellationToken stop)
    {
        process?.Dispose();
        var ready = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        process = new Process { StartInfo = StartInfo(simulatedClock), EnableRaisingEvents = true };
        process.OutputDataReceived += (_, line) => Hear(line.Data, ready);
        process.ErrorDataReceived += (_, line) => Hear(line.Data, null);
        process.Exited += (_, _) => ready.TrySetException(new InvalidOperationException(
            $"The gateway ended instead of serving. Its last lines:\n{string.Join('\n', lastLines)}"));
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        Read(await ready.Task.WaitAsync(StartPatience, stop));
    }

    ProcessStartInfo StartInfo(DateTimeOffset simulatedClock)
    {
        var info = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        string[] arguments =
        [
            start.Assembly, "serve", "--data", start.DataFolder, "--urls", Http.ToString().TrimEnd('/'), "--mqtt", Mqtt.ToString(),
            "--simulated-clock", simulatedClock.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
            "--chirpstack-secret", start.ChirpstackSecret, "--chirpstack-api", start.ChirpstackApi.ToString(), "--chirpstack-token", start.ChirpstackToken,
        ];
        foreach (var argument in arguments) info.ArgumentList.Add(argument);
        if (start.Observatory is not null)
        {
            info.ArgumentList.Add("--observatory");
            info.ArgumentList.Add(start.Observatory.ToString());
        }
        return info;
    }

    void Hear(string? line, TaskCompletionSource<string>? ready)
    {
        if (line is null) return;
        lastLines.Enqueue(line);
        while (lastLines.Count > 20) lastLines.TryDequeue(out _);
        lock (log) log.WriteLine(line);
        if (line.StartsWith("ready ", StringComparison.Ordinal)) ready?.TrySetResult(line);
    }

    /// <summary><c>ready http=http://127.0.0.1:43211 mqtt=127.0.0.1:40001</c></summary>
    void Read(string line)
    {
        var words = line.Split(' ').Skip(1).Select(word => word.Split('=', 2)).ToDictionary(word => word[0], word => word[1]);
        (Http, Mqtt) = (new Uri(words["http"]), IPEndPoint.Parse(words["mqtt"]));
    }

    [DllImport("libc", EntryPoint = "kill")]
    static extern int SendSignal(int process, int signal);
}

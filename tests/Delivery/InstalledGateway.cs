using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace FourPerMille.Sensor.Delivery;

/// <summary>The service of the installed unit, started as systemd would: its command, its user, its environment, with our socket to be told at.</summary>
sealed class InstalledGateway : IDisposable
{
    readonly Process _process;
    readonly Socket _socket;
    readonly StringBuilder _complaints;

    InstalledGateway(Process process, Socket socket, StringBuilder complaints) => (_process, _socket, _complaints) = (process, socket, complaints);

    public int MqttPort { get; private set; }

    /// <summary>Starts it and waits until it says that it is ready, and once more that it is alive.</summary>
    public static async Task<InstalledGateway> Start(DebianTree tree)
    {
        var gateway = Begin(tree);
        try
        {
            var ready = await gateway.Told(text => text.StartsWith("READY=1", StringComparison.Ordinal));
            gateway.MqttPort = IPEndPoint.Parse(ready.Split("nodes at ")[1].Split(',')[0]).Port;
            await gateway.Told(text => text == "WATCHDOG=1");
            return gateway;
        }
        catch
        {
            gateway.Dispose();
            throw;
        }
    }

    /// <summary>Starts it where it must refuse.</summary>
    /// <returns>Its exit code and its words.</returns>
    public static async Task<(int Code, string Words)> Refused(DebianTree tree)
    {
        using var gateway = Begin(tree);
        await gateway._process.WaitForExitAsync().WaitAsync(Shell.Patience);
        gateway._process.WaitForExit();
        lock (gateway._complaints) return (gateway._process.ExitCode, gateway._complaints.ToString());
    }

    static InstalledGateway Begin(DebianTree tree)
    {
        var unit = File.ReadLines(tree.At("/usr/lib/systemd/system/fpm-gateway.service")).Select(line => line.Split('=', 2)).Where(pair => pair.Length == 2).ToLookup(pair => pair[0], pair => pair[1]);
        Assert.Equal("notify", unit["Type"].Single());
        const string at = "/run/fpm-notify";
        File.Delete(tree.At(at));
        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(tree.At(at)));
        File.SetUnixFileMode(tree.At(at), (UnixFileMode)0b110_110_110);
        var environment = unit["Environment"].SelectMany(line => line.Split(' ')).Select(v => v.Split('=', 2)).ToDictionary(v => v[0], v => v[1]);
        environment["NOTIFY_SOCKET"] = at;
        environment["WATCHDOG_USEC"] = (int.Parse(unit["WatchdogSec"].Single(), CultureInfo.InvariantCulture) * 1_000_000L).ToString(CultureInfo.InvariantCulture);
        var start = tree.Inside(unit["User"].Single(), environment, unit["ExecStart"].Single().Split(' '));
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        var complaints = new StringBuilder();
        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, line) => { lock (complaints) complaints.AppendLine(line.Data); };
        process.OutputDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        return new InstalledGateway(process, socket, complaints);
    }

    async Task<string> Told(Func<string, bool> what)
    {
        var buffer = new byte[4096];
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        while (true)
        {
            try
            {
                var text = Encoding.UTF8.GetString(buffer, 0, await _socket.ReceiveAsync(buffer, SocketFlags.None, patience.Token));
                if (what(text)) return text;
            }
            catch (OperationCanceledException)
            {
                lock (_complaints) throw new TimeoutException($"it was not told: {_complaints}");
            }
        }
    }

    /// <summary>As systemd would: SIGTERM to the main process, which says that it ends, and ends well.</summary>
    public async Task Stop()
    {
        (await Shell.Run("kill", "-TERM", _process.Id.ToString(CultureInfo.InvariantCulture))).Well();
        await Told(text => text == "STOPPING=1");
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(0, _process.ExitCode);
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
        _socket.Dispose();
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using FourPerMille.Sensor.Gateway;
using FourPerMille.Sensor.Gateway.Housekeeping.Supervision;

namespace FourPerMille.Sensor.Unit.Housekeeping;

public sealed class SupervisionTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("fpm-watch-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_gateway_says_that_it_is_ready_once_it_serves_gives_signs_of_life_and_says_that_it_ends()
    {
        using var manager = new Listening(Path.Combine(_folder, "notify"));
        var start = new ProcessStartInfo("dotnet", [typeof(ServiceManager).Assembly.Location, "serve", "--data", Path.Combine(_folder, "data"), "--urls", "http://127.0.0.1:0", "--mqtt", "0.0.0.0:0"])
        {
            RedirectStandardOutput = true, Environment = { ["NOTIFY_SOCKET"] = manager.Path, ["WATCHDOG_USEC"] = "15000000" },
        };
        using var gateway = Process.Start(start)!;
        try
        {
            var ready = await manager.Next();
            Assert.StartsWith("READY=1\nSTATUS=nodes at 0.0.0.0:", ready);
            // It was not said too early: who asks now is answered.
            Assert.StartsWith("ready ", await gateway.StandardOutput.ReadLineAsync());
            using var http = new HttpClient { BaseAddress = new Uri(ready[ready.IndexOf("http:", StringComparison.Ordinal)..]) };
            Assert.Equal("""{"status":"ok"}""", await http.GetStringAsync("/health"));
            for (var sign = 0; sign < 2; sign++) while (await manager.Next() != "WATCHDOG=1") { }

            using (var kill = Process.Start("kill", ["-TERM", gateway.Id.ToString(CultureInfo.InvariantCulture)])) await kill.WaitForExitAsync();
            string last;
            do last = await manager.Next(); while (last != "STOPPING=1");
            await gateway.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
            Assert.Equal(0, gateway.ExitCode);
        }
        finally
        {
            if (!gateway.HasExited) gateway.Kill();
        }
    }

    [Fact]
    public async Task A_part_that_hangs_or_fails_gives_no_sign_of_life_and_is_named()
    {
        using var socket = new Listening(Path.Combine(_folder, "notify"));
        using var manager = ServiceManager.Of(socket.Path, "30000000", null, 1);
        Func<CancellationToken, Task> store = _ => Task.CompletedTask;
        await using var watch = new Watch(manager, [("the store", stop => store(stop)), ("the line", _ => Task.CompletedTask)]);
        Assert.Equal(TimeSpan.FromSeconds(30), manager.Watchdog);

        Assert.Null(await watch.Look(TimeSpan.FromSeconds(60)));
        Assert.Equal("WATCHDOG=1", await socket.Next());

        store = _ => new TaskCompletionSource().Task; // never, and deaf to being asked to stop
        Assert.Equal("the store", await watch.Look(TimeSpan.FromMilliseconds(50)));
        Assert.Equal("STATUS=the store does not answer: nothing within 0.1 s", await socket.Next());

        store = _ => throw new IOException("no space left");
        Assert.Equal("the store", await watch.Look(TimeSpan.FromSeconds(60)));
        Assert.Equal("STATUS=the store does not answer: no space left", await socket.Next());
    }

    [Theory]
    [InlineData(null, "1000000", null, null)]
    [InlineData("here", null, null, null)]
    [InlineData("here", "soon", null, null)]
    [InlineData("here", "1000000", "7", 1.0)]
    [InlineData("here", "1000000", "8", null)]
    public void The_watchdog_is_kept_by_whom_it_is_meant_for(string? address, string? microseconds, string? process, double? seconds)
    {
        using var socket = new Listening(Path.Combine(_folder, "here"));
        using var manager = ServiceManager.Of(address is null ? null : socket.Path, microseconds, process, 7);
        Assert.Equal(seconds, manager.Watchdog?.TotalSeconds);
        manager.Alive();
    }

    [Fact]
    public void A_socket_that_nobody_listens_at_is_refused_with_what_to_do() =>
        Assert.Contains("NOTIFY_SOCKET", Assert.Throws<InputRefused>(() => ServiceManager.Of(Path.Combine(_folder, "none"), null, null, 1)).Message);

    /// <summary>The other end, as systemd has it.</summary>
    sealed class Listening : IDisposable
    {
        readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);

        public Listening(string path)
        {
            Path = path;
            _socket.Bind(new UnixDomainSocketEndPoint(path));
        }

        public string Path { get; }

        public async Task<string> Next()
        {
            var buffer = new byte[4096];
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(90));
            return Encoding.UTF8.GetString(buffer, 0, await _socket.ReceiveAsync(buffer, SocketFlags.None, patience.Token));
        }

        public void Dispose() => _socket.Dispose();
    }
}

using System.Net;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Gateway.Technician.Doctor;

namespace FourPerMille.Sensor.Gateway.Housekeeping.Supervision;

/// <summary>
/// Gives signs of life while what nodes need is alive: the store's one writer commits, the HTTP server answers, the nodes' line shakes hands.
/// One that hangs gives none, and the service manager starts the gateway again. Real time, whatever clock the gateway runs under.
/// </summary>
sealed class Watch(ServiceManager manager, IReadOnlyList<(string What, Func<CancellationToken, Task> Try)> parts) : IAsyncDisposable
{
    readonly CancellationTokenSource _stop = new();
    Task _watching = Task.CompletedTask;

    /// <summary>Watches a running gateway from now on.</summary>
    public static Watch Begin(ServiceManager manager, RunningGateway gateway)
    {
        var watch = new Watch(manager, [("the store", stop => Commits(gateway, stop)), ("HTTP", stop => Answers(gateway.Http, stop)), ("the nodes' line", stop => ShakesHands(gateway, stop))]);
        if (manager.Watchdog is { } within) watch._watching = Task.Run(() => watch.Go(within));
        return watch;
    }

    /// <summary>A sign of life now, if every part answers before the patience ends; else what does not.</summary>
    internal async Task<string?> Look(TimeSpan patience)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        limited.CancelAfter(patience);
        foreach (var (what, attempt) in parts)
        {
            try { await attempt(limited.Token).WaitAsync(limited.Token); }
            catch (Exception silent) when (!_stop.IsCancellationRequested)
            {
                manager.Status($"{what} does not answer: {(silent is OperationCanceledException ? $"nothing within {patience.TotalSeconds:0.#} s" : silent.Message)}");
                return what;
            }
        }
        manager.Alive();
        return null;
    }

    /// <summary>A pause of a third, a look of two thirds at most: one slow look is no reason to end.</summary>
    async Task Go(TimeSpan within)
    {
        try
        {
            for (; ; await Task.Delay(within / 3, _stop.Token)) await Look(within * 2 / 3);
        }
        catch (OperationCanceledException) { }
    }

    static Task Commits(RunningGateway gateway, CancellationToken stop) =>
        gateway.Services.GetRequiredService<Database>().Write(_ => { }, stop);

    static async Task Answers(Uri http, CancellationToken stop)
    {
        var reach = new UriBuilder(http) { Path = "/health" };
        if (IPAddress.TryParse(http.Host.Trim('[', ']'), out var address) && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)))
            reach.Host = address.Equals(IPAddress.Any) ? "127.0.0.1" : "[::1]";
        using var client = new HttpClient(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } }); // our own door
        using var answer = await client.GetAsync(reach.Uri, stop);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>As a node does; a broker's health is its own manager's to watch.</summary>
    static async Task ShakesHands(RunningGateway gateway, CancellationToken stop)
    {
        if (gateway.Services.GetRequiredService<GatewayOptions>() is { Broker: not null } || gateway.Mqtt is not IPEndPoint listening) return;
        var options = gateway.Services.GetRequiredService<GatewayOptions>();
        if (await LineCheck.Mqtt(listening, options.UsesTls, DateTimeOffset.UtcNow, stop) is { Kind: FindingKind.LineDeaf }) throw new IOException($"{listening} is deaf");
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        _stop.Dispose();
    }
}

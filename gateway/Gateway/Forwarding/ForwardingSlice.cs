using FourPerMille.Sensor.Gateway.Feed;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Gateway.Time;

namespace FourPerMille.Sensor.Gateway.Forwarding;

/// <summary>What Program.cs composes of this slice.</summary>
static class ForwardingSlice
{
    public static IServiceCollection AddForwarding(this IServiceCollection services) => services
        .AddSingleton<IObservatoryOutbox, ObservatoryOutbox>()
        .AddSingleton<ObservationFeed>()
        .AddSingleton<Forwarder>()
        .AddHostedService(made => made.GetRequiredService<Forwarder>());
}

/// <summary>Looks for something to forward, now and then. Records go before series: what was promised for good comes first on a poor line.</summary>
sealed class Forwarder(GatewayOptions options, Database database, RecordLog log, LogKey key, ObservationFeed feed, Agenda agenda, TimeProvider time, ILogger<Forwarder> journal) : IHostedService, IDisposable
{
    /// <summary>With it an acknowledged reading is in the feed within five minutes.</summary>
    static readonly TimeSpan Period = TimeSpan.FromMinutes(4);

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly Line _evidenceLine = new("Forwarding records", time, journal), _seriesLine = new("Forwarding observations", time, journal);
    HttpClient? _http;

    /// <summary>What the line carries; null without an observatory.</summary>
    public LineMeter? Meter { get; private set; }

    public LineState Records => _evidenceLine.State;
    public LineState Observations => _seriesLine.State;

    public Task StartAsync(CancellationToken stop)
    {
        if (options.Observatory is not { } observatory)
        {
            if (options.Courier) agenda.Every(Period, "keeping observations for a courier", feed.Run);
            return Task.CompletedTask;
        }
        if (options.ObservatoryBytesPerDay is < GatewayOptions.FewestBytesPerDay)
            throw new InputRefused($"--observatory-bytes-per-day: {options.ObservatoryBytesPerDay} would not carry the longest record; {GatewayOptions.FewestBytesPerDay} is the least. Without a line at all, send a courier.");
        Meter = new LineMeter(database, time, options.ObservatoryBytesPerDay);
        _http = new HttpClient(Meter) { BaseAddress = new Uri(observatory.ToString().TrimEnd('/') + "/"), Timeout = Patience };
        var client = new SensorThingsClient(_http);
        var evidence = new EvidenceForwarder(database, log, key, _http, Meter);
        var series = new ObservationForwarder(database, client, new SeriesRegistrar(database, client, time), time, Meter);
        agenda.Every(Period, "forwarding", Run);
        return Task.CompletedTask;

        async Task Run(CancellationToken ending)
        {
            await feed.Run(ending);
            await _evidenceLine.Try(async stop =>
            {
                try { await evidence.Forward(stop); }
                catch (FarSideException refused) when (refused.RefusesContent)
                {
                    // A witness that refuses our history will not change its mind: somebody has to look.
                    await database.Write(session => LineAlarm.Raise(session, time.GetUtcNow(), "", "the observatory refuses the log", refused.Message), stop);
                    throw;
                }
            }, ending);
            await _seriesLine.Try(series.Forward, ending);
        }
    }

    public Task StopAsync(CancellationToken stop) => Task.CompletedTask;

    public void Dispose() => _http?.Dispose();
}

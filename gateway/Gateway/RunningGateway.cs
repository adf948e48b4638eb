using System.Net;
using System.Net.Sockets;
using FourPerMille.Sensor.Gateway.Estimates;
using FourPerMille.Sensor.Gateway.Ingest.Mqtt;
using FourPerMille.Sensor.Gateway.Ingest.Tls;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Gateway.Technician.Doctor;
using FourPerMille.Sensor.Gateway.Time;
using FourPerMille.Sensor.Gateway.Time.Sntp;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace FourPerMille.Sensor.Gateway;

/// <summary>A gateway that serves nodes and technicians, until disposed.</summary>
public sealed class RunningGateway : IAsyncDisposable
{
    readonly WebApplication _app;

    readonly SntpServer? _sntp;

    RunningGateway(WebApplication app, Uri http, EndPoint mqtt, SntpServer? sntp) => (_app, Http, Mqtt, _sntp) = (app, http, mqtt, sntp);

    /// <summary>Where HTTP is answered.</summary>
    public Uri Http { get; }

    /// <summary>Where nodes are served over MQTT.</summary>
    public EndPoint Mqtt { get; }

    /// <summary>Where time is served; null for nowhere.</summary>
    public IPEndPoint? Sntp => _sntp?.EndPoint;

    public IServiceProvider Services => _app.Services;

    public static async Task<RunningGateway> Start(GatewayOptions options, CancellationToken stop = default)
    {
        var app = Program.Compose(options);
        try
        {
            app.Services.GetRequiredService<AdminToken>();
            app.Services.GetRequiredService<Database>();
            app.Services.GetRequiredService<DailySummaries>();
            app.Services.GetRequiredService<Levels.LevelPublisher>();
            await app.StartAsync(stop);
            var http = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
            var mqtt = await app.Services.GetRequiredService<INodeLine>().Open(new NodeLineOptions(options.Broker is null ? options.Mqtt : null, options.Broker, app.Services.GetRequiredService<LineSecurity>().Tls),
                app.Services.GetRequiredService<INodeLineGuard>(), app.Services.GetRequiredService<INodeLineInbox>(), stop);
            app.Services.GetRequiredService<OpenLine>().Mqtt = mqtt;
            // Whole or not there: who sees the file may ask for a stop at once.
            await File.WriteAllTextAsync(AddressFile(options.DataFolder), http.ToString(), CancellationToken.None);
            return new RunningGateway(app, http, mqtt, OpenSntp(options, app.Services));
        }
        catch (Exception failed)
        {
            await app.DisposeAsync();
            if (failed.InnerException is AddressInUseException or SocketException || failed is SocketException)
                throw new InputRefused($"--urls/--mqtt: {failed.Message} Name other ports, or 0 for any free one.");
            if (failed is NotSupportedException) throw new InputRefused($"--broker: {failed.Message}");
            throw;
        }
    }

    static SntpServer? OpenSntp(GatewayOptions options, IServiceProvider services)
    {
        if (options.Sntp is not { } listen) return null;
        try
        {
            return SntpServer.Open(listen, services.GetRequiredService<GatewayClock>(), services.GetRequiredService<TimeProvider>());
        }
        catch (SocketException failed)
        {
            throw new InputRefused($"--sntp: {listen}: {failed.Message}. Stop the time server that has the port, or let this one: ports below 1024 need the capability CAP_NET_BIND_SERVICE.");
        }
    }

    /// <summary>The address of the gateway that last served a folder, or null. It may have ended since without saying so.</summary>
    public static Uri? AddressIn(string dataFolder) => File.Exists(AddressFile(dataFolder)) ? new Uri(File.ReadAllText(AddressFile(dataFolder))) : null;

    static string AddressFile(string dataFolder) => Path.Combine(dataFolder, "gateway.url");

    /// <summary>Completes when the process is asked to end (SIGTERM, Ctrl-C).</summary>
    public Task Ended(CancellationToken stop) => _app.WaitForShutdownAsync(stop);

    public async ValueTask DisposeAsync()
    {
        File.Delete(AddressFile(Services.GetRequiredService<GatewayOptions>().DataFolder));
        if (_sntp is not null) await _sntp.DisposeAsync();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}

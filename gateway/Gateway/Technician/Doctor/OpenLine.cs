using System.Net;
using FourPerMille.Sensor.Gateway.Ingest.Tls;

namespace FourPerMille.Sensor.Gateway.Technician.Doctor;

/// <summary>Where nodes are served now; known once the line is open.</summary>
public sealed class OpenLine
{
    public EndPoint? Mqtt { get; set; }
}

/// <summary>How a running gateway is set up, for the doctor: its command line may say more than gateway.json. Secrets are told by whether they are set.</summary>
static class LineFactsEndpoint
{
    public static void MapLineFacts(this IEndpointRouteBuilder routes) => routes.MapGet("/api/line", (OpenLine line, LineSecurity security, GatewayOptions options, TimeProvider time) => new
    {
        utc = time.GetUtcNow(), options.Simulated, mqtt = line.Mqtt?.ToString(), security = security.Status, options.Broker, options.Observatory, options.ObservatoryBytesPerDay,
        urls = options.Urls, console = options.Console,
        networkServers = new
        {
            chirpstack = new { events = options.ChirpstackSecret is not null || options.ChirpstackBroker is not null, downlinks = options.ChirpstackApi is not null || options.ChirpstackBroker is not null },
            tts = new { events = options.TtsSecret is not null || options.TtsBroker is not null, downlinks = options.TtsApi is not null || options.TtsBroker is not null },
        },
    });
}

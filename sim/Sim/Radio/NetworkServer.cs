using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.VirtualBoard.Chips;

namespace FourPerMille.Sensor.Sim.Radio;

/// <summary>
/// A LoRaWAN network as a node and a gateway meet it: joins over the air, class A uplinks that the band may refuse or the path may
/// lose, ChirpStack's HTTP event to the gateway, and the downlink queue the gateway fills over ChirpStack's REST API
/// (<see cref="NetworkServerApi"/>), served one item after each uplink.
/// </summary>
/// <remarks>As ChirpStack does, an event the integration does not take within five seconds is dropped: completeness must come from the frames.</remarks>
public sealed class NetworkServer : ILoRaNetwork, IDisposable
{
    static readonly TimeSpan IntegrationTimeout = TimeSpan.FromSeconds(5);

    readonly ConcurrentDictionary<string, LoRaDevice> devices = new(StringComparer.OrdinalIgnoreCase);
    readonly HttpClient http = new() { Timeout = IntegrationTimeout };
    Uri? eventUrl;
    int sessions;

    /// <summary>Points the HTTP integration at the gateway.</summary>
    public void Integrate(Uri gatewayUrl, string secret)
    {
        eventUrl = new Uri(gatewayUrl, "/lorawan/chirpstack");
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secret);
    }

    public void Register(LoRaDevice device) => devices[device.DevEui] = device;

    public LoRaDevice? Find(string devEui) => devices.GetValueOrDefault(devEui);

    public IEnumerable<LoRaDevice> Devices => devices.Values;

    /// <summary>OTAA: accepted when the device is known, its key is right and both ways of the exchange are heard.</summary>
    public bool Join(string devEui, string appKey)
    {
        if (Find(devEui) is not { } device) return false;
        device.Counts.Joins++;
        if (!OnAir(device, applicationBytes: 10) || !Hear(device).Heard || !Hear(device).Heard) return false;
        if (!string.Equals(device.AppKey, appKey, StringComparison.OrdinalIgnoreCase)) return false;
        device.StartSession($"{Interlocked.Increment(ref sessions) & 0x01FFFFFF | 0x26000000:x8}"); // a private NetID's range
        Post("join", ChirpStackEvent.Join(device, device.Now));
        return true;
    }

    /// <summary>One uplink, and what came back in its receive windows.</summary>
    public UplinkReport Transmit(string devEui, byte fPort, byte[] data, bool confirmed)
    {
        if (Find(devEui) is not { Joined: true } device) return new(UplinkFate.NotJoined, []);
        if (data.Length > Airtime.LargestPayload(device.Path.SpreadingFactor)) return new(UplinkFate.TooLong, []);
        if (!OnAir(device, data.Length)) return new(UplinkFate.DutyCycleFull, []);
        device.Counts.Uplinks++;
        var frame = device.NextFrameCounter();
        var reception = Hear(device);
        if (!reception.Heard)
        {
            device.Counts.UplinksLost++;
            return new(UplinkFate.Lost, []);
        }
        if (!Post("up", ChirpStackEvent.Up(device, frame, fPort, data, confirmed, reception, device.Now))) device.Counts.EventsDropped++;
        var downlinks = ReceiveWindow(device).ToList();
        // The acknowledgement rides on a downlink that was heard, or comes by itself, and may be lost as any.
        return new(UplinkFate.Heard, downlinks, confirmed && (downlinks.Count > 0 || Hear(device).Heard));
    }

    /// <summary>The same, as a modem hears it: it cannot know whether an unconfirmed uplink was heard.</summary>
    UplinkResult ILoRaNetwork.Send(string devEui, byte fPort, byte[] payload, bool confirmed)
    {
        var report = Transmit(devEui, fPort, payload, confirmed);
        var status = report.Fate switch
        {
            UplinkFate.DutyCycleFull => UplinkStatus.DutyCycleRestricted,
            UplinkFate.NotJoined => UplinkStatus.NotJoined,
            UplinkFate.TooLong => UplinkStatus.TooLong,
            _ => UplinkStatus.Sent,
        };
        var rssi = (int)Math.Round(Find(devEui)?.Path.MeanRssiDbm ?? 0);
        return new(status, report.Acknowledged, [.. report.Downlinks.Select(d => new LoRaDownlink(d.FPort, d.Data, rssi))]);
    }

    /// <summary>What adaptive data rate has settled on for this path.</summary>
    public int DataRateOf(string devEui) => Find(devEui) is { } device ? Airtime.DataRate(device.Path.SpreadingFactor) : 0;

    public void Dispose() => http.Dispose();

    /// <summary>Class A: one queued downlink after each uplink, lost like any frame.</summary>
    IEnumerable<Downlink> ReceiveWindow(LoRaDevice device)
    {
        if (!device.Queue.TryDequeue(out var downlink)) yield break;
        device.Counts.Downlinks++;
        if (Hear(device).Heard) yield return downlink;
        else device.Counts.DownlinksLost++;
    }

    static bool OnAir(LoRaDevice device, int applicationBytes)
    {
        var milliseconds = Airtime.Milliseconds(device.Path.SpreadingFactor, applicationBytes);
        if (!device.TryBook(milliseconds))
        {
            device.Counts.DutyCycleRefusals++;
            return false;
        }
        device.Counts.AirtimeMilliseconds += milliseconds;
        return true;
    }

    static Reception Hear(LoRaDevice device) => device.Path.Hear(device.NextTransmission());

    bool Post(string kind, JsonObject body)
    {
        if (eventUrl is null) return false;
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{eventUrl}?event={kind}")
        {
            Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"),
        };
        try
        {
            using var answer = http.Send(request);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }
}

public enum UplinkFate { Heard, Lost, DutyCycleFull, NotJoined, TooLong }

/// <summary>What the air did with an uplink, and the downlinks heard after it.</summary>
/// <param name="Acknowledged">Of a confirmed uplink: the network's acknowledgement was heard.</param>
public sealed record UplinkReport(UplinkFate Fate, IReadOnlyList<Downlink> Downlinks, bool Acknowledged = false);

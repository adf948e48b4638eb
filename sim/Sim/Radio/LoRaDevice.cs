using System.Collections.Concurrent;

namespace FourPerMille.Sensor.Sim.Radio;

/// <summary>A device as the network server knows it: who it is, how far away, its session and what is queued for it.</summary>
/// <param name="clock">True time where the device is, for the rolling hour of its sub-band.</param>
public sealed class LoRaDevice(string devEui, string joinEui, string appKey, string name, RadioPath path, Func<DateTimeOffset> clock)
{
    const double SharePerHour = 0.01; // 868.0-868.6 MHz

    readonly DutyCycle subBand = new(SharePerHour);

    public string DevEui => devEui;
    public string JoinEui => joinEui;
    public string AppKey => appKey;
    public string Name => name;
    public RadioPath Path => path;
    public DateTimeOffset Now => clock();

    public bool Joined { get; private set; }
    public string DevAddr { get; private set; } = "";
    public uint FrameCounter { get; private set; }
    public long Transmissions { get; private set; }
    public RadioCounts Counts { get; } = new();
    internal ConcurrentQueue<Downlink> Queue { get; } = new();

    /// <summary>A join starts a new session: counters at zero, another address.</summary>
    internal void StartSession(string devAddr) => (Joined, DevAddr, FrameCounter) = (true, devAddr, 0);

    internal long NextTransmission() => Transmissions++;

    internal uint NextFrameCounter() => FrameCounter++;

    internal bool TryBook(double milliseconds) => subBand.TryBook(Now, milliseconds);
}

/// <summary>A downlink waiting in the network server, or delivered in a receive window.</summary>
public sealed record Downlink(string Id, byte FPort, byte[] Data, bool Confirmed);

/// <summary>What happened on one device's radio.</summary>
public sealed class RadioCounts
{
    public long Uplinks, UplinksLost, EventsDropped, Downlinks, DownlinksLost, DutyCycleRefusals, Joins;
    public double AirtimeMilliseconds;
}

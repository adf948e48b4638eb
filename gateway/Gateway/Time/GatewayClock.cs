namespace FourPerMille.Sensor.Gateway.Time;

/// <summary>How far the gateway's own clock may be trusted: told to nodes with every time answer.</summary>
public sealed class GatewayClock(TimeProvider time)
{
    const int FreeRunning = 1, Network = 2;

    /// <summary>systemd-timesyncd and chrony's helper leave this file while the clock is synchronised.</summary>
    const string SynchronisedMark = "/run/systemd/timesync/synchronized";

    /// <summary>0 unknown, 1 free-running since a known setting, 2 network time, 3 satellite time: SPEC.md section 4.</summary>
    public int Quality => time is SimulatedTimeProvider || File.Exists(SynchronisedMark) ? Network : FreeRunning;
}

namespace FourPerMille.Sensor.Sim.Radio;

/// <summary>Time on air of a LoRaWAN uplink at 125 kHz, coding rate 4/5, explicit header and CRC (Semtech AN1200.13).</summary>
public static class Airtime
{
    const int LoRaWanOverheadBytes = 13; // MHDR 1, DevAddr 4, FCtrl 1, FCnt 2, FPort 1, MIC 4
    const double BandwidthHertz = 125_000;

    /// <summary>Milliseconds on air of an application payload at a spreading factor 7..12.</summary>
    public static double Milliseconds(int spreadingFactor, int applicationBytes)
    {
        if (spreadingFactor is < 7 or > 12) throw new ArgumentOutOfRangeException(nameof(spreadingFactor));
        var symbolMilliseconds = Math.Pow(2, spreadingFactor) / BandwidthHertz * 1000;
        var lowDataRate = spreadingFactor >= 11 ? 1 : 0;
        var bits = 8 * (applicationBytes + LoRaWanOverheadBytes) - 4 * spreadingFactor + 28 + 16;
        var payloadSymbols = 8 + Math.Max(0, Math.Ceiling(bits / (4.0 * (spreadingFactor - 2 * lowDataRate))) * 5);
        return (8 + 4.25 + payloadSymbols) * symbolMilliseconds;
    }

    /// <summary>Largest application payload, bytes: EU868, repeater compatible (LoRaWAN regional parameters RP002).</summary>
    public static int LargestPayload(int spreadingFactor) => spreadingFactor switch { >= 10 => 51, 9 => 115, _ => 222 };

    /// <summary>The data rate index of EU868.</summary>
    public static int DataRate(int spreadingFactor) => 12 - spreadingFactor;
}

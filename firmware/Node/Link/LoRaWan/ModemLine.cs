namespace FourPerMille.Sensor.Node.Link.LoRaWan
{
    /// <summary>What one line from the modem says.</summary>
    internal enum ModemLine
    {
        Other,
        Ok,
        Error,
        Joined,
        JoinFailed,
        Sent,
        Received,
    }
}

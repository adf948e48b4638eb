namespace FourPerMille.Sensor.Node.Link.LoRaWan
{
    /// <summary>What one line from a modem says.</summary>
    internal enum ModemLine
    {
        Other,

        /// <summary>The command was taken.</summary>
        Ok,

        /// <summary>Not now: the receive windows of the last uplink may still be open.</summary>
        Busy,
        Error,
        Joined,

        /// <summary>A join was asked for and not made: the session stands.</summary>
        JoinedAlready,
        JoinFailed,
        Sent,
        Received,
    }
}

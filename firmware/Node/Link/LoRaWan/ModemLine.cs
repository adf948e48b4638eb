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

        /// <summary>The uplink is over; whether the network heard it nobody said.</summary>
        Sent,

        /// <summary>The network heard the uplink, which is not over by this.</summary>
        Confirmed,

        /// <summary>The network heard the uplink, and it is over.</summary>
        SentAndConfirmed,

        /// <summary>More bytes than fit now, be it for the data rate or for what the modem itself has to tell the network.</summary>
        TooLong,
        Received,
    }
}

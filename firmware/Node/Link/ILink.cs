namespace FourPerMille.Sensor.Node.Link
{
    /// <summary>
    /// A line to the gateway, whatever carries it. Frames are put into an envelope, the envelope is delivered, answers are heard. That a
    /// line took an envelope says nothing about its frames: only the gateway's own acknowledgement does.
    /// </summary>
    internal interface ILink
    {
        /// <summary>
        /// Whether an unanswered envelope means that the gateway is not there. A LoRaWAN answer may simply be missed in its two short
        /// windows.
        /// </summary>
        bool SilenceMeansAbsence { get; }

        /// <summary>Whether to ask for the time in every session or once a day.</summary>
        bool IsCheap { get; }

        /// <summary>Brings the line up, within a bounded time; false, and a line of trace, when it cannot.</summary>
        bool TryOpen();

        /// <summary>
        /// Puts a frame (body and 16 bytes of MAC) into the envelope; false when it has no room, or the line may send no more.
        /// </summary>
        bool TryPut(byte kind, byte[] frame, int bodyLength);

        /// <summary>Sends the envelope and empties it.</summary>
        bool TryDeliver();

        /// <summary>Gives the next frame heard. Waits for one, within the line's own patience, if asked to.</summary>
        bool TryHear(Downlink into, bool wait);

        void Close();
    }
}

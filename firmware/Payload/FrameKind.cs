namespace FourPerMille.Sensor.Payload
{
    /// <summary>
    /// What a frame is: the LoRaWAN FPort it travels on, and the first byte of its entry in an MQTT message (SPEC.md section 2).
    /// The numbers stand for format version 1; a new version takes new numbers.
    /// </summary>
    public static class FrameKind
    {
        public const byte Keyframe = 1;
        /// <summary>A reading told as its difference from an acknowledged keyframe.</summary>
        public const byte Delta = 2;
        /// <summary>A day's named frames under one long MAC.</summary>
        public const byte Seal = 3;
        public const byte ClockMark = 4;
        /// <summary>Reserved: which configuration version the node runs.</summary>
        public const byte ConfigurationApplied = 5;
        /// <summary>Reserved: readings for a calibration bench, never field data.</summary>
        public const byte Bench = 6;
        public const byte TimeRequest = 7;
        public const byte LossDeclaration = 8;

        public const byte Acknowledgement = 33;
        public const byte TimeAnswer = 34;
        public const byte EpochAssignment = 35;
        /// <summary>Reserved: settings for the node.</summary>
        public const byte Configuration = 36;

        /// <summary>
        /// Whether frames of this kind have a sequence of their own: then they begin with their name, wait in the flash log, and are
        /// acknowledged and accounted for like a reading.
        /// </summary>
        public static bool IsNamed(byte kind)
        {
            return kind == Keyframe || kind == Delta || kind == Seal || kind == ConfigurationApplied || kind == Bench;
        }

        /// <summary>The format version that these kinds belong to; every MAC covers it.</summary>
        public const byte Version = 1;
    }
}

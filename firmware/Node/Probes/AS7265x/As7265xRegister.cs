namespace FourPerMille.Sensor.Node.Probes.AS7265x
{
    /// <summary>The virtual registers of an AS7265x that this driver uses (ams AS7265x datasheet v1-04, section 10).</summary>
    internal enum As7265xRegister : byte
    {
        Configuration = 0x04,
        IntegrationTime = 0x05,
        LedConfiguration = 0x07,

        /// <summary>First of six channels, two bytes each, most significant first.</summary>
        RawData = 0x08,

        /// <summary>Which of the three chips the other registers speak of; bits 4 and 5 say that the second and third are there.</summary>
        DeviceSelect = 0x4F,
    }
}

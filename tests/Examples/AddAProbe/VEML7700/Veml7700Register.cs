namespace FourPerMille.Sensor.Node.Probes.VEML7700
{
    /// <summary>Command codes of a VEML7700 that this driver uses (Vishay 84286, rev. 1.7, "Command code"); each holds 16 bits, low byte first.</summary>
    internal enum Veml7700Register : byte
    {
        Configuration = 0x00,
        AmbientLight = 0x04,
        DeviceId = 0x07,
    }
}

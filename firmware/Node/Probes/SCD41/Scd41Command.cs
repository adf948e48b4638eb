namespace FourPerMille.Sensor.Node.Probes.SCD41
{
    /// <summary>Commands of the SCD41 (Sensirion, SCD4x datasheet 1.5, section 3.5).</summary>
    internal enum Scd41Command : ushort
    {
        MeasureSingleShot = 0x219D,
        GetAutomaticSelfCalibration = 0x2313,
        SetAutomaticSelfCalibration = 0x2416,
        PersistSettings = 0x3615,
        SetAmbientPressure = 0xE000,
        GetDataReady = 0xE4B8,
        ReadMeasurement = 0xEC05,
    }
}

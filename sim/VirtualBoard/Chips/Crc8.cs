namespace FourPerMille.Sensor.VirtualBoard.Chips;

/// <summary>Checksums of x^8 + x^5 + x^4 + 1, in the two ways that chips go about it.</summary>
public static class Crc8
{
    /// <summary>Highest bit first, start 0xFF: 0x92 for 0xBEEF. Source: Sensirion, SCD4x datasheet, section 3.11.</summary>
    public static byte Sensirion(ReadOnlySpan<byte> bytes)
    {
        byte crc = 0xFF;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++) crc = (byte)((crc & 0x80) != 0 ? (crc << 1) ^ 0x31 : crc << 1);
        }
        return crc;
    }

    /// <summary>Reflected, start 0. Source: Maxim application note 27.</summary>
    public static byte OneWire(ReadOnlySpan<byte> bytes)
    {
        byte crc = 0;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++) crc = (byte)((crc & 1) != 0 ? (crc >> 1) ^ 0x8C : crc >> 1);
        }
        return crc;
    }
}

namespace FourPerMille.Sensor.VirtualBoard.Chips;

/// <summary>The 1-Wire checksum: x^8 + x^5 + x^4 + 1, reflected, start 0. Source: Maxim application note 27.</summary>
public static class Crc8
{
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

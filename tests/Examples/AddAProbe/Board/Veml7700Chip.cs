namespace FourPerMille.Sensor.VirtualBoard.Chips;

/// <summary>
/// A VEML7700 light sensor: eight 16-bit command codes, low byte first; its converter runs while shut-down is off and shows what it saw when an
/// integration is over. Source: Vishay 84286 rev. 1.7, "Command register format" and "Resolution and maximum detection range".
/// </summary>
/// <param name="lux">Light on the sensor.</param>
public sealed class Veml7700Chip(Func<double> lux) : I2cChip(0x10)
{
    const byte Configuration = 0x00, PowerSaving = 0x03, AmbientLight = 0x04, White = 0x05, DeviceId = 0x07;
    const ushort ShutDown = 1, Id = 0xC481;

    /// <summary>At gain 2 and 800 ms.</summary>
    const double FinestLuxPerCount = 0.0042;

    static readonly TimeSpan WakeUpTime = TimeSpan.FromMilliseconds(2.5);

    readonly ushort[] _registers = new ushort[8];
    byte _pointer;
    DateTimeOffset? _awakeSince;

    protected override void Reset()
    {
        Array.Clear(_registers);
        _registers[Configuration] = ShutDown;
        _registers[DeviceId] = Id;
        _awakeSince = null;
    }

    protected override int Write(ReadOnlySpan<byte> bytes)
    {
        // One byte points, three write; what is behind the last command code is not acknowledged.
        if (bytes.Length is not (1 or 3) || bytes[0] >= _registers.Length) return 0;
        _pointer = bytes[0];
        if (bytes.Length == 3 && _pointer <= PowerSaving) Write(_pointer, (ushort)(bytes[1] | bytes[2] << 8));
        return bytes.Length;
    }

    protected override void Read(Span<byte> into)
    {
        if (_pointer is AmbientLight or White) Measure();
        for (var i = 0; i < into.Length; i++) into[i] = (byte)(_registers[_pointer] >> 8 * (i & 1));
    }

    void Write(byte register, ushort word)
    {
        _registers[register] = word;
        if (register != Configuration) return;
        // Whatever is set, an integration begins anew; until it is over the last result stands.
        _awakeSince = (word & ShutDown) == 0 ? Now + WakeUpTime : null;
    }

    void Measure()
    {
        if (Fault == ChipFault.Stuck || _awakeSince is not { } awake || Now < awake + Integration) return;
        var counts = lux() / (FinestLuxPerCount * (2 / Gain) * (800 / Integration.TotalMilliseconds));
        _registers[AmbientLight] = _registers[White] = (ushort)Math.Clamp(Math.Round(counts), 0, ushort.MaxValue);
    }

    double Gain => (_registers[Configuration] >> 11 & 3) switch { 0 => 1, 1 => 2, 2 => 1 / 8.0, _ => 1 / 4.0 };

    TimeSpan Integration => TimeSpan.FromMilliseconds((_registers[Configuration] >> 6 & 15) switch { 0b1100 => 25, 0b1000 => 50, 0 => 100, 1 => 200, 2 => 400, _ => 800 });
}

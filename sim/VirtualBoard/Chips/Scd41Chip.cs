namespace FourPerMille.Sensor.VirtualBoard.Chips;

/// <param name="Ppm">CO2, parts per million by volume.</param>
public sealed record GasSample(double Ppm, double Pascals, double Celsius, double RelativeHumidityPercent);

/// <summary>
/// An SCD41 CO2 sensor in single shots: words with CRC, times in which it acknowledges nothing, settings in RAM and in an EEPROM of 2000
/// writes. What it senses is the number of molecules, so its value is true only at the pressure it was told; and its first shot after
/// power-on is off. Source: Sensirion, SCD4x datasheet 1.5, sections 3.4 to 3.11.
/// </summary>
public sealed class Scd41Chip(Func<GasSample> air) : I2cChip(0x62)
{
    static readonly TimeSpan PowerUpTime = TimeSpan.FromMilliseconds(30);
    static readonly TimeSpan ShotTime = TimeSpan.FromSeconds(5);
    static readonly TimeSpan PersistTime = TimeSpan.FromMilliseconds(800);
    static readonly TimeSpan CommandTime = TimeSpan.FromMilliseconds(1);
    const int SeaLevelHectopascals = 1013;
    // The datasheet gives no figure for the first shot; a fifth is enough to be seen where it is not discarded.
    const double FirstShotError = 1.2;

    readonly byte[] _answer = new byte[9];
    DateTimeOffset _busyUntil;
    bool _selfCalibration;
    bool _persistedSelfCalibration = true;
    int _hectopascals;
    int _shots;
    DateTimeOffset? _readyAt;
    ushort[] _measured = [0, 0, 0];

    /// <summary>Writes of its EEPROM so far; it is rated for 2000.</summary>
    public int SettingWrites { get; private set; }

    /// <summary>Whether it will take the lowest value of a week for 400 ppm.</summary>
    public bool HasSelfCalibration => _persistedSelfCalibration;

    protected override void Reset()
    {
        _busyUntil = Now + PowerUpTime;
        _selfCalibration = _persistedSelfCalibration;
        _hectopascals = SeaLevelHectopascals;
        _shots = 0;
        _readyAt = null;
        Array.Fill(_answer, (byte)0xFF);
    }

    protected override int Write(ReadOnlySpan<byte> bytes)
    {
        // Busy, it does not acknowledge; and a command without its parameter, or with a wrong CRC, it does not take.
        if (Now < _busyUntil || bytes.Length is not (2 or 5)) return 0;
        if (bytes.Length == 5 && Crc8.Sensirion(bytes[2..4]) != bytes[4]) return 4;
        _busyUntil = Now + CommandTime;
        Array.Fill(_answer, (byte)0xFF);
        Execute(bytes[0] << 8 | bytes[1], bytes.Length == 5 ? bytes[2] << 8 | bytes[3] : null);
        return bytes.Length;
    }

    protected override void Read(Span<byte> into) => _answer.AsSpan(0, into.Length).CopyTo(into);

    void Execute(int command, int? parameter)
    {
        switch (command)
        {
            case 0x219D:
                _busyUntil = Now + ShotTime;
                _readyAt = _busyUntil;
                Measure();
                break;
            case 0x2313:
                Put((ushort)(_selfCalibration ? 1 : 0));
                break;
            case 0x2416 when parameter is { } on:
                _selfCalibration = on != 0;
                break;
            case 0x3615:
                _busyUntil = Now + PersistTime;
                _persistedSelfCalibration = _selfCalibration;
                SettingWrites++;
                break;
            case 0xE000 when parameter is { } hectopascals:
                _hectopascals = hectopascals;
                break;
            case 0xE4B8:
                Put((ushort)(0x8000 | (_readyAt <= Now ? 6 : 0)));
                break;
            case 0xEC05 when _readyAt <= Now:
                Put(_measured);
                _readyAt = null;
                break;
        }
    }

    void Measure()
    {
        _shots++;
        if (Fault == ChipFault.Stuck) return;
        var truth = air();
        var ppm = truth.Ppm * (truth.Pascals / 100 / _hectopascals) * (_shots == 1 ? FirstShotError : 1);
        _measured = [Word(ppm), Word((truth.Celsius + 45) * 65535 / 175), Word(truth.RelativeHumidityPercent * 65535 / 100)];
    }

    void Put(params ReadOnlySpan<ushort> words)
    {
        for (var i = 0; i < words.Length; i++)
        {
            (_answer[3 * i], _answer[3 * i + 1]) = ((byte)(words[i] >> 8), (byte)words[i]);
            _answer[3 * i + 2] = (byte)(Crc8.Sensirion(_answer.AsSpan(3 * i, 2)) ^ (Fault == ChipFault.BadCrc ? 1 : 0));
        }
    }

    static ushort Word(double value) => (ushort)Math.Clamp(Math.Round(value), 0, ushort.MaxValue);
}

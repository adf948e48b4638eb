namespace FourPerMille.Sensor.VirtualBoard.Chips;

public sealed record AirSample(double Celsius, double RelativeHumidityPercent, double Pascals);

/// <summary>
/// A BME280 air sensor: identification, factory words, control registers, forced and normal mode, and raw values such that the data
/// sheet's compensation gives back the truth. Source: Bosch, BST-BME280-DS002 1.6, chapters 4.2 and 5; appendix A (double precision).
/// </summary>
public sealed class Bme280Chip(Func<AirSample> air, int address = 0x76) : I2cChip(address)
{
    const byte Id = 0xD0, ResetRegister = 0xE0, ControlHumidity = 0xF2, Status = 0xF3, ControlMeasurement = 0xF4, Data = 0xF7;
    const byte ChipId = 0x60, ResetWord = 0xB6, Measuring = 0x08;

    // Words of one real part: T and P as in the BMP280 data sheet's worked example (BST-BMP280-DS001, 3.12), H of a typical part.
    static readonly ushort T1 = 27504;
    static readonly short T2 = 26435, T3 = -1000;
    static readonly ushort P1 = 36477;
    static readonly short P2 = -10685, P3 = 3024, P4 = 2855, P5 = 140, P6 = -7, P7 = 15500, P8 = -14600, P9 = 6000;
    static readonly byte H1 = 75, H3 = 0;
    static readonly short H2 = 362, H4 = 313, H5 = 50;
    static readonly sbyte H6 = 30;

    readonly byte[] _registers = new byte[256];
    byte _pointer;
    byte _humiditySampling;
    DateTimeOffset _doneAt;
    bool _isMeasuring;

    protected override void Reset()
    {
        Array.Clear(_registers);
        _registers[Id] = ChipId;
        WriteFactoryWords();
        // Skipped channels read 0x80000 and 0x8000.
        byte[] skipped = [0x80, 0, 0, 0x80, 0, 0, 0x80, 0];
        skipped.CopyTo(_registers, Data);
        _humiditySampling = 0;
        _isMeasuring = false;
    }

    protected override int Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length == 0) return 0;
        _pointer = bytes[0];
        // Writes do not advance the register: they come as pairs of address and value (6.2.1).
        for (var i = 0; i + 1 < bytes.Length; i += 2) WriteRegister(bytes[i], bytes[i + 1]);
        return bytes.Length;
    }

    protected override void Read(Span<byte> into)
    {
        FinishMeasurement();
        foreach (ref var value in into) value = _registers[_pointer++];
    }

    void WriteRegister(byte register, byte value)
    {
        switch (register)
        {
            case ResetRegister when value == ResetWord:
                Reset();
                break;
            case ControlMeasurement:
                _registers[register] = value;
                // A change of humidity sampling takes effect with the write that follows here (5.4.3).
                _humiditySampling = (byte)(_registers[ControlHumidity] & 7);
                if ((value & 3) != 0) StartMeasurement();
                break;
            case ControlHumidity or 0xF5:
                _registers[register] = value;
                break;
        }
    }

    void StartMeasurement()
    {
        // Typical measurement time, appendix B: 1 ms + 2 ms a sample + 0.5 ms for each of pressure and humidity.
        var control = _registers[ControlMeasurement];
        var (temperature, pressure, humidity) = (Samples(control >> 5), Samples(control >> 2), Samples(_humiditySampling));
        var milliseconds = 1 + 2.0 * temperature + (pressure > 0 ? 2.0 * pressure + 0.5 : 0) + (humidity > 0 ? 2.0 * humidity + 0.5 : 0);
        _doneAt = Now + TimeSpan.FromMilliseconds(milliseconds);
        _isMeasuring = true;
        _registers[Status] = Measuring;
    }

    static int Samples(int code) => (code & 7) switch { 0 => 0, 1 => 1, 2 => 2, 3 => 4, 4 => 8, _ => 16 };

    void FinishMeasurement()
    {
        if (!_isMeasuring || Now < _doneAt) return;
        var isForced = (_registers[ControlMeasurement] & 3) != 3;
        _registers[Status] = 0;
        if (isForced) _registers[ControlMeasurement] &= 0xFC;
        _isMeasuring = !isForced;
        if (Fault == ChipFault.Stuck) return;

        var truth = air();
        var control = _registers[ControlMeasurement];
        var rawTemperature = Invert(1 << 20, raw => Celsius(raw, out _), truth.Celsius);
        Celsius(rawTemperature, out var fine);
        if ((control >> 5 & 7) != 0) Put20(Data + 3, rawTemperature);
        // Pressure falls as its raw value rises.
        if ((control >> 2 & 7) != 0) Put20(Data, Invert(1 << 20, raw => -Pascals(raw, fine), -truth.Pascals));
        if (_humiditySampling != 0)
        {
            var rawHumidity = Invert(1 << 16, raw => Percent(raw, fine), truth.RelativeHumidityPercent);
            (_registers[Data + 6], _registers[Data + 7]) = ((byte)(rawHumidity >> 8), (byte)rawHumidity);
        }
    }

    void Put20(int register, int raw)
    {
        _registers[register] = (byte)(raw >> 12);
        _registers[register + 1] = (byte)(raw >> 4);
        _registers[register + 2] = (byte)(raw << 4);
    }

    /// <summary>The raw value whose compensated value comes nearest to the truth; the compensation rises with it.</summary>
    static int Invert(int count, Func<int, double> compensate, double truth)
    {
        var (low, high) = (0, count - 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (compensate(middle) < truth) low = middle + 1;
            else high = middle;
        }
        return low > 0 && Math.Abs(compensate(low - 1) - truth) < Math.Abs(compensate(low) - truth) ? low - 1 : low;
    }

    static double Celsius(int raw, out double fine)
    {
        var first = (raw / 16384.0 - T1 / 1024.0) * T2;
        var second = Math.Pow(raw / 131072.0 - T1 / 8192.0, 2) * T3;
        fine = first + second;
        return fine / 5120;
    }

    static double Pascals(int raw, double fine)
    {
        var var1 = fine / 2 - 64000;
        var var2 = var1 * var1 * P6 / 32768 + var1 * P5 * 2;
        var2 = var2 / 4 + P4 * 65536.0;
        var1 = (P3 * var1 * var1 / 524288 + P2 * var1) / 524288;
        var1 = (1 + var1 / 32768) * P1;
        var pressure = (1048576.0 - raw - var2 / 4096) * 6250 / var1;
        return pressure + (P9 * pressure * pressure / 2147483648 + pressure * P8 / 32768 + P7) / 16;
    }

    static double Percent(int raw, double fine)
    {
        var humidity = fine - 76800;
        humidity = (raw - (H4 * 64.0 + H5 / 16384.0 * humidity))
            * (H2 / 65536.0 * (1 + H6 / 67108864.0 * humidity * (1 + H3 / 67108864.0 * humidity)));
        return Math.Clamp(humidity * (1 - H1 * humidity / 524288), 0, 100);
    }

    void WriteFactoryWords()
    {
        int[] words = [T1, T2, T3, P1, P2, P3, P4, P5, P6, P7, P8, P9];
        for (var i = 0; i < words.Length; i++) (_registers[0x88 + 2 * i], _registers[0x89 + 2 * i]) = ((byte)words[i], (byte)(words[i] >> 8));
        _registers[0xA1] = H1;
        (_registers[0xE1], _registers[0xE2], _registers[0xE3]) = ((byte)H2, (byte)(H2 >> 8), H3);
        // H4 and H5 share the nibbles of 0xE5.
        _registers[0xE4] = (byte)(H4 >> 4);
        _registers[0xE5] = (byte)((H4 & 0x0F) | (H5 & 0x0F) << 4);
        _registers[0xE6] = (byte)(H5 >> 4);
        _registers[0xE7] = (byte)H6;
    }
}

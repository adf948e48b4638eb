namespace FourPerMille.Sensor.VirtualBoard.Chips;

/// <summary>Photo-signal of the 18 bands (410 to 940 nm), counts per integration step of 2.8 ms at gain 1x.</summary>
/// <param name="Dark">Without lamps: dark current and stray light.</param>
/// <param name="Lit">With the band's own lamp on.</param>
public sealed record SpectralScene(IReadOnlyList<double> Dark, IReadOnlyList<double> Lit);

/// <summary>
/// The AS7265x triad, an 18-band spectral head of three chips: AS72651 (master, near infrared), AS72652 (visible), AS72653 (ultraviolet).
/// The host sees three registers, and behind them a mailbox to the virtual registers of the selected chip.
/// Source: ams, AS7265x data sheet v1-04, figures 26 to 53.
/// </summary>
public sealed class As7265xChip(Func<SpectralScene> scene) : I2cChip(0x49)
{
    const int Devices = 3, ChannelsPerDevice = 6;
    const byte StatusRegister = 0x00, WriteRegister = 0x01, ReadRegister = 0x02;
    const byte WriteFull = 0x02, ReadReady = 0x01, WriteFlag = 0x80;
    const byte Configuration = 0x04, IntegrationTime = 0x05, DieTemperature = 0x06, LampConfiguration = 0x07, FirstRaw = 0x08, DeviceSelect = 0x4F;
    const byte SoftReset = 0x80, DataReady = 0x02, LampOn = 0x08;
    const byte BothSlavesPresent = 0x30;
    const double StepMilliseconds = 2.8;

    // The chip's firmware serves its mailbox about once a millisecond.
    static readonly TimeSpan MailboxTime = TimeSpan.FromMicroseconds(500);
    static readonly double[] Gains = [1, 3.7, 16, 64];

    /// <summary>Which band, by rising wavelength, each chip has in its channels: 51 R S T U V W, 52 G H I J K L, 53 A B C D E F.</summary>
    static readonly int[][] BandOf =
    [
        [8, 10, 12, 13, 14, 15],   // 610 680 730 760 810 860 nm
        [6, 7, 9, 11, 16, 17],     // 560 585 645 705 900 940 nm
        [0, 1, 2, 3, 4, 5],        // 410 435 460 485 510 535 nm
    ];

    readonly byte[] _lamps = new byte[Devices];
    readonly ushort[,] _raw = new ushort[Devices, ChannelsPerDevice];
    byte _pointer;
    int _selected;
    byte _configuration;
    byte _integration;
    int _writeAddress = -1;
    byte _answer;
    bool _hasAnswer;
    DateTimeOffset _mailboxFreeAt;
    DateTimeOffset _readyAt;
    bool _isMeasuring;

    protected override void Reset()
    {
        Array.Clear(_lamps);
        Array.Clear(_raw);
        (_selected, _configuration, _integration, _writeAddress) = (0, 0, 0x14, -1);
        (_hasAnswer, _isMeasuring, _mailboxFreeAt) = (false, false, Now);
    }

    protected override int Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length == 0) return 0;
        _pointer = bytes[0];
        if (_pointer == WriteRegister) foreach (var value in bytes[1..]) Post(value);
        return bytes.Length;
    }

    protected override void Read(Span<byte> into)
    {
        foreach (ref var value in into)
        {
            value = _pointer switch { StatusRegister => StatusByte(), ReadRegister => Fetch(), _ => 0 };
        }
    }

    byte StatusByte()
    {
        if (Now < _mailboxFreeAt) return WriteFull;
        return _hasAnswer ? ReadReady : (byte)0;
    }

    byte Fetch()
    {
        if (!_hasAnswer || Now < _mailboxFreeAt) return 0;
        _hasAnswer = false;
        return _answer;
    }

    /// <summary>A byte for the mailbox. One that comes while the last still waits is lost, as on the part.</summary>
    void Post(byte value)
    {
        if (Now < _mailboxFreeAt) return;
        _mailboxFreeAt = Now + MailboxTime;
        if (_writeAddress >= 0)
        {
            WriteVirtual((byte)_writeAddress, value);
            _writeAddress = -1;
        }
        else if ((value & WriteFlag) != 0)
        {
            _writeAddress = value & ~WriteFlag;
        }
        else
        {
            (_answer, _hasAnswer) = (ReadVirtual(value), true);
        }
    }

    byte ReadVirtual(byte register)
    {
        FinishMeasurement();
        return register switch
        {
            0x00 => 0x40,
            0x01 => 0x41,
            Configuration => _configuration,
            IntegrationTime => _integration,
            DieTemperature => 25,
            LampConfiguration => _lamps[_selected],
            >= FirstRaw and < FirstRaw + 2 * ChannelsPerDevice => RawByte(register - FirstRaw),
            DeviceSelect => (byte)(BothSlavesPresent | _selected),
            _ => 0,
        };
    }

    byte RawByte(int offset)
    {
        // Reading data ends its readiness.
        _configuration &= unchecked((byte)~DataReady);
        var raw = _raw[_selected, offset / 2];
        return offset % 2 == 0 ? (byte)(raw >> 8) : (byte)raw;
    }

    void WriteVirtual(byte register, byte value)
    {
        switch (register)
        {
            case Configuration when (value & SoftReset) != 0: Reset(); break;
            case Configuration: Configure(value); break;
            case IntegrationTime: _integration = value; break;
            case LampConfiguration: _lamps[_selected] = value; break;
            case DeviceSelect when (value & 3) < Devices: _selected = value & 3; break;
        }
    }

    /// <summary>Writing the mode starts a conversion; all six channels (modes 2 and 3) need two integrations.</summary>
    void Configure(byte value)
    {
        _configuration = (byte)(value & ~DataReady);
        var integrations = (value >> 2 & 3) >= 2 ? 2 : 1;
        _readyAt = Now + TimeSpan.FromMilliseconds(integrations * StepMilliseconds * (_integration + 1));
        _isMeasuring = true;
    }

    void FinishMeasurement()
    {
        if (!_isMeasuring || Now < _readyAt) return;
        // One-shot mode (3) measures once, the others go on.
        _isMeasuring = (_configuration >> 2 & 3) != 3;
        _configuration |= DataReady;
        if (Fault == ChipFault.Stuck) return;

        var now = scene();
        var scale = Gains[_configuration >> 4 & 3] * (_integration + 1);
        for (var device = 0; device < Devices; device++)
        {
            var signal = (_lamps[device] & LampOn) != 0 ? now.Lit : now.Dark;
            for (var channel = 0; channel < ChannelsPerDevice; channel++)
                _raw[device, channel] = (ushort)Math.Clamp(Math.Round(signal[BandOf[device][channel]] * scale), 0, ushort.MaxValue);
        }
    }
}

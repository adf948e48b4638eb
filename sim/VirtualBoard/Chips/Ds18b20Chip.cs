namespace FourPerMille.Sensor.VirtualBoard.Chips;

/// <summary>
/// A DS18B20 thermometer, bit by bit: presence, ROM search and match, conversion, scratchpad with checksum.
/// Source: Maxim, DS18B20 data sheet 19-7487 rev 6.
/// </summary>
public sealed class Ds18b20Chip : OneWireChip
{
    enum State { Idle, RomCommand, SearchRom, MatchRom, FunctionCommand, Transmit, WriteScratchpad, Converting }

    const byte FamilyCode = 0x28;
    const int ScratchpadLength = 9;

    readonly byte[] _rom;
    readonly Func<double> _celsius;
    readonly byte[] _scratchpad = new byte[ScratchpadLength];
    State _state;
    int _bit;
    int _shift;
    byte[] _outgoing = [];
    DateTimeOffset _convertedAt;
    bool _isConverting;
    short _pendingSixteenths;

    /// <param name="rom">Family code 0x28, six bytes of serial number, checksum.</param>
    /// <exception cref="ArgumentException">Not the ROM of a DS18B20.</exception>
    public Ds18b20Chip(byte[] rom, Func<double> celsius)
    {
        if (rom.Length != 8 || rom[0] != FamilyCode || Crc8.OneWire(rom.AsSpan(0, 7)) != rom[7])
            throw new ArgumentException("Eight bytes: family code 0x28, serial number, checksum.", nameof(rom));
        (_rom, _celsius) = ([.. rom], celsius);
    }

    /// <summary>A chip with this serial number (48 bits).</summary>
    public static byte[] Rom(long serial)
    {
        var rom = new byte[8];
        rom[0] = FamilyCode;
        for (var i = 0; i < 6; i++) rom[i + 1] = (byte)(serial >> (8 * i));
        rom[7] = Crc8.OneWire(rom.AsSpan(0, 7));
        return rom;
    }

    protected override void Reset()
    {
        // 85 degC until the first conversion; alarm registers and 12 bits of resolution from EEPROM.
        byte[] powerOn = [0x50, 0x05, 0x4B, 0x46, 0x7F, 0xFF, 0x0C, 0x10];
        powerOn.CopyTo(_scratchpad, 0);
        _isConverting = false;
        Enter(State.Idle);
    }

    protected override bool OnReset()
    {
        Enter(State.RomCommand);
        return true;
    }

    protected override bool OnSlot(bool written) => _state switch
    {
        State.RomCommand => Receive(written, OnRomCommand),
        State.FunctionCommand => Receive(written, OnFunctionCommand),
        State.MatchRom => Match(written),
        State.SearchRom => Search(written),
        State.Transmit => Transmit(),
        State.WriteScratchpad => Receive(written, OnScratchpadByte),
        // While it converts a read slot gives 0, and 1 once done.
        State.Converting => Now >= _convertedAt,
        _ => true,
    };

    void OnRomCommand(byte command)
    {
        switch (command)
        {
            case 0x33: Send(_rom, then: State.FunctionCommand); break;
            case 0x55: Enter(State.MatchRom); break;
            case 0xCC: Enter(State.FunctionCommand); break;
            case 0xF0: Enter(State.SearchRom); break;
            default: Enter(State.Idle); break;
        }
    }

    void OnFunctionCommand(byte command)
    {
        switch (command)
        {
            case 0x44: Convert(); break;
            case 0xBE: Send(ReadScratchpad(), then: State.Idle); break;
            case 0x4E: Enter(State.WriteScratchpad); break;
            default: Enter(State.Idle); break;
        }
    }

    void OnScratchpadByte(byte value)
    {
        // TH, TL, configuration.
        _scratchpad[2 + _bit / 8 - 1] = value;
        if (_bit == 24) Enter(State.Idle);
    }

    void Convert()
    {
        // 93.75 ms at 9 bits, doubling with each bit more.
        var resolution = (_scratchpad[4] >> 5) & 3;
        _convertedAt = Now + TimeSpan.FromMilliseconds(93.75 * (1 << resolution));
        _isConverting = true;
        var sixteenths = (int)Math.Round(Math.Clamp(_celsius(), -55, 125) * 16);
        // The low bits are undefined at lower resolution; the part shows zeros.
        _pendingSixteenths = (short)(sixteenths & ~((1 << (3 - resolution)) - 1));
        Enter(State.Converting);
    }

    byte[] ReadScratchpad()
    {
        if (_isConverting && Now >= _convertedAt)
        {
            _isConverting = false;
            if (Fault != ChipFault.Stuck) (_scratchpad[0], _scratchpad[1]) = ((byte)_pendingSixteenths, (byte)(_pendingSixteenths >> 8));
        }
        _scratchpad[8] = Crc8.OneWire(_scratchpad.AsSpan(0, 8));
        byte[] answer = [.. _scratchpad];
        // A long cable flips a bit on its way, after the chip has summed.
        if (Fault == ChipFault.BadCrc) answer[0] ^= 0x04;
        return answer;
    }

    bool Receive(bool bit, Action<byte> whole)
    {
        _shift = _shift >> 1 | (bit ? 0x80 : 0);
        if (++_bit % 8 == 0) whole((byte)_shift);
        return true;
    }

    bool Match(bool bit)
    {
        var mine = RomBit(_bit++);
        if (bit != mine) Enter(State.Idle);
        else if (_bit == 64) Enter(State.FunctionCommand);
        return true;
    }

    /// <summary>Three slots a bit: the bit, its complement, and the host's choice, which silences those it does not mean.</summary>
    bool Search(bool written)
    {
        var mine = RomBit(_bit / 3);
        var phase = _bit++ % 3;
        if (phase == 0) return mine;
        if (phase == 1) return !mine;
        if (written != mine) Enter(State.Idle);
        else if (_bit == 192) Enter(State.FunctionCommand);
        return true;
    }

    bool Transmit()
    {
        var bit = (_outgoing[_bit / 8] >> (_bit % 8) & 1) != 0;
        if (++_bit == _outgoing.Length * 8) Enter((State)_shift);
        return bit;
    }

    bool RomBit(int index) => (_rom[index / 8] >> (index % 8) & 1) != 0;

    void Send(byte[] bytes, State then)
    {
        Enter(State.Transmit);
        (_outgoing, _shift) = (bytes, (int)then);
    }

    void Enter(State state) => (_state, _bit, _shift) = (state, 0, 0);
}

using System.Collections;

namespace nanoFramework.Device.OneWire;

/// <summary>The 1-Wire host; searching is Maxim's (application note 187), slot by slot on the virtual bus.</summary>
public class OneWireHost : IDisposable
{
    const byte SearchRom = 0xF0, AlarmSearch = 0xEC;

    byte[] _rom = new byte[8];
    int _lastDiscrepancy;
    bool _wasLast;

    public OneWireHost() => _ = Board.Awake;

    public byte[] SerialNumber
    {
        get => _rom;
        set => _rom = (byte[])value.Clone();
    }

    public bool TouchReset() => Board.Awake.OneWire.Reset();
    public bool TouchBit(bool value) => Board.Awake.OneWire.Slot(value);

    public byte TouchByte(byte value)
    {
        byte result = 0;
        for (var bit = 0; bit < 8; bit++)
        {
            if (TouchBit((value >> bit & 1) != 0)) result |= (byte)(1 << bit);
        }
        return result;
    }

    public byte WriteByte(byte value) => TouchByte(value);
    public byte ReadByte() => TouchByte(0xFF);

    public bool FindFirstDevice(bool performResetBeforeSearch, bool searchWithAlarmCommand)
    {
        (_lastDiscrepancy, _wasLast) = (0, false);
        return FindNextDevice(performResetBeforeSearch, searchWithAlarmCommand);
    }

    public bool FindNextDevice(bool performResetBeforeSearch, bool searchWithAlarmCommand)
    {
        if (_wasLast || performResetBeforeSearch && !TouchReset()) return false;
        WriteByte(searchWithAlarmCommand ? AlarmSearch : SearchRom);
        var rom = (byte[])_rom.Clone();
        var lastZero = 0;
        for (var number = 1; number <= 64; number++)
        {
            var (bit, complement) = (TouchBit(true), TouchBit(true));
            if (bit && complement) return false;
            var (index, mask) = ((number - 1) / 8, (byte)(1 << (number - 1) % 8));
            var direction = bit != complement ? bit : number == _lastDiscrepancy || number < _lastDiscrepancy && (_rom[index] & mask) != 0;
            if (bit == complement && !direction) lastZero = number;
            rom[index] = direction ? (byte)(rom[index] | mask) : (byte)(rom[index] & ~mask);
            TouchBit(direction);
        }
        (_rom, _lastDiscrepancy, _wasLast) = (rom, lastZero, lastZero == 0);
        return true;
    }

    public ArrayList FindAllDevices()
    {
        var found = new ArrayList();
        for (var more = FindFirstDevice(true, false); more; more = FindNextDevice(true, false)) found.Add(_rom.Clone());
        return found;
    }

    public void Dispose() => Dispose(true);

    protected virtual void Dispose(bool disposing)
    {
    }
}

namespace System.Device.I2c;

public sealed class I2cConnectionSettings
{
    public I2cConnectionSettings(int busId, int deviceAddress) : this(busId, deviceAddress, I2cBusSpeed.FastMode) { }

    public I2cConnectionSettings(int busId, int deviceAddress, I2cBusSpeed busSpeed) =>
        (BusId, DeviceAddress, BusSpeed) = (busId, deviceAddress, busSpeed);

    public int BusId { get; }
    public int DeviceAddress { get; }
    public I2cBusSpeed BusSpeed { get; }
}

public struct I2cTransferResult
{
    internal I2cTransferResult(I2cTransferStatus status, int bytes) => (Status, BytesTransferred) = (status, (uint)bytes);

    public I2cTransferStatus Status { get; }
    public uint BytesTransferred { get; }
}

public class I2cDevice : IDisposable
{
    public I2cDevice(I2cConnectionSettings settings)
    {
        _ = Board.Awake;
        ConnectionSettings = settings ?? throw new ArgumentNullException();
    }

    public I2cConnectionSettings ConnectionSettings { get; }

    public static I2cDevice Create(I2cConnectionSettings settings) => new(settings);

    public I2cTransferResult Write(SpanByte buffer) => Transfer(buffer, SpanByte.Empty);
    public I2cTransferResult WriteByte(byte value) => Transfer(new byte[] { value }, SpanByte.Empty);
    public I2cTransferResult Read(SpanByte buffer) => Transfer(SpanByte.Empty, buffer);
    public I2cTransferResult WriteRead(SpanByte writeBuffer, SpanByte readBuffer) => Transfer(writeBuffer, readBuffer);

    public byte ReadByte()
    {
        var one = new byte[1];
        Transfer(SpanByte.Empty, one);
        return one[0];
    }

    public void Dispose()
    {
    }

    I2cTransferResult Transfer(SpanByte write, SpanByte read)
    {
        var board = Board.Awake;
        var bitsPerSecond = ConnectionSettings.BusSpeed switch
        {
            I2cBusSpeed.StandardMode => 100_000,
            I2cBusSpeed.FastMode => 400_000,
            _ => 1_000_000,
        };
        board.I2c.Spend(1 + write.Length + read.Length, bitsPerSecond);
        var chip = board.I2c.Find(ConnectionSettings.BusId, ConnectionSettings.DeviceAddress);
        if (chip is null) return NotAcknowledged;
        if (write.Length > 0)
        {
            if (!chip.TryWrite(write.AsSpan(), out var acknowledged)) return NotAcknowledged;
            if (acknowledged < write.Length) return new I2cTransferResult(I2cTransferStatus.PartialTransfer, acknowledged);
        }
        if (read.Length > 0 && !chip.TryRead(read.AsSpan())) return NotAcknowledged;
        return new I2cTransferResult(I2cTransferStatus.FullTransfer, write.Length + read.Length);
    }

    static I2cTransferResult NotAcknowledged => new(I2cTransferStatus.SlaveAddressNotAcknowledged, 0);
}

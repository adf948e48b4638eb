using System.Buffers.Binary;
using System.Device.I2c;
using System.IO;
using UnitsNet;

namespace Iot.Device.Bmxx80;

// The driver package as a node meets it, over the virtual I2C bus: written from its listed shape and the sensors' data sheets
// (BST-BME280-DS002 1.6, BST-BMP280-DS001 1.26).

public abstract class Bmxx80Base : IDisposable
{
    const byte IdRegister = 0xD0, ResetRegister = 0xE0, ResetWord = 0xB6;

    Sampling _temperatureSampling;
    Sampling _pressureSampling;

    protected Bmxx80Base(byte deviceId, I2cDevice i2cDevice)
    {
        I2cDevice = i2cDevice ?? throw new ArgumentNullException();
        var found = Read8BitsFromRegister(IdRegister);
        if (found != deviceId) throw new IOException($"Unable to find a chip with id {deviceId:X2}, found {found:X2}.");
    }

    protected CommunicationProtocol CommunicationProtocol1 { get; set; } = CommunicationProtocol.I2c;
    protected byte ControlRegister { get; set; } = 0xF4;
    protected I2cDevice I2cDevice { get; set; }
    protected virtual int TempCalibrationFactor => 1;
    protected double TemperatureFine { get; set; }

    public Sampling TemperatureSampling
    {
        get => _temperatureSampling;
        set
        {
            WriteControl((byte)value << 5, 0x1F);
            _temperatureSampling = value;
        }
    }

    public Sampling PressureSampling
    {
        get => _pressureSampling;
        set
        {
            WriteControl((byte)value << 2, 0xE3);
            _pressureSampling = value;
        }
    }

    private protected ushort T1 { get; set; }
    private protected short T2 { get; set; }
    private protected short T3 { get; set; }

    public void Reset()
    {
        Write(ResetRegister, ResetWord);
        // Start-up takes at most 2 ms.
        System.Threading.Thread.Sleep(2);
        SetDefaultConfiguration();
    }

    public abstract bool TryReadPressure(out Pressure pressure);
    public abstract bool TryReadTemperature(out Temperature temperature);

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing) => I2cDevice?.Dispose();

    protected virtual void SetDefaultConfiguration()
    {
        PressureSampling = Sampling.UltraLowPower;
        TemperatureSampling = Sampling.UltraLowPower;
    }

    protected Sampling ByteToSampling(byte value) => value >= (byte)Sampling.UltraHighResolution ? Sampling.UltraHighResolution : (Sampling)value;

    protected Temperature CompensateTemperature(int adcTemperature)
    {
        var first = (adcTemperature / 16384.0 - T1 / 1024.0) * T2;
        var second = (adcTemperature / 131072.0 - T1 / 8192.0) * (adcTemperature / 131072.0 - T1 / 8192.0) * T3;
        TemperatureFine = first + second;
        return Temperature.FromDegreesCelsius(TemperatureFine / 5120);
    }

    protected byte Read8BitsFromRegister(byte register) => ReadRegisters(register, 1)[0];

    protected ushort Read16BitsFromRegister(byte register, Endianness endianness = Endianness.LittleEndian)
    {
        var bytes = ReadRegisters(register, 2);
        return endianness == Endianness.LittleEndian ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);
    }

    protected uint Read24BitsFromRegister(byte register, Endianness endianness = Endianness.LittleEndian)
    {
        var bytes = ReadRegisters(register, 3);
        return endianness == Endianness.LittleEndian
            ? (uint)(bytes[0] | bytes[1] << 8 | bytes[2] << 16)
            : (uint)(bytes[0] << 16 | bytes[1] << 8 | bytes[2]);
    }

    private protected void Write(byte register, byte value) => I2cDevice.Write(new byte[] { register, value });

    private protected void WriteControl(int bits, byte keep) => Write(ControlRegister, (byte)(Read8BitsFromRegister(ControlRegister) & keep | bits));

    byte[] ReadRegisters(byte register, int count)
    {
        var bytes = new byte[count];
        I2cDevice.WriteRead(new[] { register }, bytes);
        return bytes;
    }

    public enum CommunicationProtocol { I2c = 0 }

    protected enum Endianness { LittleEndian = 0, BigEndian = 1 }
}

using System.Device.I2c;

namespace FourPerMille.Sensor.Node.Probes.VEML7700
{
    /// <summary>Words to and from a VEML7700. It has no checksum, so the status of each transfer is all there is to check.</summary>
    internal sealed class Veml7700Bus
    {
        private const int Address = 0x10;

        private readonly I2cDevice _device;
        private readonly byte[] _command = new byte[1];
        private readonly byte[] _commandAndWord = new byte[3];
        private readonly byte[] _reply = new byte[2];

        public Veml7700Bus(int busId)
        {
            _device = I2cDevice.Create(new I2cConnectionSettings(busId, Address, I2cBusSpeed.StandardMode));
        }

        public bool TryWrite(Veml7700Register register, int word)
        {
            _commandAndWord[0] = (byte)register;
            _commandAndWord[1] = (byte)word;
            _commandAndWord[2] = (byte)(word >> 8);
            return _device.Write(_commandAndWord).Status == I2cTransferStatus.FullTransfer;
        }

        public bool TryRead(Veml7700Register register, out int word)
        {
            _command[0] = (byte)register;
            I2cTransferResult transfer = _device.WriteRead(_command, _reply);
            word = _reply[0] | (_reply[1] << 8);
            return transfer.Status == I2cTransferStatus.FullTransfer;
        }
    }
}

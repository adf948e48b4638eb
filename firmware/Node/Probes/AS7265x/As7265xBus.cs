using System.Device.I2c;
using System.Threading;

namespace FourPerMille.Sensor.Node.Probes.AS7265x
{
    /// <summary>
    /// The mailbox of an AS7265x: its virtual registers lie behind three real ones (status, write, read) that a host must poll.
    /// Every transfer is checked; a poll gives up after a bounded time.
    /// </summary>
    internal sealed class As7265xBus
    {
        private const int Address = 0x49;
        private const byte StatusRegister = 0x00;
        private const byte WriteRegister = 0x01;
        private const byte ReadRegister = 0x02;

        /// <summary>The chip has not yet taken the last byte written.</summary>
        private const byte WritePending = 0x02;

        /// <summary>A byte waits to be read.</summary>
        private const byte ReadReady = 0x01;

        private const byte WriteFlag = 0x80;
        private const int PollMilliseconds = 2;
        private const int MostPolls = 50;

        private readonly I2cDevice _device;
        private readonly byte[] _one = new byte[1];
        private readonly byte[] _two = new byte[2];
        private readonly byte[] _reply = new byte[1];

        public As7265xBus(int busId)
        {
            _device = I2cDevice.Create(new I2cConnectionSettings(busId, Address, I2cBusSpeed.StandardMode));
        }

        public bool TryRead(byte register, out byte value)
        {
            value = 0;
            byte status;
            if (!TryReadReal(StatusRegister, out status))
            {
                return false;
            }

            // A byte nobody fetched would be taken for the answer.
            byte stale;
            if ((status & ReadReady) != 0 && !TryReadReal(ReadRegister, out stale))
            {
                return false;
            }

            return WaitFor(WritePending, 0)
                && TryWriteReal(register)
                && WaitFor(ReadReady, ReadReady)
                && TryReadReal(ReadRegister, out value);
        }

        public bool TryWrite(byte register, byte value)
        {
            return WaitFor(WritePending, 0)
                && TryWriteReal((byte)(register | WriteFlag))
                && WaitFor(WritePending, 0)
                && TryWriteReal(value);
        }

        private bool WaitFor(byte mask, byte wanted)
        {
            for (int poll = 0; poll < MostPolls; poll++)
            {
                byte status;
                if (!TryReadReal(StatusRegister, out status))
                {
                    return false;
                }

                if ((status & mask) == wanted)
                {
                    return true;
                }

                Thread.Sleep(PollMilliseconds);
            }

            return false;
        }

        private bool TryReadReal(byte register, out byte value)
        {
            _one[0] = register;
            I2cTransferResult transfer = _device.WriteRead(_one, _reply);
            value = _reply[0];
            return transfer.Status == I2cTransferStatus.FullTransfer;
        }

        private bool TryWriteReal(byte value)
        {
            _two[0] = WriteRegister;
            _two[1] = value;
            return _device.Write(_two).Status == I2cTransferStatus.FullTransfer;
        }
    }
}

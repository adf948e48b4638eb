using System.Device.I2c;
using System.Threading;

namespace FourPerMille.Sensor.Node.Probes.SCD41
{
    /// <summary>
    /// Words to and from an SCD41: 16 bits, high byte first, each followed by its CRC. Every transfer's status and every CRC is checked.
    /// </summary>
    internal sealed class Scd41Bus
    {
        private const int Address = 0x62;

        /// <summary>From a command to its answer; the datasheet gives 1 ms to all that is read here.</summary>
        private const int AnswerMilliseconds = 2;

        private const int WordLength = 3;

        private readonly I2cDevice _device;
        private readonly byte[] _command = new byte[2];
        private readonly byte[] _commandAndWord = new byte[2 + WordLength];

        public Scd41Bus(int busId)
        {
            _device = I2cDevice.Create(new I2cConnectionSettings(busId, Address, I2cBusSpeed.StandardMode));
        }

        public bool TrySend(Scd41Command command)
        {
            PutCommand(command, _command);
            return _device.Write(_command).Status == I2cTransferStatus.FullTransfer;
        }

        public bool TryWrite(Scd41Command command, int word)
        {
            PutCommand(command, _commandAndWord);
            _commandAndWord[2] = (byte)(word >> 8);
            _commandAndWord[3] = (byte)word;
            _commandAndWord[4] = Crc(_commandAndWord, 2);
            return _device.Write(_commandAndWord).Status == I2cTransferStatus.FullTransfer;
        }

        /// <summary>Asks and reads as many words as <paramref name="reply"/> holds, three bytes each.</summary>
        public bool TryRead(Scd41Command command, byte[] reply)
        {
            if (!TrySend(command))
            {
                return false;
            }

            Thread.Sleep(AnswerMilliseconds);
            bool isGood = _device.Read(reply).Status == I2cTransferStatus.FullTransfer;
            for (int i = 0; isGood && i < reply.Length; i += WordLength)
            {
                isGood = Crc(reply, i) == reply[i + 2];
            }

            return isGood;
        }

        private static void PutCommand(Scd41Command command, byte[] into)
        {
            into[0] = (byte)((int)command >> 8);
            into[1] = (byte)(int)command;
        }

        /// <summary>x^8 + x^5 + x^4 + 1, highest bit first, start 0xFF (section 3.11 of the datasheet; 0xBEEF gives 0x92).</summary>
        private static byte Crc(byte[] bytes, int start)
        {
            int crc = 0xFF;
            for (int i = start; i < start + 2; i++)
            {
                crc ^= bytes[i];
                for (int bit = 0; bit < 8; bit++)
                {
                    crc = (crc & 0x80) != 0 ? (crc << 1) ^ 0x131 : crc << 1;
                }
            }

            return (byte)crc;
        }
    }
}

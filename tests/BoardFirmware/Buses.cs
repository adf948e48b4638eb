using System;
using System.Collections;
using System.Device.Adc;
using System.Device.Gpio;
using System.Device.I2c;
using System.Diagnostics;
using System.IO.Ports;
using System.Threading;
using Iot.Device.Bmxx80;
using Iot.Device.Bmxx80.ReadResult;
using nanoFramework.Device.OneWire;

namespace FourPerMille.Sensor.BoardFirmware
{
    public static class ReadsAnalogChannels
    {
        public static void Main()
        {
            GpioPin supply = new GpioController().OpenPin(33, PinMode.Output);
            AdcChannel channel = new AdcController().OpenChannel(3);
            Debug.WriteLine(channel.ReadValue().ToString());
            supply.Write(PinValue.High);
            Debug.WriteLine(channel.ReadValue().ToString());
        }
    }

    /// <summary>Finds all thermometers, converts them together and prints scratchpads in hexadecimal.</summary>
    public static class ReadsThermometers
    {
        public static void Main()
        {
            OneWireHost host = new OneWireHost();
            ArrayList roms = host.FindAllDevices();
            Debug.WriteLine("found " + roms.Count);
            if (!host.TouchReset())
            {
                return;
            }

            host.WriteByte(0xCC);
            host.WriteByte(0x44);
            Debug.WriteLine("busy " + host.TouchBit(true));
            Thread.Sleep(750);
            Debug.WriteLine("busy " + host.TouchBit(true));
            foreach (byte[] rom in roms)
            {
                host.TouchReset();
                host.WriteByte(0x55);
                foreach (byte value in rom)
                {
                    host.WriteByte(value);
                }

                host.WriteByte(0xBE);
                byte[] scratchpad = new byte[9];
                for (int i = 0; i < scratchpad.Length; i++)
                {
                    scratchpad[i] = host.ReadByte();
                }

                Debug.WriteLine(BitConverter.ToString(rom) + " " + BitConverter.ToString(scratchpad));
            }
        }
    }

    public static class ReadsTheAir
    {
        public static void Main()
        {
            try
            {
                using (Bme280 air = new Bme280(I2cDevice.Create(new I2cConnectionSettings(1, 0x76))))
                {
                    Bme280ReadResult result = air.Read();
                    Print(result);
                    Print(air.Read());
                }
            }
            catch (System.IO.IOException)
            {
                Debug.WriteLine("silent");
            }
        }

        private static void Print(Bme280ReadResult result)
        {
            Debug.WriteLine(result.TemperatureIsValid + " " + (int)Math.Round(result.Temperature.DegreesCelsius * 1000)
                + " " + (int)Math.Round(result.Pressure.Pascals) + " " + (int)Math.Round(result.Humidity.Percent * 10));
        }
    }

    /// <summary>Drives the mailbox of the spectral head by hand: one dark and one lit shot at gain 16x and 64 steps, all 18 channels.</summary>
    public static class ReadsTheSpectrum
    {
        private const byte WritePending = 2, ReadReady = 1;

        public static void Main()
        {
            I2cDevice head = I2cDevice.Create(new I2cConnectionSettings(1, 0x49));
            if (head.WriteByte(0).Status != I2cTransferStatus.FullTransfer)
            {
                Debug.WriteLine("silent");
                return;
            }

            WriteVirtual(head, 0x05, 63);
            Shoot(head);
            for (byte device = 0; device < 3; device++)
            {
                WriteVirtual(head, 0x4F, device);
                WriteVirtual(head, 0x07, 0x08);
            }

            Shoot(head);
        }

        private static void Shoot(I2cDevice head)
        {
            WriteVirtual(head, 0x04, 0x20 | 0x0C);
            Debug.WriteLine("ready " + (ReadVirtual(head, 0x04) & 2));
            Thread.Sleep(360);
            Debug.WriteLine("ready " + (ReadVirtual(head, 0x04) & 2));
            string line = "";
            for (byte device = 0; device < 3; device++)
            {
                WriteVirtual(head, 0x4F, device);
                for (byte channel = 0; channel < 6; channel++)
                {
                    int high = ReadVirtual(head, (byte)(0x08 + 2 * channel));
                    line += ((high << 8) | ReadVirtual(head, (byte)(0x09 + 2 * channel))) + " ";
                }
            }

            Debug.WriteLine(line);
        }

        private static void WriteVirtual(I2cDevice head, byte register, byte value)
        {
            Await(head, WritePending, 0);
            head.Write(new byte[] { 0x01, (byte)(register | 0x80) });
            Await(head, WritePending, 0);
            head.Write(new byte[] { 0x01, value });
        }

        private static byte ReadVirtual(I2cDevice head, byte register)
        {
            Await(head, WritePending, 0);
            head.Write(new byte[] { 0x01, register });
            Await(head, ReadReady, ReadReady);
            return Read(head, 0x02);
        }

        private static void Await(I2cDevice head, byte mask, byte wanted)
        {
            while ((Read(head, 0x00) & mask) != wanted)
            {
                Thread.Sleep(1);
            }
        }

        private static byte Read(I2cDevice head, byte register)
        {
            byte[] answer = new byte[1];
            head.WriteRead(new byte[] { register }, answer);
            return answer[0];
        }
    }

    /// <summary>Says each line of I:\say.txt to the modem and prints everything it hears within ten seconds of each.</summary>
    public static class TalksToTheModem
    {
        public static void Main()
        {
            using (SerialPort port = new SerialPort("COM2", 115200))
            {
                port.NewLine = "\r\n";
                port.ReadTimeout = 10000;
                port.Open();
                foreach (string line in System.IO.File.ReadAllText("I:\\say.txt").Split('\n'))
                {
                    Debug.WriteLine("> " + line);
                    port.WriteLine(line);
                    Hear(port);
                }
            }
        }

        private static void Hear(SerialPort port)
        {
            while (true)
            {
                try
                {
                    Debug.WriteLine(port.ReadLine());
                }
                catch (TimeoutException)
                {
                    return;
                }
            }
        }
    }

    /// <summary>Counts what arrives by the event alone.</summary>
    public static class HearsTheModem
    {
        public static void Main()
        {
            AutoResetEvent heard = new AutoResetEvent(false);
            SerialPort port = new SerialPort("COM2", 115200);
            port.WatchChar = '\n';
            port.DataReceived += (sender, e) => { if (e.EventType == SerialData.WatchChar) heard.Set(); };
            port.Open();
            port.Write("AT\r\n");
            Debug.WriteLine("heard " + heard.WaitOne(1000, false) + " " + port.ReadExisting().Trim());
        }
    }

    public static class WatchesAPin
    {
        public static void Main()
        {
            int changes = 0;
            GpioPin pin = new GpioController().OpenPin(4, PinMode.InputPullUp);
            pin.ValueChanged += (sender, e) => { changes++; };
            Debug.WriteLine("pin " + pin.Read());
            Thread.Sleep(1000);
            Debug.WriteLine("changes " + changes + " " + pin.Read());
        }
    }
}

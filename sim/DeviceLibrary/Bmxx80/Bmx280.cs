using System.Device.I2c;
using System.Threading;
using Iot.Device.Bmxx80.FilteringMode;
using Iot.Device.Bmxx80.PowerMode;
using Iot.Device.Bmxx80.ReadResult;
using UnitsNet;

namespace Iot.Device.Bmxx80
{
    public class DeviceStatus
    {
        public DeviceStatus() { }

        public bool ImageUpdating { get; set; }
        public bool Measuring { get; set; }
    }

    public abstract class Bmx280Base : Bmxx80Base
    {
        public const byte DefaultI2cAddress = 0x77;
        public const byte SecondaryI2cAddress = 0x76;

        const byte CalibrationStart = 0x88, StatusRegister = 0xF3, ConfigurationRegister = 0xF5, PressureData = 0xF7, TemperatureData = 0xFA;

        /// <summary>Milliseconds a channel adds at each sampling, at most: 2.3 ms a sample and 0.575 ms (data sheet, appendix B), rounded up.</summary>
        protected static readonly int[] OsToMeasCycles = [0, 3, 6, 10, 19, 38];

        readonly short[] _pressureWords = new short[9];

        protected Bmx280Base(byte deviceId, I2cDevice i2cDevice) : base(deviceId, i2cDevice)
        {
            T1 = Read16BitsFromRegister(CalibrationStart);
            T2 = (short)Read16BitsFromRegister(CalibrationStart + 2);
            T3 = (short)Read16BitsFromRegister(CalibrationStart + 4);
            for (var i = 0; i < _pressureWords.Length; i++) _pressureWords[i] = (short)Read16BitsFromRegister((byte)(CalibrationStart + 6 + 2 * i));
            SetDefaultConfiguration();
        }

        public Bmx280FilteringMode FilterMode
        {
            get => (Bmx280FilteringMode)(Read8BitsFromRegister(ConfigurationRegister) >> 2 & 7);
            set => Write(ConfigurationRegister, (byte)(Read8BitsFromRegister(ConfigurationRegister) & 0xE3 | (byte)value << 2));
        }

        public StandbyTime StandbyTime
        {
            get => (StandbyTime)(Read8BitsFromRegister(ConfigurationRegister) >> 5);
            set => Write(ConfigurationRegister, (byte)(Read8BitsFromRegister(ConfigurationRegister) & 0x1F | (byte)value << 5));
        }

        public Bmx280PowerMode ReadPowerMode() => (Read8BitsFromRegister(ControlRegister) & 3) switch
        {
            0 => Bmx280PowerMode.Sleep,
            3 => Bmx280PowerMode.Normal,
            _ => Bmx280PowerMode.Forced,
        };

        public void SetPowerMode(Bmx280PowerMode powerMode) => WriteControl((byte)powerMode, 0xFC);

        public DeviceStatus ReadStatus()
        {
            var status = Read8BitsFromRegister(StatusRegister);
            return new DeviceStatus { ImageUpdating = (status & 1) != 0, Measuring = (status & 8) != 0 };
        }

        public virtual int GetMeasurementDuration() => 2 + OsToMeasCycles[(int)PressureSampling] + OsToMeasCycles[(int)TemperatureSampling];

        public override bool TryReadTemperature(out Temperature temperature) => TryReadTemperatureCore(out temperature);
        public override bool TryReadPressure(out Pressure pressure) => TryReadPressureCore(out pressure);

        public bool TryReadAltitude(out Length altitude) => TryReadAltitude(Pressure.FromPascals(101_325), out altitude);

        /// <summary>International barometric formula with the measured temperature.</summary>
        public bool TryReadAltitude(Pressure seaLevelPressure, out Length altitude)
        {
            altitude = default;
            if (!TryReadTemperature(out var temperature) || !TryReadPressure(out var pressure)) return false;
            altitude = Length.FromMeters((Math.Pow(seaLevelPressure.Pascals / pressure.Pascals, 1 / 5.255) - 1) * temperature.Kelvins / 0.0065);
            return true;
        }

        protected override void SetDefaultConfiguration()
        {
            base.SetDefaultConfiguration();
            FilterMode = Bmx280FilteringMode.Off;
            StandbyTime = StandbyTime.Ms125;
        }

        protected bool TryReadTemperatureCore(out Temperature temperature)
        {
            temperature = default;
            if (TemperatureSampling == Sampling.Skipped) return false;
            temperature = CompensateTemperature((int)(Read24BitsFromRegister(TemperatureData, Endianness.BigEndian) >> 4));
            return true;
        }

        protected bool TryReadPressureCore(out Pressure pressure, bool skipTempFineRead = false)
        {
            pressure = default;
            if (PressureSampling == Sampling.Skipped || !skipTempFineRead && !TryReadTemperatureCore(out _)) return false;
            pressure = CompensatePressure((int)(Read24BitsFromRegister(PressureData, Endianness.BigEndian) >> 4));
            return true;
        }

        private protected void ForceMeasurement()
        {
            if (ReadPowerMode() == Bmx280PowerMode.Normal) return;
            SetPowerMode(Bmx280PowerMode.Forced);
            Thread.Sleep(GetMeasurementDuration());
        }

        Pressure CompensatePressure(int raw)
        {
            var w = _pressureWords;
            var var1 = TemperatureFine / 2 - 64000;
            var var2 = var1 * var1 * w[5] / 32768 + var1 * w[4] * 2;
            var2 = var2 / 4 + w[3] * 65536.0;
            var1 = (w[2] * var1 * var1 / 524288 + w[1] * var1) / 524288;
            var1 = (1 + var1 / 32768) * (ushort)w[0];
            if (var1 == 0) return default;
            var pressure = (1048576.0 - raw - var2 / 4096) * 6250 / var1;
            return Pressure.FromPascals(pressure + (w[8] * pressure * pressure / 2147483648 + pressure * w[7] / 32768 + w[6]) / 16);
        }
    }

    public class Bmp280 : Bmx280Base
    {
        public Bmp280(I2cDevice i2cDevice) : base(0x58, i2cDevice) { }

        public Bmp280ReadResult Read()
        {
            ForceMeasurement();
            var hasTemperature = TryReadTemperature(out var temperature);
            var hasPressure = TryReadPressure(out var pressure);
            return new Bmp280ReadResult(temperature, hasTemperature, pressure, hasPressure);
        }
    }

    public class Bme280 : Bmx280Base
    {
        const byte ControlHumidity = 0xF2, HumidityData = 0xFD;

        readonly byte _h1, _h3;
        readonly short _h2, _h4, _h5;
        readonly sbyte _h6;
        Sampling _humiditySampling;

        public Bme280(I2cDevice i2cDevice) : base(0x60, i2cDevice)
        {
            _h1 = Read8BitsFromRegister(0xA1);
            _h2 = (short)Read16BitsFromRegister(0xE1);
            _h3 = Read8BitsFromRegister(0xE3);
            var shared = Read8BitsFromRegister(0xE5);
            _h4 = (short)((sbyte)Read8BitsFromRegister(0xE4) << 4 | shared & 0x0F);
            _h5 = (short)((sbyte)Read8BitsFromRegister(0xE6) << 4 | shared >> 4);
            _h6 = (sbyte)Read8BitsFromRegister(0xE7);
        }

        public Sampling HumiditySampling
        {
            get => _humiditySampling;
            set
            {
                Write(ControlHumidity, (byte)value);
                // Takes effect with the next write of the control register (data sheet 5.4.3).
                WriteControl(0, 0xFF);
                _humiditySampling = value;
            }
        }

        public override int GetMeasurementDuration() => base.GetMeasurementDuration() + OsToMeasCycles[(int)HumiditySampling];

        public bool TryReadHumidity(out RelativeHumidity humidity)
        {
            humidity = default;
            if (HumiditySampling == Sampling.Skipped || !TryReadTemperatureCore(out _)) return false;
            humidity = RelativeHumidity.FromPercent(CompensateHumidity(Read16BitsFromRegister(HumidityData, Endianness.BigEndian)));
            return true;
        }

        public Bme280ReadResult Read()
        {
            ForceMeasurement();
            var hasTemperature = TryReadTemperature(out var temperature);
            var hasPressure = TryReadPressure(out var pressure);
            var hasHumidity = TryReadHumidity(out var humidity);
            return new Bme280ReadResult(temperature, hasTemperature, pressure, hasPressure, humidity, hasHumidity);
        }

        protected override void SetDefaultConfiguration()
        {
            base.SetDefaultConfiguration();
            HumiditySampling = Sampling.UltraLowPower;
        }

        double CompensateHumidity(int raw)
        {
            var humidity = TemperatureFine - 76800;
            humidity = (raw - (_h4 * 64.0 + _h5 / 16384.0 * humidity))
                * (_h2 / 65536.0 * (1 + _h6 / 67108864.0 * humidity * (1 + _h3 / 67108864.0 * humidity)));
            humidity *= 1 - _h1 * humidity / 524288;
            return humidity < 0 ? 0 : humidity > 100 ? 100 : humidity;
        }
    }
}

namespace Iot.Device.Bmxx80.ReadResult
{
    public class Bmp280ReadResult
    {
        public Bmp280ReadResult(Temperature temperature, bool temperatureIsValid, Pressure pressure, bool pressureIsValid) =>
            (Temperature, TemperatureIsValid, Pressure, PressureIsValid) = (temperature, temperatureIsValid, pressure, pressureIsValid);

        public Temperature Temperature { get; }
        public bool TemperatureIsValid { get; }
        public Pressure Pressure { get; }
        public bool PressureIsValid { get; }
    }

    public class Bme280ReadResult : Bmp280ReadResult
    {
        public Bme280ReadResult(Temperature temperature, bool temperatureIsValid, Pressure pressure, bool pressureIsValid,
            RelativeHumidity humidity, bool humidityIsValid) : base(temperature, temperatureIsValid, pressure, pressureIsValid) =>
            (Humidity, HumidityIsValid) = (humidity, humidityIsValid);

        public RelativeHumidity Humidity { get; }
        public bool HumidityIsValid { get; }
    }
}

using System.Device.Gpio;
using System.Threading;

namespace FourPerMille.Sensor.Node.Power
{
    /// <summary>A switch that feeds probes only while they are read.</summary>
    internal sealed class PowerGate
    {
        private readonly GpioPin _pin;
        private readonly int _settleMilliseconds;

        /// <param name="settleMilliseconds">How long the probes behind the gate need from power to a true value.</param>
        public PowerGate(GpioController pins, int pinNumber, int settleMilliseconds)
        {
            _pin = pins.OpenPin(pinNumber, PinMode.Output);
            _settleMilliseconds = settleMilliseconds;
            Close();
        }

        public bool IsOpen { get; private set; }

        public void Open()
        {
            _pin.Write(PinValue.High);
            IsOpen = true;
            Thread.Sleep(_settleMilliseconds);
        }

        public void Close()
        {
            _pin.Write(PinValue.Low);
            IsOpen = false;
        }
    }
}

using System.Device.Gpio;
using System.Threading;

namespace FourPerMille.Sensor.Node.Bench
{
    /// <summary>The button and the light that a technician has at the node.</summary>
    internal sealed class BenchPanel
    {
        private const int FlashMilliseconds = 80;
        private const int PauseMilliseconds = 120;
        private const int FarewellMilliseconds = 1000;

        private readonly GpioPin _button;
        private readonly GpioPin _light;
        private bool _wasPressed;

        public BenchPanel(BoardLayout board)
        {
            GpioController pins = new GpioController();
            _button = pins.OpenPin(board.BenchButtonPin, PinMode.InputPullUp);
            _light = pins.OpenPin(board.BenchLightPin, PinMode.Output);
            _light.Write(PinValue.Low);
            _wasPressed = IsPressed;
        }

        public bool IsPressed { get { return _button.Read() == PinValue.Low; } }

        /// <summary>Whether the button went down since it was last asked for; a button that is held counts once.</summary>
        public bool WasPressed()
        {
            bool isPressed = IsPressed;
            bool wentDown = isPressed && !_wasPressed;
            _wasPressed = isPressed;
            return wentDown;
        }

        /// <summary>One flash: the value lies on this node. Two: the gateway holds it.</summary>
        public void Show(bool isStored, bool isAcknowledged)
        {
            if (isStored)
            {
                Flash(FlashMilliseconds);
            }

            if (isStored && isAcknowledged)
            {
                Thread.Sleep(PauseMilliseconds);
                Flash(FlashMilliseconds);
            }
        }

        /// <summary>One long flash: the bench is over.</summary>
        public void Farewell()
        {
            Flash(FarewellMilliseconds);
        }

        private void Flash(int milliseconds)
        {
            _light.Write(PinValue.High);
            Thread.Sleep(milliseconds);
            _light.Write(PinValue.Low);
        }
    }
}

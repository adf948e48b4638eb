namespace FourPerMille.Sensor.VirtualBoard.Chips;

/// <summary>A push button from a pin to ground. The pin needs a pull-up to be high while nobody presses.</summary>
public sealed class PushButton(Board board, int pin)
{
    public void Press() => board.Gpio.Drive(pin, false);

    public void Release() => board.Gpio.Drive(pin, null);
}

namespace FourPerMille.Sensor.VirtualBoard.Chips;

/// <summary>An LED from a pin to ground. It remembers how long it shone each time, which is all that a person sees of it.</summary>
public sealed class Light
{
    readonly List<TimeSpan> _flashes = [];
    DateTimeOffset _litSince;

    public Light(Board board, int pin) => board.Gpio.Feeds(pin, isLit =>
    {
        if (isLit) _litSince = board.Clock.Utc;
        else _flashes.Add(board.Clock.Utc - _litSince);
    });

    public IReadOnlyList<TimeSpan> Flashes => _flashes;
}

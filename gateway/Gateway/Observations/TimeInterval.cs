namespace FourPerMille.Sensor.Gateway.Observations;

/// <summary>When something was, as far as can be known: at some instant from <paramref name="Earliest"/> to <paramref name="Latest"/>, UTC.</summary>
public readonly record struct TimeInterval(DateTimeOffset Earliest, DateTimeOffset Latest)
{
    public TimeSpan Width => Latest - Earliest;
    public DateTimeOffset Middle => Earliest + Width / 2;
}

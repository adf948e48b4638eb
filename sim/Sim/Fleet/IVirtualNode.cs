namespace FourPerMille.Sensor.Sim.Fleet;

/// <summary>Something that sleeps, wakes at a time of its own choosing, works and sleeps again.</summary>
public interface IVirtualNode
{
    string Id { get; }

    /// <summary>Runs one wake at this true time and returns when the node wants the next, or null when it never wakes again.</summary>
    DateTimeOffset? Wake(DateTimeOffset utc);
}

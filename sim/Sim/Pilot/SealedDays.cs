namespace FourPerMille.Sensor.Sim.Pilot;

/// <summary>Days of nodes (one node, one day of UTC) by what the seals say of their readings.</summary>
/// <param name="Sealed">All frames are here and are the ones the node sealed.</param>
/// <param name="Pending">The seal or frames are still to come: the last day always, because its seal follows in the next.</param>
/// <param name="Unsealable">Frames were lost, or the node's chain with its state: nothing can be said.</param>
/// <param name="Broken">The frames are not the ones the node sealed: must be none.</param>
public sealed record SealedDays(long Sealed, long Pending, long Unsealable, long Broken)
{
    public static readonly SealedDays None = new(0, 0, 0, 0);

    public long All => Sealed + Pending + Unsealable + Broken;

    /// <param name="states">As the gateway words them, one a day.</param>
    public static SealedDays Of(IEnumerable<string> states) => states.Select(state => state switch
    {
        "sealed" => new SealedDays(1, 0, 0, 0),
        "pending" => new SealedDays(0, 1, 0, 0),
        "unsealable" => new SealedDays(0, 0, 1, 0),
        "broken" => new SealedDays(0, 0, 0, 1),
        _ => throw new PilotFailed($"the gateway says '{state}' of a day; known are sealed, pending, unsealable and broken"),
    }).Aggregate(None, (sum, day) => sum + day);

    public static SealedDays operator +(SealedDays one, SealedDays other) =>
        new(one.Sealed + other.Sealed, one.Pending + other.Pending, one.Unsealable + other.Unsealable, one.Broken + other.Broken);
}

using FourPerMille.Sensor.Gateway.Observations;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Gateway.Technician.Alarms;

/// <summary>
/// What the nodes' clocks say of the gateway's. A node's mark holds the time that the gateway told against its own steady clock; between two marks the
/// gateway's time must have gone as far as the node's, but for the drift of its oscillator. One node that disagrees has a bad clock; when most do,
/// it is the gateway whose clock was moved.
/// </summary>
/// <param name="Compared">Nodes with two marks that can be compared.</param>
/// <param name="Apart">Of these, nodes that cannot be right if the gateway is.</param>
/// <param name="Largest">By how much at most, beyond what drift explains; above zero where the gateway's clock went forward.</param>
public sealed record NodeClocks(int Compared, int Apart, TimeSpan Largest)
{
    /// <summary>An answer's second is cut off at both ends, and waits in queues.</summary>
    const double SlackSeconds = 5;

    public static readonly NodeClocks None = new(0, 0, TimeSpan.Zero);

    /// <summary>At least two, and more than half: a single node may be broken.</summary>
    public bool IsAgainstUs => Apart >= 2 && Apart * 2 > Compared;

    /// <summary>By the two newest marks of each node.</summary>
    internal static NodeClocks Of(Session session, IEnumerable<Node> nodes)
    {
        var steps = nodes.Select(node => Step(session, node)).OfType<double>().ToList();
        var apart = steps.Where(step => step != 0).ToList();
        return new NodeClocks(steps.Count, apart.Count, TimeSpan.FromSeconds(apart.Count == 0 ? 0 : apart.MaxBy(Math.Abs)));
    }

    static double? Step(Session session, Node node)
    {
        var marks = session.Query("""
            SELECT next_sequence, asked_steady_s, answered_steady_s, answered_unix_s, epoch FROM clock_marks WHERE node = @0 ORDER BY epoch DESC, next_sequence DESC, answered_steady_s DESC LIMIT 2
            """, row => (Mark: SteadyClocks.Mark(row), Epoch: (uint)row.GetInt64(4)), node.Number).ToList();
        if (marks is not [var later, var earlier] || later.Epoch != earlier.Epoch) return null;
        // A restart between them may have stopped the steady clock.
        if (SteadyClocks.Restarts(session, node.Number, later.Epoch, earlier.Mark.NextSequence, later.Mark.NextSequence).Count > 0) return null;
        return Step(earlier.Mark, later.Mark, node.Settings.DriftPpm);
    }

    /// <summary>Seconds that the gateway's time moved beyond what the node's clock allows; 0 where they agree.</summary>
    internal static double Step(ClockMark earlier, ClockMark later, double driftPpm)
    {
        // Where within asking and answering the time was told is not known.
        var shortest = (double)later.AskedMonotonicSeconds - earlier.AnsweredMonotonicSeconds;
        var longest = (double)later.AnsweredMonotonicSeconds - earlier.AskedMonotonicSeconds;
        var (low, high) = (shortest - Math.Abs(shortest) * driftPpm * 1e-6 - SlackSeconds, longest * (1 + driftPpm * 1e-6) + SlackSeconds);
        var told = (double)later.AnsweredUnixSeconds - earlier.AnsweredUnixSeconds;
        return told > high ? told - high : told < low ? told - low : 0;
    }
}

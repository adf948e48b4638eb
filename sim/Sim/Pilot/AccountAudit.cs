using System.Text.Json.Nodes;
using FourPerMille.Sensor.Payload;
using FourPerMille.Sensor.Sim.Fleet;

namespace FourPerMille.Sensor.Sim.Pilot;

/// <summary>What one node says against what the gateway lists of it.</summary>
/// <param name="Readings">As the gateway shows them.</param>
/// <param name="Days">The node's days of UTC that hold readings, by what its seals say of them.</param>
/// <param name="Faults">What does not hold beside the account of names, in words.</param>
public sealed record NodeAccount(FieldNode Node, Conservation Conservation, long Conflicts, IReadOnlyList<StoredFrame> Frames,
    IReadOnlyList<JsonNode> Readings, SealedDays Days, IReadOnlyList<string> Faults)
{
    public bool Holds => Conservation.Holds && Days.Broken == 0 && Faults.Count == 0;
}

/// <summary>The accounts of all nodes, and the gateway's own totals.</summary>
public sealed record Accounts(IReadOnlyList<NodeAccount> Nodes, JsonNode Status)
{
    public long Total(string name) => (long?)Status["totals"]![name] ?? 0;

    public IReadOnlyDictionary<string, long> Refusals => Status["refusals"]?.AsObject().ToDictionary(r => r.Key, r => (long)r.Value!) ?? [];

    public bool Hold => Nodes.All(n => n.Holds);
}

/// <summary>
/// Closes the account of every named frame (readings, seals, whatever else a node must not lose) from two sides that do not know each
/// other: the nodes' traces and the gateway's lists.
/// </summary>
sealed class AccountAudit(PilotWorld world)
{
    /// <summary>No reading is dated outside of this span around the run.</summary>
    static readonly TimeSpan Around = TimeSpan.FromDays(2);

    public async Task<Accounts> Close()
    {
        var status = await world.Client.Status();
        var nodes = new List<NodeAccount>();
        foreach (var node in world.Nodes) nodes.Add(await Close(node, [.. status["ledger"]!.AsArray().Where(line => (string?)line!["node"] == node.Id).Select(line => line!)]));
        return new(nodes, status);
    }

    /// <param name="lines">The gateway's ledger of the node, an epoch each.</param>
    async Task<NodeAccount> Close(FieldNode node, IReadOnlyList<JsonNode> lines)
    {
        var (from, to) = (world.Options.StartUtc - Around, world.Schedule.Now + Around);
        var readings = await world.Client.Readings(node.Id, from, to);
        var frames = await world.Client.Frames(node.Id);
        var conservation = Conservation.Of(node.Id, node.Trace, frames.Select(frame => frame.Name), await world.Client.Losses(node.Id));
        var days = SealedDays.Of(await world.Client.SealStates(node.Id, from, to));
        string[] faults = [.. FrameAudit.Faults(node.Keys, frames, [.. readings.Select(r => (ReadingValues.Key(r), ReadingValues.FrameBody(r)))]),
            .. LedgerFaults(lines, frames), .. node.Trace.SampledTwice.Select(name => $"the node gave the name {name} to two frames")];
        return new(node, conservation, lines.Sum(line => (long?)line["conflicts"] ?? 0), frames, readings, days, [.. faults.Select(fault => $"{node.Site.Label}: {fault}")]);
    }

    /// <summary>The ledger counts what the list of frames holds, epoch by epoch, and every frame has been understood.</summary>
    static IEnumerable<string> LedgerFaults(IReadOnlyList<JsonNode> lines, IReadOnlyList<StoredFrame> frames)
    {
        foreach (var line in lines)
        {
            var (epoch, stored, unread) = ((uint)(long)line["epoch"]!, (long)line["stored"]!, (long?)line["unread"] ?? 0);
            var listed = frames.Count(frame => frame.Name.Epoch == epoch);
            if (listed != stored) yield return $"the ledger counts {stored} frames of epoch {epoch} as stored, the list has {listed}";
            if (unread != 0) yield return $"{unread} frames of epoch {epoch} are stored and not understood";
        }
        foreach (var epoch in frames.Select(frame => frame.Name.Epoch).Distinct().Where(epoch => lines.All(line => (long)line["epoch"]! != epoch)))
            yield return $"frames of epoch {epoch} are stored, and the ledger does not know it";
    }
}

using FourPerMille.Sensor.Gateway.Calibration;
using FourPerMille.Sensor.Gateway.Ledger;
using FourPerMille.Sensor.Gateway.Observations;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Quality;
using FourPerMille.Sensor.Gateway.Store;

namespace FourPerMille.Sensor.Gateway.Technician.Health;

/// <summary>Reads what is known of nodes now, each from one consistent state of the store.</summary>
public sealed class NodeStates(Database database, NodeRegistry nodes, CertificateBook certificates, StuckProbes stuck, TimeProvider time)
{
    public IReadOnlyList<NodeState> All() => [.. nodes.All.Select(Of)];

    public NodeState Of(Node node) => database.Read(session =>
    {
        var state = new NodeState(node,
            session.Scalar<long?>("SELECT MAX(last_received_ms) FROM epochs WHERE node = @0", node.Number) is { } heard ? DateTimeOffset.FromUnixTimeMilliseconds(heard) : null,
            StoredReadings.Latest(session, node), [.. LedgerBook.Of(session, node).Values], certificates.Of(node))
        {
            Troubles = NodeTroubles.Of(session, node, time.GetUtcNow()),
        };
        return state.LastHeard is { } last ? state with { Stuck = stuck.Of(session, node, last, state.Stored) } : state;
    });
}

using FourPerMille.Sensor.Gateway.Ledger;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Store;

namespace FourPerMille.Sensor.Gateway.Ingest;

/// <summary>
/// The gateway's side of the account by names, for whoever audits it: every named frame of a node that is held here, whatever it says,
/// byte for byte as it came, and every name that the node declared lost and that is not here.
/// </summary>
static class FramesEndpoint
{
    const int UsualLimit = 1000, HighestLimit = 10_000;

    public static void MapFrames(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/nodes/{id}/frames", (string id, long? afterEpoch, long? afterSequence, int? limit, NodeRegistry nodes, FrameBook book, Database database) =>
        {
            var node = nodes.Required(id);
            if (limit is < 1 or > HighestLimit) throw new InputRefused($"limit: {limit} must lie in 1 to {HighestLimit}. Ask page by page, each after the last name of the one before.");
            return Results.Json(database.Read(session => book.After(session, node, afterEpoch ?? 0, afterSequence ?? -1, limit ?? UsualLimit).Select(Show).ToList()));
        });
        routes.MapGet("/api/nodes/{id}/losses", (string id, NodeRegistry nodes, Database database) =>
        {
            var node = nodes.Required(id);
            return Results.Json(database.Read(session => LedgerBook.Of(session, node)).Values.SelectMany(Losses));
        });
    }

    static object Show(NamedFrame frame) => new
    {
        epoch = frame.Epoch,
        sequence = frame.Sequence,
        kind = frame.Kind,
        link = Refusals.Word(frame.Link),
        received = frame.Received,
        body = Convert.ToHexStringLower(frame.Body),
        mac = Convert.ToHexStringLower(frame.Bytes.AsSpan(frame.BodyLength)),
    };

    static IEnumerable<object> Losses(EpochLedger ledger) => ledger.DeclaredLost.Without(ledger.Stored, long.MaxValue).Runs
        .Select(run => new { epoch = ledger.Epoch, first = run.First, last = run.Last });
}

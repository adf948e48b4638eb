using System.Text.Json;
using FourPerMille.Sensor.Gateway.Store;

namespace FourPerMille.Sensor.Gateway.Forwarding;

/// <summary>An observation as a courier carries it, with all that its entities are made from.</summary>
/// <param name="Place">Its place in the outbox; rising. The next page begins behind it.</param>
sealed record CourierObservation(long Place, SeriesDescription Series, string ObservationId, string PhenomenonTime, string ResultTime, string Result, string Quality,
    int Version = 1, string? Supersedes = null);

/// <summary>What a signed receipt names: this observation has arrived.</summary>
sealed record CourierReceipt(string ObservationId);

/// <summary>
/// The outbox by another road. Taking marks nothing, so that a lost stick loses nothing; only a receipt does. Line and courier may bring the same
/// observation: the observatory knows it by its id.
/// </summary>
static class OutboxCourier
{
    /// <summary>Rows that wait, parked ones included: the observatory at the end of the road may take them.</summary>
    public static List<CourierObservation> Take(Session session, long after, int most)
    {
        var series = new Dictionary<long, SeriesDescription>();
        var rows = session.Query($"SELECT {WaitingObservation.Columns} FROM outbox WHERE id > @0 ORDER BY id LIMIT @1", WaitingObservation.Map, after, most).ToList();
        foreach (var id in rows.Select(row => row.Series).Distinct())
            series[id] = JsonSerializer.Deserialize<SeriesDescription>(session.Scalar<string>("SELECT description FROM outbox_series WHERE id = @0", id)!)!;
        return [.. rows.Select(row => new CourierObservation(row.Id, series[row.Series], row.ObservationId, row.PhenomenonTime, row.ResultTime, row.Result, row.Quality, row.Version, row.Supersedes))];
    }

    /// <summary>Takes out what a receipt names. Naming it twice, or what left by the line meanwhile, changes nothing.</summary>
    public static int Delivered(WriteSession session, IEnumerable<CourierReceipt> receipts)
    {
        var rows = receipts.SelectMany(receipt => session.Query($"SELECT {WaitingObservation.Columns} FROM outbox WHERE observation = @0", WaitingObservation.Map, receipt.ObservationId)).ToList();
        WaitingRows.Delivered(session, rows);
        return rows.Count;
    }
}

using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Mrv.Notes;
using FourPerMille.Sensor.Mrv.Tiles;

namespace FourPerMille.Sensor.Gateway.Forwarding;

/// <summary>A log on its way to an observatory: the gateway's own, or one that a courier carries.</summary>
interface IForwardedLog
{
    string Origin { get; }

    /// <summary>The newest signed checkpoint; null before the first record.</summary>
    Task<SignedNote?> Head(CancellationToken stop);

    /// <summary>The checkpoints that were signed for a change of the log's key, oldest first.</summary>
    IReadOnlyList<SignedNote> KeyChanges { get; }

    ITileStore Tiles { get; }
    List<byte[]> Entries(long from, int most);
}

/// <summary>The log of the gateway that runs.</summary>
sealed class OwnLog(Database database, RecordLog log, LogKey key) : IForwardedLog
{
    public string Origin => key.Origin;

    public async Task<SignedNote?> Head(CancellationToken stop)
    {
        await log.CatchUp(stop);
        return log.Published;
    }

    public IReadOnlyList<SignedNote> KeyChanges => database.Read(session => session.KeyChanges(log.Tiles)).ConvertAll(c => c.Proof.Note);
    public ITileStore Tiles => log.Tiles;

    public List<byte[]> Entries(long from, int most) => database.Read(session =>
        session.Query("SELECT canonical FROM records WHERE leaf >= @0 ORDER BY leaf LIMIT @1", row => (byte[])row[0], from, most).ToList());
}

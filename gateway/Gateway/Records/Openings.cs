using FourPerMille.Sensor.Gateway.Store;

namespace FourPerMille.Sensor.Gateway.Records;

/// <summary>Openings of commitments: released by consent, and destroyed so that no byte of them is left in the store's files.</summary>
static class Openings
{
    /// <summary>The opening's bytes; null where there is none, or none any more.</summary>
    public static byte[]? Opening(this Session session, string digest) =>
        session.Query("SELECT opening FROM openings WHERE digest = @0", row => (byte[])row[0], digest).ToList().FirstOrDefault();

    /// <summary>
    /// Destroys the openings of these digests. The records keep their digests and every proof holds; what was promised cannot be found again.
    /// </summary>
    /// <returns>How many there were.</returns>
    public static async Task<int> Destroy(Database database, IReadOnlyCollection<string> digests, CancellationToken stop = default)
    {
        var destroyed = await database.Write(session => Delete(session, digests), stop);
        if (destroyed > 0) database.ForgetOldPages();
        return destroyed;
    }

    /// <summary>The same beside a running gateway, or without one.</summary>
    public static int Destroy(string dataFolder, string digest)
    {
        var destroyed = SideSession.Write(dataFolder, session => Delete(session, [digest]));
        if (destroyed > 0) Database.ForgetOldPages(Path.Combine(dataFolder, "gateway.db"));
        return destroyed;
    }

    // The table is made anew: pages it was split over may hold stale copies, and pages that are given back whole are overwritten (secure_delete).
    static int Delete(WriteSession session, IReadOnlyCollection<string> digests)
    {
        var destroyed = digests.Sum(digest => session.Execute("DELETE FROM openings WHERE digest = @0", digest));
        if (destroyed == 0) return 0;
        session.Execute("CREATE TEMP TABLE kept AS SELECT digest, kind, opening FROM openings");
        session.Execute("DELETE FROM openings");
        session.Execute("INSERT INTO openings SELECT digest, kind, opening FROM kept");
        session.Execute("DROP TABLE kept");
        return destroyed;
    }
}

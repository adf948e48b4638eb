using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.Store;

namespace FourPerMille.Sensor.Gateway.Technician.Alarms;

/// <summary>Verifies the whole log now and then: rows, tiles and checkpoints against each other, as <c>fpm fsck</c> does.</summary>
public sealed class LogVerification(Database database, RecordLog log, LogKey key)
{
    /// <summary>What the last run found; empty for a sound log, and before the first.</summary>
    public IReadOnlyList<string> Findings { get; private set; } = [];

    public void Run()
    {
        var found = Look();
        // Beside a running gateway a tile may be replaced under our eyes; what is still there on a second look is wrong.
        Findings = found.Count == 0 ? [] : [.. found.Intersect(Look())];
    }

    IReadOnlyList<string> Look() => database.Read(session => new LogCheck(session, log.Store, key).Run());
}

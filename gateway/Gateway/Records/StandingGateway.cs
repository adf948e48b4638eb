using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Gateway.Time;
using FourPerMille.Sensor.Mrv.Records;
using Microsoft.Extensions.Logging.Abstractions;

namespace FourPerMille.Sensor.Gateway.Records;

/// <summary>A gateway that does not run, held so that nobody starts it meanwhile: for work on its store, key and log.</summary>
sealed class StandingGateway : IAsyncDisposable
{
    readonly DataFolder _held;

    StandingGateway(DataFolder held, LogKey key)
    {
        (_held, Key) = (held, key);
        Database = Database.Open(Path.Combine(held.Path, "gateway.db"));
        // Under a simulated clock no other time exists than that of the last thing that happened.
        Time = key.IsSimulated && Database.Read(session => session.Records(null, long.MaxValue, 1)) is [var newest] ? new SimulatedTimeProvider(newest.Recorded) : TimeProvider.System;
        Agenda = new Agenda(Time, NullLogger<Agenda>.Instance);
        Log = new RecordLog(Database, LogFolder.In(held.Path), key, Agenda);
        Book = new RecordBook(key, Time, Log);
    }

    public Database Database { get; }
    public LogKey Key { get; }
    public RecordLog Log { get; }
    public IRecordBook Book { get; }
    public TimeProvider Time { get; }
    Agenda Agenda { get; }

    /// <exception cref="InputRefused">No gateway ever kept records there, or one is running.</exception>
    public static StandingGateway Hold(string dataFolder)
    {
        if (!File.Exists(Path.Combine(dataFolder, "gateway.db"))) throw new InputRefused($"{dataFolder}: no gateway has kept records here. Name its --data folder.");
        var held = DataFolder.Hold(dataFolder);
        try
        {
            return new StandingGateway(held, LogKey.Existing(dataFolder) ?? throw new InputRefused($"{dataFolder}: the log's key is gone. Restore keys/ from a copy."));
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Agenda.DisposeAsync();
        await Database.DisposeAsync();
        _held.Dispose();
    }
}

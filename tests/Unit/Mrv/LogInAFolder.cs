using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Gateway.Time;
using FourPerMille.Sensor.Mrv.Notes;
using Microsoft.Extensions.Logging.Abstractions;

namespace FourPerMille.Sensor.Unit.Mrv;

/// <summary>A book in a real SQLite file with its log on a real disk; it can end as a process does and come back.</summary>
sealed class LogInAFolder : IAsyncDisposable
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    readonly string? _gateway;

    public LogInAFolder(string gateway = "gw1.example.org") { _gateway = gateway; Open(); }

    public string Folder { get; } = Directory.CreateTempSubdirectory("fpm-log-").FullName;
    public SimulatedTimeProvider Clock { get; } = new(Noon);
    public Database Database { get; private set; } = null!;
    public Agenda Agenda { get; private set; } = null!;
    public LogKey Key { get; private set; } = null!;
    public RecordLog Log { get; private set; } = null!;
    public RecordBook Book => new(Key, Clock, Log);
    public KeyRotation Rotation => new(Database, Key, Log, Book);

    public void Open(ILogStore? store = null)
    {
        Database = Database.Open(Path.Combine(Folder, "gateway.db"));
        Agenda = new Agenda(Clock, NullLogger<Agenda>.Instance);
        Key = LogKey.In(Folder, isSimulated: false, _gateway);
        Log = new RecordLog(Database, store ?? LogFolder.In(Folder), Key, Agenda);
    }

    /// <summary>The process ends and another begins on the same folder.</summary>
    public async Task Reopen(ILogStore? store = null)
    {
        await Close();
        Open(store);
    }

    public async Task Close()
    {
        await Agenda.DisposeAsync();
        await Database.DisposeAsync();
    }

    /// <summary>So many more records, and the log with them.</summary>
    public async Task Grow(int count)
    {
        await Write(count);
        await Log.CatchUp();
    }

    public Task Write(int count) => Database.Write(s =>
    {
        var from = s.RecordCount();
        for (var i = from; i < from + count; i++) Book.Write(s, new RecordDraft(RecordTypes.SoilDay, $"day {i}", new JsonObject { ["mean"] = i.ToString() }));
    });

    public IReadOnlyList<string> Check() => Database.Read(s => new LogCheck(s, LogFolder.In(Folder), Key).Run());

    /// <summary>As a witness would leave it behind.</summary>
    public Task KeepWitnessed(SigningKey witness) => Database.Write(s =>
    {
        var note = Log.Published!.With(witness.Cosign(Log.Published!.Text, Noon));
        s.Execute("INSERT OR IGNORE INTO witness_keys (vkey) VALUES (@0)", witness.VerifierKey.ToString());
        s.Execute("INSERT OR REPLACE INTO witnessed (size, note) VALUES (@0, @1)", Log.Size, note.ToString());
    });

    public async ValueTask DisposeAsync()
    {
        await Close();
        Directory.Delete(Folder, recursive: true);
    }
}

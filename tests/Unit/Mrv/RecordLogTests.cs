using System.Text;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Gateway.Time;
using FourPerMille.Sensor.Mrv;
using FourPerMille.Sensor.Mrv.Records;
using FourPerMille.Sensor.Mrv.Tiles;
using Microsoft.Extensions.Logging.Abstractions;

namespace FourPerMille.Sensor.Unit.Mrv;

/// <summary>The book in a real SQLite file and the log on a real disk.</summary>
public sealed class RecordLogTests : IAsyncLifetime
{
    static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    readonly string _folder = Directory.CreateTempSubdirectory("fpm-log-").FullName;
    readonly SimulatedTimeProvider _clock = new(Noon);
    Database _database = null!;
    Agenda _agenda = null!;
    LogKey _key = null!;

    public Task InitializeAsync()
    {
        _database = Database.Open(Path.Combine(_folder, "gateway.db"));
        _agenda = new Agenda(_clock, NullLogger<Agenda>.Instance);
        _key = LogKey.In(_folder, isSimulated: false, gateway: "gw1.example.org");
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _agenda.DisposeAsync();
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_written_record_is_in_the_log_and_proven()
    {
        var log = Log();
        var id = await State(log, "day 1", "14.10");
        await _agenda.Settled();

        Assert.Equal(1, log.Size);
        var record = _database.Read(s => s.Record(id))!;
        Assert.True(new RecordVerifier(_key.Verifier).Verify(record.Canonical, log.Prove(record.Leaf)!.ToString()) is { IsVerified: true, IsSimulated: false });
        Assert.Empty(Check());
    }

    [Fact]
    public async Task The_same_statement_is_one_record_and_another_supersedes_it()
    {
        var log = Log();
        var first = await State(log, "day 1", "14.10");
        await _clock.AdvanceTo(Noon.AddHours(1), _agenda.Settled);
        Assert.Equal(first, await State(log, "day 1", "14.10"));
        var second = await State(log, "day 1", "14.20");
        var third = await State(log, "day 1", "14.10");

        Assert.Equal(3, new[] { first, second, third }.Distinct().Count());
        Assert.Equal([null, first.ToString(), second.ToString()], _database.Read(s => s.Records(null, long.MaxValue, 10)).OrderBy(r => r.Leaf).Select(r => r.Supersedes));
        Assert.Equal(third, await State(log, "day 1", "14.10"));
        Assert.NotEqual(third, await State(log, "day 2", "14.10"));
    }

    [Fact]
    public async Task A_record_is_not_written_when_what_it_states_is_not()
    {
        var log = Log();
        var book = new RecordBook(_key, _clock, log);
        await State(log, "day 1", "1");
        await Assert.ThrowsAsync<InvalidOperationException>(() => _database.Write(s => { book.Write(s, Draft("day 2", "2")); throw new InvalidOperationException("the reading conflicts"); }));
        await State(log, "day 3", "3");
        await _agenda.Settled();
        Assert.Equal(["day 3", "day 1"], _database.Read(s => s.Records(null, long.MaxValue, 10)).Select(r => r.Subject));
        Assert.Equal(2, log.Size);
        Assert.Empty(Check());
    }

    [Fact]
    public async Task A_commitments_opening_is_kept_beside_the_log_never_in_it()
    {
        var log = Log();
        var book = new RecordBook(_key, _clock, log);
        var digest = await _database.Write(s =>
        {
            var committed = book.Commit(s, "technician", "Nobody In Particular");
            book.Write(s, new RecordDraft(RecordTypes.SoilDay, "x", new JsonObject { ["technician"] = committed }));
            return committed;
        });
        await _agenda.Settled();
        var opening = _database.Read(s => s.Query("SELECT opening FROM openings WHERE digest = @0", r => (byte[])r[0], digest).Single());
        Assert.True(Commitment.Opens(digest, "technician", opening, out _));
        Assert.DoesNotContain(Directory.GetFiles(Path.Combine(_folder, "log"), "*", SearchOption.AllDirectories), f => Encoding.UTF8.GetString(File.ReadAllBytes(f)).Contains("Particular"));

        await _database.Write(s => { s.Execute("DELETE FROM openings"); });
        Assert.Empty(Check());
    }

    /// <summary>The process dies at every single step of a growth, then comes back: the log has all records, once, and the same bytes.</summary>
    [Fact]
    public async Task Dying_between_any_two_steps_of_a_growth_leaves_a_log_that_catches_up()
    {
        await Write(250);
        await Log().CatchUp();
        await Write(20);
        var before = Snapshot();
        var expected = await FilesAfter(() => Log().CatchUp());

        for (var steps = 0; ; steps++)
        {
            Restore(before);
            var dying = new LogThatDies(LogFolder.In(_folder), steps);
            var survived = true;
            try { await Log(dying).CatchUp(); } catch (IOException) { survived = false; }
            if (survived) { Assert.True(steps > 5); break; }

            Assert.Empty(CheckSigned());
            Assert.Equal(expected, await FilesAfter(() => Log().CatchUp()));
            Assert.Empty(Check());
        }
    }

    [Fact]
    public async Task A_growth_that_fails_is_made_good_by_the_next_in_the_same_process()
    {
        await Write(300);
        var dying = new LogThatDies(LogFolder.In(_folder), 3);
        var log = Log(dying);
        await Assert.ThrowsAsync<IOException>(() => log.CatchUp());
        dying.Revive();
        await log.CatchUp();
        Assert.Equal(300, log.Size);
        Assert.Empty(Check());
    }

    [Fact]
    public async Task Torn_tiles_are_made_again_from_the_records()
    {
        await Write(300);
        await Log().CatchUp();
        var expected = Files();
        File.WriteAllBytes(Path.Combine(_folder, "log/tile/0/001.p/44"), new byte[44 * 32]);
        File.Delete(Path.Combine(_folder, "log/tile/entries/001.p/44"));
        await Log().CatchUp();
        Assert.Equal(expected, Files());
    }

    [Fact]
    public async Task A_store_put_back_to_an_older_copy_signs_nothing_more()
    {
        await Write(30);
        await Log().CatchUp();
        await _database.Write(s => { s.Execute("DELETE FROM records WHERE leaf >= 20"); });
        await Write(15);
        await _database.Write(s => { s.Execute("DELETE FROM records WHERE leaf >= 29"); });
        var refused = await Assert.ThrowsAsync<InputRefused>(() => Log().CatchUp());
        Assert.Contains("older copy", refused.Message);
        Assert.NotEmpty(Check());
    }

    [Fact]
    public async Task Every_changed_byte_of_a_tile_a_row_or_the_checkpoint_is_found()
    {
        await Write(300);
        await Log().CatchUp();
        Assert.Empty(Check());
        foreach (var file in Directory.GetFiles(Path.Combine(_folder, "log"), "*", SearchOption.AllDirectories))
        {
            var sound = File.ReadAllBytes(file);
            foreach (var place in new[] { 0, sound.Length / 2, sound.Length - 1 })
            {
                File.WriteAllBytes(file, [.. sound.Select((b, i) => i == place ? (byte)(b ^ 1) : b)]);
                Assert.True(Check().Count > 0, $"{file}, byte {place}");
            }
            File.WriteAllBytes(file, [.. sound, 0]);
            Assert.True(Check().Count > 0, $"{file}, a byte more");
            File.WriteAllBytes(file, sound);
        }
        await _database.Write(s => { s.Execute("UPDATE records SET canonical = CAST(REPLACE(canonical, '\"17\"', '\"18\"') AS BLOB) WHERE leaf = 17"); });
        Assert.NotEmpty(Check());
    }

    [Fact, System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public void Keys_are_their_owners_and_a_folder_is_measured_or_simulated_for_good()
    {
        var file = Path.Combine(_folder, "keys/log.key");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(_key.Verifier, LogKey.In(_folder, isSimulated: false).Verifier);
        Assert.Contains("measured log", Assert.Throws<InputRefused>(() => LogKey.In(_folder, isSimulated: true)).Message);

        var other = Directory.CreateDirectory(Path.Combine(_folder, "other")).FullName;
        Assert.StartsWith("simulated.", LogKey.In(other, isSimulated: true).Origin);

        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        Assert.Contains("chmod 600", Assert.Throws<InputRefused>(() => LogKey.In(_folder, isSimulated: false)).Message);
    }

    [Fact]
    public void Figures_are_written_at_their_digits_and_never_as_a_negative_nothing()
    {
        Assert.Equal(("14.10", "0.00", "-0.01", "1E-20"), (Decimals.Fixed(14.1, 2), Decimals.Fixed(-0.001, 2), Decimals.Fixed(-0.01, 2), Decimals.Exact(1e-20)));
        Assert.Equal(("18.93", "6.123E-07"), (Decimals.Statistic(18.9312), Decimals.Statistic(6.1234e-7)));
        Assert.Equal(("0.010", "0.10", "1.2", "130", "0"), (Decimals.Uncertainty(0.0103), Decimals.Uncertainty(0.0996), Decimals.Uncertainty(1.234), Decimals.Uncertainty(127), Decimals.Uncertainty(0)));
        Assert.Equal(("19.46", "98770", "55.38", "0"), (Decimals.Result(19.4561, 0.87), Decimals.Result(98766, 127), Decimals.Result(55.3766, 0), Decimals.Result(-0.4, 12)));
        Assert.Throws<ArgumentException>(() => Decimals.Fixed(double.NaN, 2));
    }

    RecordLog Log(ILogStore? store = null) => new(_database, store ?? LogFolder.In(_folder), _key, _agenda);

    static RecordDraft Draft(string subject, string mean) => new(RecordTypes.SoilDay, subject, new JsonObject { ["mean"] = mean });

    Task<RecordId> State(RecordLog log, string subject, string mean) => _database.Write(s => new RecordBook(_key, _clock, log).Write(s, Draft(subject, mean)));

    /// <summary>Rows without a growth: the process died before it.</summary>
    async Task Write(int count)
    {
        var agenda = new Agenda(_clock, NullLogger<Agenda>.Instance);
        await agenda.DisposeAsync();
        var book = new RecordBook(_key, _clock, new RecordLog(_database, LogFolder.In(_folder), _key, agenda));
        await _database.Write(s =>
        {
            var from = s.RecordCount();
            for (var i = from; i < from + count; i++) book.Write(s, Draft($"day {i}", i.ToString()));
        });
    }

    IReadOnlyList<string> Check() => _database.Read(s => new LogCheck(s, LogFolder.In(_folder), _key).Run());

    /// <summary>What a stranger who holds the checkpoint that is there needs.</summary>
    IReadOnlyList<string> CheckSigned()
    {
        var log = LogFolder.In(_folder);
        var checkpoint = FourPerMille.Sensor.Mrv.Notes.Checkpoint.Open(FourPerMille.Sensor.Mrv.Notes.SignedNote.Parse(log.ReadCheckpoint()!), _key.Verifier, out var reason);
        return checkpoint is null ? [reason!] : new TileTree(log, checkpoint.Size).Root() == checkpoint.Root ? [] : ["the root of the tiles is not the one signed"];
    }

    SortedDictionary<string, string> Files() => new(Directory.GetFiles(Path.Combine(_folder, "log"), "*", SearchOption.AllDirectories)
        .ToDictionary(f => Path.GetRelativePath(_folder, f), f => Convert.ToHexString(File.ReadAllBytes(f))));

    async Task<SortedDictionary<string, string>> FilesAfter(Func<Task> work) { await work(); return Files(); }

    SortedDictionary<string, string> Snapshot() => Files();

    void Restore(SortedDictionary<string, string> files)
    {
        Directory.Delete(Path.Combine(_folder, "log"), recursive: true);
        foreach (var (name, hex) in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_folder, name))!);
            File.WriteAllBytes(Path.Combine(_folder, name), Convert.FromHexString(hex));
        }
    }

    /// <summary>Does a number of steps, then nothing any more.</summary>
    sealed class LogThatDies(ILogStore inner, int steps) : ILogStore
    {
        int _left = steps;

        public void Revive() => _left = int.MaxValue;
        public byte[]? Read(TilePath tile) => inner.Read(tile);
        public void Write(TilePath tile, ReadOnlySpan<byte> bytes) { Step(); inner.Write(tile, bytes); }
        public void Delete(TilePath tile) { Step(); inner.Delete(tile); }
        public IEnumerable<TilePath> Partials() => inner.Partials();
        public string? ReadCheckpoint() => inner.ReadCheckpoint();
        public void WriteCheckpoint(string note) { Step(); inner.WriteCheckpoint(note); }

        void Step()
        {
            if (_left-- <= 0) throw new IOException("the process is gone");
        }
    }
}

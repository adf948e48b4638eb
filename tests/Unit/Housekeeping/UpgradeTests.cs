using FourPerMille.Sensor.Gateway;
using FourPerMille.Sensor.Gateway.Housekeeping.Backups;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Gateway.Technician.Cli;
using FourPerMille.Sensor.Unit.Gateway;
using Microsoft.Data.Sqlite;

namespace FourPerMille.Sensor.Unit.Housekeeping;

/// <summary>Stores of earlier versions, made by the steps they had, and of later ones.</summary>
public sealed class UpgradeTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("fpm-upgrade-").FullName;
    string File => Path.Combine(_folder, "gateway.db");
    string[] Snapshots => Directory.Exists(Path.Combine(_folder, "snapshots")) ? [.. Directory.EnumerateFiles(Path.Combine(_folder, "snapshots")).Order()] : [];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(6)]
    [InlineData(11)]
    [InlineData(80)]
    [InlineData(141)]
    public async Task A_store_of_an_earlier_version_is_copied_upgraded_and_can_be_put_back(int step)
    {
        MakeStore(step);

        await using (var gateway = await TestGateway.Run(_folder))
        {
            Assert.Equal("5", gateway.Get<Database>().Read(s => s.Scalar<string>("SELECT detail FROM alarms WHERE what = 'of before'")));
            await gateway.Enrol();
        }
        var kept = Assert.Single(Snapshots);
        Assert.Equal(step, BackupFile.Manifest(kept).Schema);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(kept));
        Assert.Equal(Migrations.Known, StepOf(File));
        // Opened again, nothing is upgraded and nothing copied.
        await using (Database.Open(File)) { }
        Assert.Single(Snapshots);

        // The way back: the copy holds the store of before, at its step, with what it had.
        var before = Path.Combine(_folder, "before");
        BackupFile.Unpack(kept, before);
        Assert.Equal(step, StepOf(Path.Combine(before, "gateway.db")));
        // This program restores it too, and brings it up again.
        Assert.Equal(0, await CommandLine.Run(["restore", kept, "--data", _folder]));
        Assert.Equal(Migrations.Known, StepOf(File));
        await using var again = await TestGateway.Run(_folder);
        Assert.Equal(0, again.Get<Database>().Read(s => s.Scalar<int>("SELECT COUNT(*) FROM nodes")));
    }

    [Fact]
    public async Task An_upgrade_that_fails_leaves_the_store_as_it_was()
    {
        MakeStore(11);
        using (var session = new Session(StoreCopy.Open(File, SqliteOpenMode.ReadWrite))) session.Execute("CREATE TABLE accounts (stands INTEGER, in_the_way INTEGER)"); // step 70 makes one
        Assert.ThrowsAny<SqliteException>(() => Database.Open(File));
        Assert.Equal(11, StepOf(File));
        Assert.Single(Snapshots);
        using (var session = new Session(StoreCopy.Open(File, SqliteOpenMode.ReadWrite))) session.Execute("DROP TABLE accounts");
        await using (Database.Open(File)) { }
        Assert.Equal(Migrations.Known, StepOf(File));
    }

    [Fact]
    public async Task A_store_of_a_later_version_is_refused_and_the_way_back_is_told()
    {
        MakeStore(80);
        await using (Database.Open(File)) { }
        using (var session = new Session(StoreCopy.Open(File, SqliteOpenMode.ReadWrite))) session.Execute("INSERT INTO migrations VALUES (999, '999_of_tomorrow.sql')");

        var refused = Assert.Throws<InputRefused>(() => Database.Open(File));
        Assert.Contains("step 999", refused.Message);
        Assert.Contains($"fpm restore {Assert.Single(Snapshots)}", refused.Message);

        Assert.Equal(0, await CommandLine.Run(["restore", Snapshots[0], "--data", _folder]));
        await using var again = Database.Open(File);
        Assert.Equal("5", again.Read(s => s.Scalar<string>("SELECT detail FROM alarms WHERE what = 'of before'")));
    }

    [Fact]
    public void Without_room_for_the_copy_nothing_is_upgraded_and_the_last_two_copies_are_kept()
    {
        MakeStore(80);
        var refused = Assert.Throws<InputRefused>(() => UpgradeSnapshot.Take(_folder, TestGateway.Start, _ => 1_000_000));
        Assert.StartsWith("The store is not upgraded", refused.Message);
        Assert.Empty(Snapshots);

        for (var day = 0; day < 4; day++) UpgradeSnapshot.Take(_folder, TestGateway.Start.AddDays(day));
        Assert.Equal(["before-upgrade-20260303T060000Z.fpm-backup", "before-upgrade-20260304T060000Z.fpm-backup"], Snapshots.Select(Path.GetFileName));
    }

    /// <summary>As the version did that knew the steps up to this one.</summary>
    void MakeStore(int step)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = File, Pooling = false }.ToString());
        connection.Open();
        using var session = new Session(connection);
        Migrations.Claim(session, File);
        session.Execute("PRAGMA journal_mode=WAL");
        Migrations.Apply(session, File, step);
        session.Execute("INSERT INTO alarms (raised_ms, node, what, detail) VALUES (1, '', 'of before', '5')");
    }

    static int StepOf(string file)
    {
        using var session = new Session(StoreCopy.Open(file, SqliteOpenMode.ReadOnly));
        return Migrations.Newest(session);
    }
}

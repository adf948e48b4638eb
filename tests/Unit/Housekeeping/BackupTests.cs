using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway;
using FourPerMille.Sensor.Gateway.Forwarding;
using FourPerMille.Sensor.Gateway.Housekeeping.Backups;
using FourPerMille.Sensor.Gateway.Ingest;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Gateway.Technician.Cli;
using FourPerMille.Sensor.Mrv.Notes;
using FourPerMille.Sensor.Mrv.Records;
using FourPerMille.Sensor.Sim.Observatory;
using FourPerMille.Sensor.Unit.Gateway;
using FourPerMille.Sensor.Unit.Mrv;

namespace FourPerMille.Sensor.Unit.Housekeeping;

public sealed class BackupTests : IDisposable
{
    static readonly DateTimeOffset Noon = TestGateway.Start;

    readonly string _folder = Directory.CreateTempSubdirectory("fpm-backup-").FullName;
    string Backup => Path.Combine(_folder, "one.fpm-backup");
    string Elsewhere => Path.Combine(_folder, "elsewhere");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_backup_of_a_gateway_that_is_taking_readings_has_every_one_acknowledged_before_it_and_runs_elsewhere()
    {
        TestNode node;
        uint before;
        BackupManifest made;
        string identity;
        await using (var gateway = await TestGateway.Run())
        {
            node = await gateway.Enrol();
            await State(gateway, 300);
            using var enough = new CancellationTokenSource();
            uint acknowledged = 0;
            var sending = Task.Run(async () =>
            {
                for (uint next = 0; !enough.IsCancellationRequested; next += 20)
                    Volatile.Write(ref acknowledged, node.Acknowledged(await Take(gateway, node, [.. Enumerable.Range(0, 20).Select(i => node.Frame(1, next + (uint)i))]))!.Next);
            });
            while (Volatile.Read(ref acknowledged) < 100) await Task.Delay(5);
            before = Volatile.Read(ref acknowledged);
            made = BackupFile.Write(gateway.Folder, Backup, null, Noon);
            await enough.CancelAsync();
            await sending;
            Assert.True(acknowledged > before, "nothing came meanwhile: nothing was tested");
            identity = File.ReadAllText(Path.Combine(gateway.Folder, "keys", "simulated-log.key"));
        }
        Assert.Equal(300, made.Records);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Backup));
        Assert.Equal(["one.fpm-backup"], Directory.EnumerateFiles(_folder).Select(Path.GetFileName));

        var restored = await new Restoration(Elsewhere, null, nobodySawMore: false, TimeProvider.System).Run(Backup);
        Assert.Equal((300, 300, null), (restored.Records, restored.Completed, restored.Aside));
        Assert.Equal(identity, File.ReadAllText(Path.Combine(Elsewhere, "keys", "simulated-log.key")));

        await using (var again = await TestGateway.Run(Elsewhere))
        {
            await State(again, 5, from: 300);
            Assert.Contains("\n305\n", await again.Http.GetStringAsync("/log/checkpoint"));
            var status = await again.GetJson("/api/status");
            Assert.True((uint)status["totals"]!["stored"]! >= before);
            Assert.Equal("restored from a backup", (string?)status["alarms"]![0]!["what"]);
            // The node goes on as if nothing had been: what it still holds comes again and is taken.
            Assert.NotNull(node.Acknowledged(await Take(again, node, node.Frame(1, 5000))));
        }
        Assert.Equal(0, await CommandLine.Run(["fsck", "--data", Elsewhere]));
    }

    [Fact]
    public async Task A_restore_goes_on_from_the_log_that_lies_there_and_not_from_the_backup()
    {
        await using var log = new LogInAFolder();
        await log.Grow(300);
        BackupFile.Write(log.Folder, Backup, null, Noon);
        await log.Grow(270);
        var head = log.Log.Published!.ToString();
        await log.Close();

        Assert.Equal(0, await CommandLine.Run(["restore", Backup, "--data", log.Folder]));
        Assert.Single(Directory.EnumerateDirectories(log.Folder, "replaced-*"));

        log.Open();
        await log.Log.CatchUp();
        Assert.Equal(head, log.Log.Published!.ToString());
        Assert.Empty(log.Check());
        await log.Grow(1);
        Assert.Equal(571, log.Log.Size);
    }

    [Fact]
    public async Task A_log_that_went_another_way_than_the_backup_is_never_continued()
    {
        await using var log = new LogInAFolder();
        await log.Grow(10);
        BackupFile.Write(log.Folder, Backup, null, Noon);
        // Somebody put an older copy of the folder back and let it sign other records under the same numbers.
        await log.Database.Write(s => s.Execute("DELETE FROM records WHERE leaf >= 6"));
        File.Delete(Path.Combine(log.Folder, "log", "checkpoint"));
        await log.Reopen();
        await log.Database.Write(s => { for (var i = 0; i < 9; i++) log.Book.Write(s, new RecordDraft(RecordTypes.SoilDay, $"another {i}", new JsonObject { ["mean"] = "1" })); });
        await log.Log.CatchUp();
        await log.Close();
        var lies = Listing(log.Folder);

        var refused = await Assert.ThrowsAsync<InputRefused>(() => new Restoration(log.Folder, null, true, TimeProvider.System).Run(Backup));
        Assert.Contains("do not belong to one history", refused.Message);
        Assert.Equal(lies, Listing(log.Folder));
        log.Open();
    }

    [Fact]
    public async Task A_backup_from_before_another_key_or_of_another_gateway_is_refused()
    {
        await using var log = new LogInAFolder();
        await log.Grow(3);
        BackupFile.Write(log.Folder, Backup, null, Noon);
        await log.Rotation.Rotate();
        await log.Close();
        Assert.Contains("another key", (await Assert.ThrowsAsync<InputRefused>(() => new Restoration(log.Folder, null, false, TimeProvider.System).Run(Backup))).Message);

        await using var other = new LogInAFolder("gw2.example.org");
        await other.Grow(1);
        await other.Close();
        Assert.Contains("holds the log of gw2.example.org", (await Assert.ThrowsAsync<InputRefused>(() => new Restoration(other.Folder, null, false, TimeProvider.System).Run(Backup))).Message);
        log.Open();
        other.Open();
    }

    [Fact]
    public async Task A_gateway_that_burnt_down_goes_on_from_what_its_witness_saw()
    {
        await using var observatory = await SimulatedObservatory.Start(new ObservatoryOptions());
        await using (var gateway = await TestGateway.Run(change: o => o with { Observatory = observatory.Url }))
        {
            observatory.Trust(await gateway.Http.GetStringAsync("/log/vkey"));
            await State(gateway, 260);
            await gateway.AdvanceTo(Noon.AddMinutes(5));
            BackupFile.Write(gateway.Folder, Backup, observatory.Url, Noon);
            await State(gateway, 300, from: 260);
            await gateway.AdvanceTo(Noon.AddMinutes(10));
        }
        Assert.Equal(560, observatory.Summary().Records);

        // Without a word from the witness, nothing is put back: the next record would be a second one under number 260.
        using var nobody = new HttpClient { BaseAddress = new Uri("http://127.0.0.1:1/") };
        foreach (var silent in new[] { null, nobody })
            Assert.Contains("--nobody-saw-more", (await Assert.ThrowsAsync<InputRefused>(() => new Restoration(Elsewhere, silent, false, TimeProvider.System).Run(Backup))).Message);
        Assert.False(File.Exists(Path.Combine(Elsewhere, "gateway.db")));

        // The address stands in the backup.
        Assert.Equal(0, await CommandLine.Run(["restore", Backup, "--data", Elsewhere]));
        await using var again = await TestGateway.Run(Elsewhere, Noon.AddMinutes(20), o => o with { Observatory = observatory.Url });
        Assert.Equal(560, again.Get<RecordLog>().Size);
        await State(again, 7, from: 560);
        await again.AdvanceTo(Noon.AddMinutes(25));
        Assert.Equal((567, 567), (observatory.Summary().Records, observatory.Summary().RecordsVerified));
        Assert.Equal(0, await CommandLine.Run(["fsck", "--data", Elsewhere]));
        var key = VerifierKey.Parse(await again.Http.GetStringAsync("/log/vkey"));
        Assert.Equal(567, again.Get<Database>().Read(s => Checkpoint.Parse(s.Witnessed()!.Text).Size));
        Assert.Equal(key.Name, again.Get<LogKey>().Origin);
    }

    [Fact]
    public async Task Observations_of_before_a_restore_are_asked_for_before_they_are_sent_again()
    {
        var series = new ObservedSeries { Node = "0004a30b001c0530", Site = "a", Region = "benin", Quantity = ObservedQuantity.SoilTemperature, DepthCm = 5, Probe = "p" };
        await using var observatory = await SimulatedObservatory.Start(new ObservatoryOptions());
        await using (var gateway = await TestGateway.Run(change: o => o with { Observatory = observatory.Url }))
        {
            observatory.Trust(await gateway.Http.GetStringAsync("/log/vkey"));
            await Observe(gateway, 0);
            BackupFile.Write(gateway.Folder, Backup, observatory.Url, Noon);
            await Observe(gateway, 1);
            await gateway.AdvanceTo(Noon.AddMinutes(5));
        }
        Assert.Equal((2, 0), (observatory.Summary().Observations, observatory.Summary().RecordIdsTwice));

        using var line = new HttpClient { BaseAddress = observatory.Url };
        await new Restoration(Elsewhere, line, false, new AtTime(Noon.AddMinutes(10))).Run(Backup);
        await using var again = await TestGateway.Run(Elsewhere, Noon.AddMinutes(15), o => o with { Observatory = observatory.Url });
        await Observe(again, 1); // the reading came again, from the node
        await again.AdvanceTo(Noon.AddMinutes(20));
        Assert.Equal((2, 0), (observatory.Summary().Observations, observatory.Summary().RecordIdsTwice));
        Assert.Equal(0, (int)(await again.GetJson("/api/status"))["outbox"]!["pending"]!);

        Task Observe(TestGateway gateway, uint sequence) => gateway.Get<Database>().Write(s =>
            gateway.Get<IObservatoryOutbox>().Enqueue(s, series, [new Observation(1, sequence, Noon.AddSeconds(sequence), Noon.AddSeconds(sequence), Noon, "21.5", 1, "0.1")]));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(20)]
    [InlineData(2000)]
    public async Task A_torn_or_changed_backup_is_refused_and_changes_nothing(int place)
    {
        await using (var log = new LogInAFolder())
        {
            await log.Grow(20);
            BackupFile.Write(log.Folder, Backup, null, Noon);
        }
        var bytes = File.ReadAllBytes(Backup);
        if (place < 0) bytes = bytes[..(bytes.Length / 2)];
        else for (var i = place; i < place + 16; i++) bytes[i] ^= 0x55; // one byte alone may be padding
        File.WriteAllBytes(Backup, bytes);
        Assert.Contains("cannot be used as a backup", (await Assert.ThrowsAsync<InputRefused>(() => new Restoration(Elsewhere, null, false, TimeProvider.System).Run(Backup))).Message);
        Assert.Equal(["gateway.lock"], Directory.EnumerateFileSystemEntries(Elsewhere).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Only_so_many_copies_are_kept_and_a_full_disk_is_told_before_anything_is_written()
    {
        await using var log = new LogInAFolder();
        await log.Grow(3);
        foreach (var old in new[] { "20200101T000000Z", "20200102T000000Z", "20200103T000000Z" }) File.WriteAllText(Path.Combine(_folder, $"fpm-gw1.example.org-{old}.fpm-backup"), "");
        File.WriteAllText(Path.Combine(_folder, "fpm-gw2.example.org-20200101T000000Z.fpm-backup"), "");
        Assert.Equal(0, await CommandLine.Run(["backup", "--data", log.Folder, "--out", _folder, "--keep", "2"]));
        Assert.Equal(3, Directory.GetFiles(_folder).Length);
        Assert.True(File.Exists(Path.Combine(_folder, "fpm-gw1.example.org-20200103T000000Z.fpm-backup")));

        var refused = Assert.Throws<InputRefused>(() => BackupFile.Write(log.Folder, Backup, null, Noon, _ => 49_000_000));
        Assert.Matches("wants 5[0-9] MB while it is made, and 49 MB are free", refused.Message);
        Assert.False(File.Exists(Backup));
        Assert.Equal(2, await CommandLine.Run(["backup", "--data", log.Folder, "--out", Path.Combine(_folder, "none")]));
    }

    static Task<IReadOnlyList<WireFrame>> Take(TestGateway gateway, TestNode node, params WireFrame[] frames) =>
        gateway.Get<FrameIntake>().Take(gateway.Get<NodeRegistry>().Required(node.Id), NodeLink.Wifi, frames, CancellationToken.None);

    static Task State(TestGateway gateway, int count, int from = 0) => gateway.Get<Database>().Write(s =>
    {
        for (var i = from; i < from + count; i++) gateway.Get<IRecordBook>().Write(s, new RecordDraft(RecordTypes.SoilDay, $"day {i}", new JsonObject { ["mean"] = $"{i}" }));
    }).ContinueWith(_ => gateway.Get<RecordLog>().CatchUp()).Unwrap();

    static List<string> Listing(string folder) => [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(f => !f.EndsWith(".lock", StringComparison.Ordinal)).Order()];

    sealed class AtTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}

using FourPerMille.Sensor.Gateway;
using FourPerMille.Sensor.Gateway.Courier;
using FourPerMille.Sensor.Gateway.Forwarding;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.Technician.Cli;
using FourPerMille.Sensor.Mrv.Notes;
using FourPerMille.Sensor.Sim.Observatory;
using FsCheck;
using FsCheck.Fluent;

namespace FourPerMille.Sensor.Unit.Mrv;

/// <summary>Records and observations by stick, beside and instead of a line; everything once, nothing taken that is not whole.</summary>
public sealed class CourierTests : IAsyncLifetime
{
    readonly LogInAFolder _it = new();
    readonly string _sticks = Directory.CreateTempSubdirectory("fpm-sticks-").FullName;
    SimulatedObservatory _observatory = null!;
    HttpClient _http = null!;
    ObservatoryOutbox _outbox = null!;
    int _sequence;

    public async Task InitializeAsync()
    {
        _observatory = await SimulatedObservatory.Start(new ObservatoryOptions());
        _observatory.Trust(_it.Key.Verifier.ToString());
        _http = new HttpClient { BaseAddress = _observatory.Url };
        _outbox = new ObservatoryOutbox(new GatewayOptions { DataFolder = _it.Folder, Courier = true });
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _observatory.DisposeAsync();
        await _it.DisposeAsync();
        Directory.Delete(_sticks, recursive: true);
    }

    [Fact]
    public async Task A_stick_brings_records_and_observations_and_its_receipt_empties_the_outbox()
    {
        await Happens(300, 40);
        var manifest = Export("a");
        Assert.Equal((0, 300, 40), (manifest.From, manifest.Size, manifest.Observations));
        Assert.All(Directory.GetFiles(Stick("a"), "*", SearchOption.AllDirectories), f => Assert.Matches("^[a-z0-9./-]+$", Path.GetRelativePath(Stick("a"), f)));

        var result = await Import("a");
        Assert.Equal((300, 40, 0), (result.Records, result.Observations, result.Waiting));
        Assert.Equal((300, 300, 40, 0), Held());
        Assert.Equal(40, Counts().Pending);
        var taken = TakeReceipt("a");
        Assert.Equal((40, 300, true), (taken.Observations, taken.WitnessedSize, taken.PinnedNow));
        Assert.Equal(new OutboxCounts(0, 40, 0), Counts());
        Assert.Equal((0, false), TakeReceipt("a") is var again ? (again.Observations, again.PinnedNow) : default);
        Assert.Equal(new OutboxCounts(0, 40, 0), Counts());
        Assert.Empty(_it.Check());

        await Happens(20, 5);
        Assert.Equal((300, 320, 5), Export("b") is var next ? (next.From, next.Size, next.Observations) : default);
        Assert.False(File.Exists(Path.Combine(Stick("b"), "tile/entries/000")));
        await Import("b");
        Assert.Equal((320, 320, 45, 0), Held());
    }

    /// <summary>The line, couriers in any order, old and repeated ones, half-copied sticks, lost receipts: the observatory has everything once.</summary>
    [Fact]
    public void However_line_and_couriers_mix_everything_arrives_once() =>
        Prop.ForAll(Arb.From(Gen.Choose(0, 9).ArrayOf(14)), Arb.From(Gen.Choose(0, 1_000_000)), (deeds, seed) => Mix(deeds, new Random(seed)).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(6));

    async Task Mix(int[] deeds, Random chance)
    {
        var (sticks, brought) = (Directory.GetDirectories(_sticks).Length, new List<string>());
        var first = sticks;
        foreach (var deed in deeds)
            switch (deed)
            {
                case 0 or 1: await Happens(chance.Next(1, 80), chance.Next(1, 12)); break;
                case 2: await Line(); break;
                case 3 or 4 when _it.Log.Size > 0: Export($"{sticks++}"); break;
                case 5 when sticks > first: await Refuses(Half($"{chance.Next(first, sticks)}", chance)); break;
                case 6 or 7 or 8 when sticks > first:
                    var stick = $"{chance.Next(first, sticks)}";
                    await Import(stick);
                    brought.Add(stick);
                    break;
                case 9 when brought.Count > 0: TakeReceipt(brought[chance.Next(brought.Count)]); break;
            }
        await Happens(1, 1);
        if (chance.Next(2) == 0) await Line();
        else { Export("last"); await Import("last"); TakeReceipt("last"); }
        Assert.Equal((_it.Log.Size, _it.Log.Size, _sequence, 0), Held());
        Assert.Equal(new OutboxCounts(0, _sequence, 0), Counts());
        Assert.Empty(_it.Check());
        Assert.Empty(_observatory.Summary().Refusals);
    }

    [Fact]
    public async Task Any_byte_of_a_stick_changed_or_missing_is_found_before_anything_is_taken()
    {
        await Happens(260, 3);
        await _it.Rotation.Rotate();
        Export("a");
        var (random, files) = (new Random(5), Directory.GetFiles(Stick("a"), "*", SearchOption.AllDirectories));
        Assert.True(files.Length > 8);
        foreach (var file in files)
        {
            var sound = File.ReadAllBytes(file);
            foreach (var place in new[] { 0, sound.Length - 1, random.Next(sound.Length), random.Next(sound.Length) })
            {
                File.WriteAllBytes(file, [.. sound.Select((b, i) => i == place ? (byte)(b ^ 1 << random.Next(8)) : b)]);
                Assert.Throws<InputRefused>(() => CourierBundle.Open(Stick("a"), _it.Key.Verifier));
            }
            File.WriteAllBytes(file, sound[..^1]);
            Assert.Throws<InputRefused>(() => CourierBundle.Open(Stick("a"), _it.Key.Verifier));
            File.Delete(file);
            Assert.Contains("again", Assert.Throws<InputRefused>(() => CourierBundle.Open(Stick("a"), _it.Key.Verifier)).Message);
            File.WriteAllBytes(file, sound);
        }
        CourierBundle.Open(Stick("a"), _it.Key.Verifier);
        Assert.Throws<InputRefused>(() => CourierBundle.Open(Stick("a"), SigningKey.Generate(_it.Key.Origin).VerifierKey));
        Assert.Equal((0, 0, 0, 0), Held());
    }

    [Fact]
    public async Task A_courier_cut_off_is_finished_by_exporting_again_and_touches_only_what_is_missing()
    {
        await Happens(300, 10);
        Export("a");
        var files = Directory.GetFiles(Stick("a"), "*", SearchOption.AllDirectories).Order().ToList();
        var (kept, gone) = (Path.Combine(Stick("a"), "tile/0/000"), Path.Combine(Stick("a"), "tile/entries/000"));
        File.SetLastWriteTimeUtc(kept, DateTime.UnixEpoch);
        File.Delete(gone);
        File.Delete(Path.Combine(Stick("a"), CourierManifest.FileName));
        Export("a");
        Assert.Equal(DateTime.UnixEpoch, File.GetLastWriteTimeUtc(kept));
        Assert.Equal(files, Directory.GetFiles(Stick("a"), "*", SearchOption.AllDirectories).Order());
        // The folder is renewed for a longer log: what the old manifest named and the new one does not is gone.
        await Happens(20, 0);
        Export("a");
        CourierBundle.Open(Stick("a"), null);
        Assert.False(Directory.Exists(Path.Combine(Stick("a"), "tile/0/001.p/44")) || File.Exists(Path.Combine(Stick("a"), "tile/0/001.p/44")));
    }

    [Fact]
    public async Task A_receipt_of_another_hand_or_another_gateway_is_refused()
    {
        await Happens(10, 2);
        Export("a");
        await Import("a");
        var receipt = ReceiptFile.Read(Stick("a") + ".json");
        var forger = SigningKey.Generate("observatory.example.org/receipts");
        var text = SignedNote.Parse(receipt.Receipt).Text;
        Write(receipt with { Receipt = receipt.Receipt.Replace("records 10", "records 11") });
        Assert.Contains("changed on the way", Assert.Throws<InputRefused>(() => TakeReceipt("a")).Message);
        Write(receipt);
        TakeReceipt("a");
        Write(receipt with { Receipt = new SignedNote(text, [forger.Sign(text)]).ToString(), ReceiptKey = forger.VerifierKey.ToString() });
        Assert.Contains("--vkey", Assert.Throws<InputRefused>(() => TakeReceipt("a")).Message);
        await using var other = new LogInAFolder("gw2.example.org");
        await other.Grow(1);
        Write(receipt);
        Assert.Contains("another gateway", Assert.Throws<InputRefused>(() => ReceiptImport.Run(other.Folder, Stick("a") + ".json", null)).Message);

        void Write(ReceiptFile file) => File.WriteAllBytes(Stick("a") + ".json", file.ToBytes());
    }

    [Fact]
    public async Task An_observatory_that_lacks_earlier_records_says_from_where_and_takes_nothing()
    {
        await Happens(30, 2);
        Assert.Contains("--since 0", (await Assert.ThrowsAsync<InputRefused>(async () => { Export("a", 20); await Import("a"); })).Message);
        Assert.Equal((0, 0, 0, 0), Held());
    }

    [Fact]
    public async Task The_whole_way_from_the_command_line()
    {
        await Happens(12, 3);
        var (stick, receipt) = (Stick("a"), Stick("a") + ".json");
        Assert.Equal(0, await CommandLine.Run(["courier", "export", "--data", _it.Folder, "--out", stick]));
        Assert.Equal(0, await CommandLine.Run(["courier", "import", "--bundle", stick, "--observatory", _observatory.Url.ToString(), "--receipt", receipt, "--vkey", _it.Key.Verifier.ToString()]));
        Assert.Equal(0, await CommandLine.Run(["courier", "receipt", "import", "--data", _it.Folder, "--receipt", receipt]));
        Assert.Equal(new OutboxCounts(0, 3, 0), Counts());
        File.Delete(Path.Combine(stick, "manifest"));
        Assert.Equal(CommandLine.Refused, await CommandLine.Run(["courier", "import", "--bundle", stick, "--observatory", _observatory.Url.ToString(), "--receipt", receipt]));
        Assert.Equal(CommandLine.Refused, await CommandLine.Run(["courier", "export", "--data", _sticks, "--out", stick]));
    }

    /// <summary>Records and observations come about.</summary>
    async Task Happens(int records, int observations)
    {
        await _it.Grow(records);
        var series = new ObservedSeries { Node = "node1", Site = "parakou-1", Region = "benin", Quantity = ObservedQuantity.WaterContent, DepthCm = 5, Probe = "probe-1" };
        var rows = Enumerable.Range(_sequence, observations).Select(n => new Observation(1, (uint)n, LogInAFolder.Noon.AddMinutes(n), LogInAFolder.Noon.AddMinutes(n), LogInAFolder.Noon.AddMinutes(n), $"{n}", 1)).ToList();
        _sequence += observations;
        await _it.Database.Write(s => _outbox.Enqueue(s, series, rows));
    }

    async Task Line()
    {
        await new EvidenceForwarder(_it.Database, _it.Log, _it.Key, _http).Forward(default);
        var client = new SensorThingsClient(_http);
        await new ObservationForwarder(_it.Database, client, new SeriesRegistrar(_it.Database, client, _it.Clock), _it.Clock).Forward(default);
    }

    string Stick(string name) => Path.Combine(_sticks, name);

    CourierManifest Export(string stick, long? since = null)
    {
        using var evidence = Evidence.Of(_it.Folder);
        return new CourierExport(evidence, _it.Folder, Stick(stick)).Write(since);
    }

    async Task<CourierImport.Result> Import(string stick)
    {
        var result = await new CourierImport(CourierBundle.Open(Stick(stick), _it.Key.Verifier), _http, _it.Clock).Run();
        File.WriteAllBytes(Stick(stick) + ".json", result.Receipt.ToBytes());
        return result;
    }

    ReceiptImport.Result TakeReceipt(string stick) => ReceiptImport.Run(_it.Folder, Stick(stick) + ".json", null);

    /// <summary>A copy that stopped half way, in the order a file manager would copy.</summary>
    string Half(string stick, Random chance)
    {
        var (target, files) = (Stick("half"), Directory.GetFiles(Stick(stick), "*", SearchOption.AllDirectories).Order().ToList());
        if (Directory.Exists(target)) Directory.Delete(target, recursive: true);
        foreach (var file in files.Take(chance.Next(files.Count)))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(Stick(stick), file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
        return "half";
    }

    Task Refuses(string stick)
    {
        Assert.Throws<InputRefused>(() => CourierBundle.Open(Stick(stick), _it.Key.Verifier));
        return Task.CompletedTask;
    }

    (long Records, long Verified, long Observations, long Twice) Held() =>
        _observatory.Summary() is var s ? (s.Records, s.RecordsVerified, s.Observations, s.RecordIdsTwice) : default;

    OutboxCounts Counts() => _it.Database.Read(ObservatoryOutbox.Counts);
}

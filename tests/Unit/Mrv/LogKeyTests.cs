using System.Diagnostics;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway;
using FourPerMille.Sensor.Gateway.Forwarding;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.Technician.Cli;
using FourPerMille.Sensor.Mrv.Keys;
using FourPerMille.Sensor.Mrv.Notes;
using FourPerMille.Sensor.Mrv.Records;
using FourPerMille.Sensor.Mrv.Schemas;
using FourPerMille.Sensor.Mrv.Tiles;
using FourPerMille.Sensor.Sim.Observatory;

namespace FourPerMille.Sensor.Unit.Mrv;

/// <summary>A log goes from one key to another: planned, stolen, cut off; and what verifiers and the witness make of it.</summary>
public sealed class LogKeyTests : IAsyncLifetime
{
    static readonly SigningKey Witness = SigningKey.FromSeed("observatory.example.org", NoteKeyType.Cosignature, [.. Enumerable.Repeat((byte)6, 32)]);

    readonly LogInAFolder _it = new();
    readonly string _bundle = Directory.CreateTempSubdirectory("fpm-keys-").FullName;

    public Task InitializeAsync() => _it.Grow(5);

    public async Task DisposeAsync()
    {
        await _it.DisposeAsync();
        Directory.Delete(_bundle, recursive: true);
    }

    [Fact]
    public async Task Whoever_trusts_either_key_follows_a_planned_change()
    {
        var old = _it.Key.Verifier;
        await _it.Rotation.Rotate();
        await _it.Grow(5);
        Assert.NotEqual(old, _it.Key.Verifier);
        Assert.Empty(_it.Check());

        foreach (var trusted in new[] { old, _it.Key.Verifier })
        {
            var keys = LogKeyHistory.Follow(trusted, Changes());
            Assert.Equal([(old, 0, 6), (_it.Key.Verifier, 6, long.MaxValue)], keys.Terms.Select(t => (t.Key, t.From, t.Until)));
            Assert.All(Enumerable.Range(0, 11), leaf => Assert.True(Verify(keys, leaf).IsVerified));
        }
        Assert.Throws<FormatException>(() => LogKeyHistory.Follow(SigningKey.Generate("gw1.example.org/soil").VerifierKey, Changes()));
    }

    [Fact]
    public async Task The_old_secret_is_gone_and_what_it_signed_later_does_not_count()
    {
        var thief = _it.Key.Signing;
        await _it.Rotation.Rotate();
        await _it.Grow(1);
        Assert.DoesNotContain(Directory.GetFiles(Path.Combine(_it.Folder, "keys")), f => File.ReadAllText(f).Contains(thief.ExportSecret()));
        var later = new Checkpoint(_it.Key.Origin, 7, new TileTree(_it.Log.Tiles, 7).Root()).Sign(thief);
        Assert.Null(LogKeyHistory.Follow(thief.VerifierKey, Changes()).Open(later, [], out var reason));
        Assert.Contains("retired at 6", reason);
    }

    [Fact]
    public async Task A_stolen_key_counts_up_to_the_last_witnessed_checkpoint_and_leads_nowhere()
    {
        await _it.KeepWitnessed(Witness);
        var (stolen, witnessed) = (_it.Key.Signing, _it.Log.Published!);
        await _it.Grow(3);
        var unwitnessed = _it.Log.Published!;
        await _it.Rotation.Revoke(null);
        Assert.Empty(_it.Check());
        Assert.Empty(RecordSchemas.Faults((JsonObject)JsonNode.Parse(Changes()[0].Record)!)!);

        Assert.Contains("reported stolen", Assert.Throws<FormatException>(() => LogKeyHistory.Follow(stolen.VerifierKey, Changes())).Message);
        var keys = LogKeyHistory.Follow(_it.Key.Verifier, Changes());
        Assert.NotNull(keys.Open(witnessed, [], out _));
        Assert.Null(keys.Open(unwitnessed, [], out var reason));
        Assert.Contains("nothing of it counts beyond 5", reason);

        // Below, the thief can sign what he likes, but not as the witness.
        var below = new Checkpoint(_it.Key.Origin, 4, new TileTree(_it.Log.Tiles, 4).Root()).Sign(stolen);
        Assert.Null(keys.Open(below, [Witness.VerifierKey], out _));
        Assert.NotNull(keys.Open(below.With(Witness.Cosign(below.Text, LogInAFolder.Noon)), [Witness.VerifierKey], out _));
        // Every record of before, those no witness saw included, is proven anew under the new key.
        Assert.All(Enumerable.Range(0, 9), leaf => Assert.True(new RecordVerifier(keys).Verify(Record(leaf), Fresh(leaf)).IsVerified));
    }

    [Fact]
    public async Task Without_a_witness_nothing_of_a_stolen_key_counts_and_no_log_is_trusted_beyond_its_end()
    {
        await Assert.ThrowsAsync<InputRefused>(() => _it.Rotation.Revoke(9));
        var old = _it.Log.Published!;
        await _it.Rotation.Revoke(null);
        Assert.Null(LogKeyHistory.Follow(_it.Key.Verifier, Changes()).Open(old, [], out _));
    }

    /// <summary>The process dies at each step of the change: the next start ends with one key that signs and one history.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_change_cut_off_anywhere_is_finished_or_forgotten_by_the_next_start(bool stolen)
    {
        for (var steps = 0; steps < 40; steps++)
        {
            await using var it = new LogInAFolder();
            await it.Grow(5);
            await it.KeepWitnessed(Witness);
            var old = it.Key.Verifier;
            var dying = new DyingStore(LogFolder.In(it.Folder), steps);
            await it.Reopen(dying);
            var survived = true;
            try { await (stolen ? it.Rotation.Revoke(null) : it.Rotation.Rotate()); } catch (IOException) { survived = false; }
            await it.Reopen();
            await it.Log.CatchUp();
            await it.Grow(2);
            Assert.Empty(it.Check());
            Assert.NotEqual(old, it.Key.Verifier);
            Assert.Null(it.Key.Next);
            Assert.Equal(2, LogKeyHistory.Follow(it.Key.Verifier, it.Database.Read(s => s.KeyChanges(it.Log.Tiles))).Terms.Count);
            if (survived) { Assert.True(steps > 3); return; }
        }
        Assert.Fail("the change never ended");
    }

    [Fact]
    public async Task A_key_that_no_record_came_to_name_is_forgotten()
    {
        var old = _it.Key.Verifier;
        _it.Key.MakeNext();
        await _it.Reopen();
        await _it.Grow(1);
        Assert.Equal((old, null), (_it.Key.Verifier, _it.Key.Next));
        Assert.Empty(_it.Check());
    }

    [ToolFact("bash jq openssl", "jq openssl")]
    public async Task A_bundle_is_verified_over_two_changes_by_our_program_and_by_the_shell()
    {
        var first = _it.Key.Verifier;
        await _it.Rotation.Rotate();
        var second = _it.Key.Verifier;
        await _it.Grow(2);
        await _it.Rotation.Rotate();
        await _it.Grow(2);
        WriteBundle(0, 5, 9);
        foreach (var trusted in new[] { first, second, _it.Key.Verifier })
        {
            Assert.All(RecordBundle.Verify(_bundle, trusted), r => Assert.True(r.Verdict.IsVerified, r.Verdict.Reason));
            Assert.Equal((0, true), Shell(trusted.ToString()) is var (code, output) ? (code, output.Contains("3 records verified")) : default);
        }
        var change = Directory.GetFiles(Path.Combine(_bundle, "keys"), "*.tlog-proof").Order().First();
        var sound = File.ReadAllText(change);
        File.WriteAllText(change, string.Join('\n', sound.Split('\n').Where(l => !l.Contains("— ") || !l.Contains(Convert.ToBase64String(BitConverter.GetBytes(first.KeyId).Reverse().ToArray())[..4]))));
        Assert.Throws<FormatException>(() => RecordBundle.Verify(_bundle, first));
        Assert.Contains("not signed by the old key", Shell().Output);
    }

    [ToolFact("bash jq openssl", "jq openssl")]
    public async Task The_shell_refuses_a_stolen_key_and_takes_the_new_one()
    {
        var stolen = _it.Key.Verifier;
        await _it.KeepWitnessed(Witness);
        await _it.Rotation.Revoke(null);
        await _it.Grow(2);
        WriteBundle(0, 4, 7);
        Assert.Throws<FormatException>(() => RecordBundle.Verify(_bundle, stolen));
        Assert.Contains("reported stolen", Shell(stolen.ToString()).Output);
        Assert.All(RecordBundle.Verify(_bundle, _it.Key.Verifier), r => Assert.True(r.Verdict.IsVerified, r.Verdict.Reason));
        Assert.Equal(0, Shell(_it.Key.Verifier.ToString()).Code);
    }

    [Fact]
    public async Task The_witness_follows_a_planned_change_and_not_the_old_key_any_more()
    {
        await using var observatory = await SimulatedObservatory.Start(new ObservatoryOptions());
        using var http = new HttpClient { BaseAddress = observatory.Url };
        observatory.Trust(_it.Key.Verifier.ToString());
        await Forward();
        var old = _it.Key.Signing;
        await _it.Rotation.Rotate();
        await _it.Grow(3);
        await Forward();
        Assert.Equal((9, 9, 3), observatory.Summary() is var s ? (s.Records, s.RecordsVerified, s.CheckpointsCosigned) : default);

        var forged = new Checkpoint(_it.Key.Origin, 9, new TileTree(_it.Log.Tiles, 9).Root()).Sign(old);
        Assert.Equal(403, (int)(await http.PostAsync("add-checkpoint", new StringContent(new AddCheckpoint(9, [], forged).ToString()))).StatusCode);
        Assert.Empty(_it.Check());

        Task Forward() => new EvidenceForwarder(_it.Database, _it.Log, _it.Key, http).Forward(default);
    }

    /// <summary>A thief signs on with the stolen key and the witness, which cannot know, cosigns. The operator comes with another key.</summary>
    [Fact]
    public async Task What_a_thief_had_cosigned_is_cut_off_when_the_operator_comes()
    {
        await using var observatory = await SimulatedObservatory.Start(new ObservatoryOptions());
        using var http = new HttpClient { BaseAddress = observatory.Url };
        observatory.Trust(_it.Key.Verifier.ToString());
        await Forward(_it);

        await using (var thief = new LogInAFolder())
        {
            await Steal(thief);
            await thief.Grow(4);
            await Forward(thief);
            Assert.Equal(9, observatory.Summary().RecordsVerified);
        }
        await _it.Grow(2);
        await Assert.ThrowsAsync<FarSideException>(() => Forward(_it));

        await _it.Rotation.Revoke(5);
        observatory.Replace(_it.Key.Verifier.ToString(), 5);
        await Forward(_it);
        Assert.Equal((8, 8), observatory.Summary() is var s ? (s.Records, s.RecordsVerified) : default);
        Assert.Empty(_it.Check());

        Task Forward(LogInAFolder it) => new EvidenceForwarder(it.Database, it.Log, it.Key, http).Forward(default);
    }

    [Fact]
    public async Task A_gateways_name_is_taken_once_and_never_changes_silently()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_bundle, "data")).FullName;
        Assert.Equal("borgou-1.example.org/soil", LogKey.In(folder, false, "borgou-1.example.org").Origin);
        Assert.Equal("borgou-1.example.org", LogKey.In(folder, false).Gateway);
        Assert.Contains("stays so", Assert.Throws<InputRefused>(() => LogKey.In(folder, false, "beauce-1.example.org")).Message);
        foreach (var none in new[] { "", "a b", "a/b", "a+b", "Simulated", "simulated.x", "../x", "a..b", new string('a', 101) })
            Assert.Throws<InputRefused>(() => LogKey.In(Path.Combine(_bundle, "other"), false, none));

        File.WriteAllText(Path.Combine(folder, "gateway.json"), """{"name":"beauce-1.example.org"}""");
        Assert.Equal("beauce-1.example.org", GatewayOptions.Of(folder).Name);
        Assert.Equal(CommandLine.Refused, await CommandLine.Run(["serve", "--data", folder, "--urls", "http://127.0.0.1:0", "--mqtt", "127.0.0.1:0"]));
    }

    [Fact]
    public async Task Keys_are_changed_from_the_command_line_while_the_gateway_stands()
    {
        var old = _it.Key.Verifier;
        Assert.Equal(CommandLine.Refused, await CommandLine.Run(["log", "key", "rotate", "--data", Path.Combine(_it.Folder, "nowhere")]));
        await _it.Close();
        Assert.Equal(0, await CommandLine.Run(["log", "key", "rotate", "--data", _it.Folder]));
        Assert.Equal(0, await CommandLine.Run(["log", "key", "revoke", "--data", _it.Folder, "--size", "6"]));
        Assert.Equal(0, await CommandLine.Run(["log", "key", "list", "--data", _it.Folder]));
        Assert.Equal(0, await CommandLine.Run(["fsck", "--data", _it.Folder]));
        _it.Open();
        var keys = LogKeyHistory.Follow(_it.Key.Verifier, Changes());
        Assert.Equal((3, old), (keys.Terms.Count, keys.Terms[0].Key));
    }

    async Task Steal(LogInAFolder thief)
    {
        await thief.Close();
        foreach (var file in Directory.GetFiles(_it.Folder, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(thief.Folder, Path.GetRelativePath(_it.Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target, overwrite: true);
        }
        foreach (var other in Directory.GetFiles(thief.Folder, "gateway.db-*").Where(f => !File.Exists(Path.Combine(_it.Folder, Path.GetFileName(f))))) File.Delete(other);
        thief.Open();
    }

    List<ProvenRecord> Changes() => _it.Database.Read(s => s.KeyChanges(_it.Log.Tiles));
    byte[] Record(int leaf) => new TileTree(_it.Log.Tiles, _it.Log.Size).Entry(leaf);
    RecordVerdict Verify(LogKeyHistory keys, int leaf) => new RecordVerifier(keys).Verify(Record(leaf), _it.Log.Prove(leaf)!.ToString());
    string Fresh(int leaf) => new TlogProof(leaf, new TileTree(_it.Log.Tiles, _it.Log.Size).InclusionProof(leaf), _it.Log.Published!).ToString();

    void WriteBundle(params int[] leaves) => RecordBundle.Write(_bundle, _it.Key.Verifier, [Witness.VerifierKey],
        leaves.Select(l => new ProvenRecord(Record(l), _it.Log.Prove(l)!)), Changes());

    (int Code, string Output) Shell(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Tools.Find("bash")!, [Path.Combine(_bundle, "verify.sh"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        process.WaitForExit();
        return (process.ExitCode, output.Result + error.Result);
    }
}

/// <summary>Does a number of steps, then nothing any more; every step is cut off once before it is done and once right after.</summary>
sealed class DyingStore(ILogStore inner, int halfSteps) : ILogStore
{
    int _left = halfSteps;

    public byte[]? Read(TilePath tile) => inner.Read(tile);
    public void Write(TilePath tile, ReadOnlySpan<byte> bytes) { Step(); inner.Write(tile, bytes); Step(); }
    public void Delete(TilePath tile) { Step(); inner.Delete(tile); Step(); }
    public IEnumerable<TilePath> Partials() => inner.Partials();
    public string? ReadCheckpoint() => inner.ReadCheckpoint();
    public void WriteCheckpoint(string note) { Step(); inner.WriteCheckpoint(note); Step(); }

    void Step()
    {
        if (_left-- <= 0) throw new IOException("the process is gone");
    }
}

using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Ingest;
using FourPerMille.Sensor.Gateway.Observations;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.Records.Replay;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Gateway.Technician.Cli;
using FourPerMille.Sensor.Mrv;
using FourPerMille.Sensor.Mrv.Records;
using FourPerMille.Sensor.Mrv.Schemas;
using FourPerMille.Sensor.Payload;
using static FourPerMille.Sensor.Unit.Gateway.MadeUpSoil;

namespace FourPerMille.Sensor.Unit.Gateway;

/// <summary>A week of two regions, made once; every test looks at a copy of its data folder.</summary>
public sealed class SimulatedWeek : IAsyncLifetime
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("fpm-week-").FullName;

    public async Task InitializeAsync()
    {
        await using var gateway = await Prepared(Folder);
        var node = await gateway.Enrol();
        await Certify(gateway, node);
        for (uint day = 0; day < 7; day++)
        {
            await gateway.AdvanceTo(TestGateway.Start.AddDays(day).AddHours(20));
            await Send(gateway, node, day);
        }
        // A better certificate in the middle of the week, and a late reading: both supersede.
        var better = Moisture(node, 0, TestGateway.Start.AddYears(1));
        (better["residualSd"], better["issued"]) = (0.004, TestGateway.Start.AddDays(3).AddSeconds(7.25));
        await gateway.Post("/api/certificates", better);
        await Take(gateway, node, [node.Frame(Shot(5 * 144 + 3, 20, DryCounts, 12, false, Loam))]);
        await gateway.AdvanceTo(TestGateway.Start.AddDays(9));
    }

    /// <summary>Readings every ten minutes, told as deltas where they can be; marks at each visit; a declared loss, a gap, a spike, a restart.</summary>
    static async Task Send(TestGateway gateway, TestNode node, uint day)
    {
        WireFrame Mark(uint next) => node.Frame(new ClockMark
        {
            Epoch = 1, NextSequence = next, AskedMonotonicSeconds = next * 600, AnsweredMonotonicSeconds = next * 600 + 1,
            AnsweredUnixSeconds = (uint)TestGateway.Start.ToUnixTimeSeconds() + next * 600 + 1,
        });
        var first = day * 144;
        // What was taken by 02:00 in the night; the gateway is visited at that time.
        var until = first + 120;
        List<WireFrame> frames = [Mark(first)];
        if (day == 2) frames.Add(node.Frame(new LossDeclaration { Epoch = 1, FirstSequence = first + 10, Count = 3, Reason = 1 }));
        Reading? keyframe = null;
        for (var sequence = day == 0 ? 0 : first - 24; sequence < until; sequence++)
        {
            if (day == 2 && sequence >= first + 10 && sequence < first + 13) continue;
            if (day == 5 && sequence is 5 * 144 + 3) continue;
            var reading = Shot(sequence, 20 + day, DryCounts + (sequence == 700 ? 900 : 0), 12, sequence % 40 == 0, Loam);
            if (sequence == 400) reading.Status |= StatusBits.Restarted;
            if (keyframe is not null && sequence % 6 != 0 && !reading.HasBands) frames.Add(node.Delta(reading, keyframe));
            else frames.Add(node.Frame(keyframe = reading));
        }
        frames.Add(Mark(until));
        await Take(gateway, node, [.. frames]);
    }

    static Task Take(TestGateway gateway, TestNode node, WireFrame[] frames) =>
        gateway.Get<FrameIntake>().Take(gateway.Get<NodeRegistry>().Required(node.Id), NodeLink.Wifi, frames, CancellationToken.None);

    public Task DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return Task.CompletedTask;
    }
}

/// <summary>Records computed again from what they name.</summary>
public sealed class ReplayTests(SimulatedWeek week) : IClassFixture<SimulatedWeek>, IDisposable
{
    readonly string _folder = Copy(week.Folder);

    [Fact]
    public void Every_computed_record_of_a_week_recomputes_identical()
    {
        var results = Replay();

        var computed = results.Where(r => r.Outcome != ReplayOutcome.NotComputed).ToList();
        Assert.All(computed, r => Assert.True(r.Outcome == ReplayOutcome.Identical, $"{r.Type} {r.Subject}: {r.Finding} {string.Join("; ", r.Differences)}"));
        Assert.InRange(computed.Count(r => r.Type == RecordTypes.SoilDay), 7 + 2, 40); // days, and those that were superseded
        Assert.InRange(computed.Count(r => r.Type == RecordTypes.SocEstimate), 7, 80);
        Assert.Equal(1, computed.Count(r => r.Type == RecordTypes.Model));
        // People and probes state the first and the last; a week's level figures are the sums of the store at their moment.
        Assert.Equal([RecordTypes.CalibrationCertificate, RecordTypes.LevelFigures, RecordTypes.NodeLife], results.Except(computed).Select(r => r.Type).Distinct().Order());
    }

    [Fact]
    public void Every_record_meets_its_published_schema_and_a_day_tells_completeness_indicators_and_uncertainty_apart()
    {
        var records = Records();
        Assert.All(records, r => Assert.Empty(RecordSchemas.Faults(r)!));

        var day = records.Last(r => (string)r["type"]! == RecordTypes.SoilDay && (string)r["day"]! == "2026-03-03");
        var completeness = day["completeness"]!;
        Assert.Equal((3, 0), ((int)completeness["declaredLost"]!, (int)completeness["pending"]!));
        Assert.Equal("298-300", (string)completeness["gaps"]![0]!["lost"]!);
        var moisture = day["series"]!.AsArray().First(s => (string)s!["property"]! == Vocabulary.WaterContent)!;
        // A day of ten-minute readings less three, give or take the one at midnight; the calibration's error is shared by all of them.
        Assert.InRange((int)moisture["count"]!, 140, 142);
        Assert.Equal(("0.010", "0.010"), ((string)moisture["uShared"]!, (string)moisture["u"]!));
        Assert.All(day["indicators"]!.AsArray().Where(i => (string)i!["name"]! == "days-below-wilting-point"), i => Assert.Contains("'fpm record node'", (string)i!["abstains"]!["endsWhen"]!));
        Assert.Equal("12.94", (string)day["indicators"]!.AsArray().First(i => (string)i!["name"]! == "soil-temperature-maximum")!["value"]!);
    }

    /// <summary>A record of before budgets names no rule: it is recomputed by the model alone, and its bytes stay what they are.</summary>
    [Fact]
    public void An_estimate_of_before_budgets_still_recomputes_by_its_own_rule()
    {
        using var evidence = Evidence.Of(_folder);
        var now = Records().Last(r => (string)r["type"]! == RecordTypes.SocEstimate && r["result"] is not null);
        Assert.Equal("soc-interval/2", (string)now["rule"]!);
        var budget = now["result"]!["budget"]!.AsArray();
        Assert.Equal(["model", "panel", "white", "shot", "drift", "dark", "companding"], budget.Select(line => (string)line!["source"]!));
        Assert.Equal(1, budget.Sum(line => Decimals.Parse(line!["share"]!)), 3);
        Assert.All(budget, line => Assert.StartsWith("sha256:", line!["from"]?.ToString() ?? "sha256: what the frame itself rounds away"));

        var old = (JsonObject)now.DeepClone();
        foreach (var name in new[] { "rule", "notIncluded" }) old.Remove(name);
        ((JsonObject)old["result"]!).Remove("budget");
        var narrower = Again(old);
        Assert.All(narrower.Differences, difference => Assert.Matches("^.\\.result\\.(u|lower90|upper90|estimate)$", difference.Path));
        foreach (var difference in narrower.Differences) old["result"]![difference.Path["$.result.".Length..]] = difference.Recomputed;
        Assert.True(Decimals.Parse(old["result"]!["u"]!) < Decimals.Parse(now["result"]!["u"]!));
        Assert.Empty(RecordSchemas.Faults(old)!);
        Assert.Equal(ReplayOutcome.Identical, Again(old).Outcome);

        old["rule"] = "soc-interval/99";
        Assert.Contains("a newer one recomputes it", Again(old).Finding);

        ReplayResult Again(JsonObject record)
        {
            var bytes = CanonicalJson.Bytes(record);
            return new RecordReplay(new OneMore(new StoreSource(evidence.Session), bytes)).Run(RecordId.Of(bytes));
        }
    }

    /// <summary>A store and a record that is not in it.</summary>
    sealed class OneMore(IReplaySource store, byte[] record) : IReplaySource
    {
        public byte[]? Record(RecordId id) => id == RecordId.Of(record) ? record : store.Record(id);
        public IReadOnlyList<StoredFrame> Frames(string node, uint epoch, FourPerMille.Sensor.Gateway.Ledger.SequenceRuns sequences) => store.Frames(node, epoch, sequences);
        public IReadOnlyList<StoredMark> Marks(string node, uint epoch, FourPerMille.Sensor.Gateway.Ledger.SequenceRuns nextSequences, long throughMs) => store.Marks(node, epoch, nextSequences, throughMs);
        public string? ModelFile(string hash) => store.ModelFile(hash);
        public FourPerMille.Sensor.Gateway.Calibration.Certificate? Certificate(RecordId id) => store.Certificate(id);
        public byte[]? Opening(string digest) => store.Opening(digest);
        public bool? IsAuthentic(string node, StoredFrame frame) => store.IsAuthentic(node, frame);
    }

    [Fact]
    public void A_frame_changed_in_the_store_is_found_and_named()
    {
        Change("UPDATE frames SET frame = CAST(x'00' || substr(frame, 2) AS BLOB) WHERE epoch = 1 AND sequence = 432");

        var results = Replay(RecordTypes.SoilDay);
        var faults = results.Where(r => r.Outcome == ReplayOutcome.InputsDiffer).ToList();

        Assert.Contains(faults, r => r.Type == RecordTypes.SoilDay && r.Finding!.Contains("the MAC of epoch 1 sequence 432"));
        // Days that looked back at it name it too; those before it stand.
        Assert.Contains(results, r => r.Subject.EndsWith("2026-03-01") && r.Outcome == ReplayOutcome.Identical);
    }

    [Fact]
    public void A_certificate_changed_in_the_store_is_found_and_named_with_what_it_stated()
    {
        Change("UPDATE certificates SET content = replace(content, '-0.2', '-0.3') WHERE kind = 'moisture' AND channel = 0");

        var faults = Replay().Where(r => r.Outcome == ReplayOutcome.InputsDiffer).ToList();

        Assert.Contains(faults, r => r.Type == RecordTypes.SoilDay && r.Finding!.Contains("coefficients[1] is -0.3, its record states -0.2"));
        Assert.Contains(faults, r => r.Type == RecordTypes.SocEstimate && r.Finding!.Contains("was changed in the store"));
    }

    [Fact]
    public void An_arrival_a_clock_mark_a_model_and_a_missing_reading_are_found_too()
    {
        Change("UPDATE readings SET received_ms = received_ms + 1 WHERE epoch = 1 AND sequence = 10");
        Assert.Contains(Replay(RecordTypes.SoilDay, "2026-03-01"), r => r.Finding?.Contains("an arrival time, a link or a keyframe was changed") == true);
        Change("UPDATE readings SET received_ms = received_ms - 1 WHERE epoch = 1 AND sequence = 10", "UPDATE clock_marks SET answered_unix_s = answered_unix_s + 60 WHERE next_sequence = 120");
        Assert.Contains(Replay(RecordTypes.SoilDay, "2026-03-01"), r => r.Finding?.StartsWith("clock marks of node") == true);
        Change("UPDATE clock_marks SET answered_unix_s = answered_unix_s - 60 WHERE next_sequence = 120", "DELETE FROM readings WHERE epoch = 1 AND sequence = 11");
        Assert.Contains(Replay(RecordTypes.SoilDay, "2026-03-01"), r => r.Finding?.Contains("epoch 1, sequence 11 are not at hand") == true);
        Change("UPDATE models SET file = replace(file, '\"maximumComponents\":25', '\"maximumComponents\":24')");
        Assert.Contains(Replay(RecordTypes.Model), r => r.Type == RecordTypes.Model && r.Finding!.Contains("it was changed or cut short"));
    }

    [Fact]
    public async Task From_a_bundle_with_its_inputs_the_same_comes_out_and_a_changed_line_is_found()
    {
        var bundle = Path.Combine(_folder, "bundle");
        Assert.Equal(0, await CommandLine.Run(["records", "bundle", "--data", _folder, "--out", bundle, "--inputs", "--type", "soil-day", "--limit", "3"]));
        Assert.Equal(0, await CommandLine.Run(["records", "recompute", "--all", "--bundle", bundle]));
        Assert.Equal(0, await CommandLine.Run(["records", "recompute", "--all", "--data", _folder]));

        var frames = Directory.GetFiles(Path.Combine(bundle, "inputs", "frames")).Single();
        var lines = File.ReadAllLines(frames);
        lines[^1] = lines[^1][..^1] + (lines[^1][^1] == '0' ? '1' : '0');
        File.WriteAllLines(frames, lines);
        Assert.Equal(1, await CommandLine.Run(["records", "recompute", "--all", "--bundle", bundle]));
        Assert.Equal(2, await CommandLine.Run(["records", "recompute", "--data", _folder]));
    }

    [Theory]
    [InlineData("19.46", "19.46", true)]
    [InlineData("19.46", "19.47", true)]
    [InlineData("19.46", "19.48", false)]
    [InlineData("0.10", "0.099", true)]
    [InlineData("6.123E-07", "6.124E-07", true)]
    [InlineData("6.123E-07", "6.125E-07", false)]
    [InlineData("130", "131", true)]
    [InlineData("-0.1", "0.1", false)]
    [InlineData("sha256:1", "sha256:2", false)]
    public void Equal_within_the_last_digit_is_one_unit_of_it(string stated, string recomputed, bool equal) =>
        Assert.Equal(equal, RecordComparison.IsWithinLastDigit(stated, recomputed));

    [Fact]
    public void A_difference_is_told_with_its_place_and_both_values()
    {
        var differences = RecordComparison.Of(JsonNode.Parse("""{"a":[{"mean":"1.20"},2],"b":"x"}"""), JsonNode.Parse("""{"a":[{"mean":"1.21"},3],"c":"y"}"""));
        Assert.Equal([new("$.a[0].mean", "1.20", "1.21", true), new("$.a[1]", "2", "3", false), new("$.b", "x", null, false), new("$.c", null, "y", false)], differences);
    }

    IReadOnlyList<ReplayResult> Replay(string type = "", string subject = "")
    {
        using var evidence = Evidence.Of(_folder);
        var replay = new RecordReplay(new StoreSource(evidence.Session));
        return [.. evidence.Session.Query(
            "SELECT id FROM records WHERE type LIKE @0 || '%' AND subject LIKE '%' || @1 ORDER BY leaf", row => row.GetString(0), type, subject).ToList().Select(id => replay.Run(RecordId.TryParse(id, out var known) ? known : default))];
    }

    List<JsonObject> Records()
    {
        using var evidence = Evidence.Of(_folder);
        return evidence.Session.Query("SELECT canonical FROM records ORDER BY leaf", row => CanonicalJson.Parse((byte[])row[0])).ToList();
    }

    void Change(params string[] statements)
    {
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(_folder, "gateway.db")};Pooling=False");
        connection.Open();
        foreach (var statement in statements)
        {
            using var command = connection.CreateCommand();
            command.CommandText = statement;
            Assert.NotEqual(0, command.ExecuteNonQuery());
        }
    }

    static string Copy(string from)
    {
        var to = Directory.CreateTempSubdirectory("fpm-replay-").FullName;
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
        return to;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}

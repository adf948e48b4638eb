using System.Globalization;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Estimation.TimeSeriesQuality;
using FourPerMille.Sensor.Gateway.Ingest;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Quality;
using FourPerMille.Sensor.Payload;
using FourPerMille.Sensor.Unit.Technician.Terminal;
using Xunit.Abstractions;

namespace FourPerMille.Sensor.Unit.Gateway;

/// <summary>When a probe that does not move is called stuck, and when that is over.</summary>
public sealed class StuckProbeTests(ITestOutputHelper output)
{
    static readonly DateTimeOffset Start = TestGateway.Start;

    [Theory]
    [InlineData("7", 1)]
    [InlineData("7 7 7 7", 4)]
    [InlineData("9 7 7 7", 3)] // one step and more: it moved, then stood
    [InlineData("7 7 8 7 7", 2)] // one step to and fro is a sound probe at the edge of two codes
    [InlineData("7 7 40 7 7", 4)] // a loose contact: no soil jumps and comes back exactly
    [InlineData("7 7 7 40", 3)] // whether the newest alone is such a one shows with the next
    [InlineData("7 7 7 40 41", 1)] // it moves again
    [InlineData("7 7 7 40 40", 2)]
    [InlineData("7 7 40 41 7 7", 2)]
    [InlineData("10 20 30 40", 1)]
    public void A_run_of_one_code_ends_where_the_probe_moved(string codes, int length)
    {
        var run = new FlatRun<int>();
        var all = codes.Split(' ').Select(code => int.Parse(code, CultureInfo.InvariantCulture)).ToList();
        for (var i = all.Count - 1; i >= 0; i--) run.Extend(all[i], i);
        Assert.Equal(length, run.Readings);
    }

    [Theory]
    [InlineData(5, 3)]
    [InlineData(27, 3)]
    [InlineData(28, 14)]
    [InlineData(60, 14)]
    [InlineData(73, 14)]
    [InlineData(74, 30)]
    [InlineData(100, 30)]
    public void The_deeper_a_probe_the_longer_it_may_lie_still(double depthCm, int days) => Assert.Equal(TimeSpan.FromDays(days), StuckRule.After(depthCm));

    [Fact]
    public void It_decides_as_the_streaming_flat_line_test_does_with_the_same_length()
    {
        var random = new Random(5);
        List<int> codes = [];
        while (codes.Count < 600)
        {
            var (code, times) = (codes.Count == 0 ? 200 : codes[^1] + (random.Next(2) == 0 ? 1 : -1), random.Next(1, 120));
            codes.AddRange(Enumerable.Repeat(code, times));
        }
        var limit = StuckRule.After(15);
        var streaming = new FlatLineTest(limit.TotalSeconds, limit.TotalSeconds, 1, 3600);
        var flags = codes.Select((code, hour) => streaming.Push(new SeriesPoint(Start.UtcDateTime.AddHours(hour), code)) == QualityFlag.Fail).ToList();
        Assert.Equal(flags, Enumerable.Range(0, codes.Count).Select(hour => IsStuck([.. codes.Select(code => (int?)code)], hour, 15, 60)));
        Assert.Contains(true, flags);
    }

    [DataFact("neon/sjer_2022_06_soiltemp_c.csv", "neon/sjer_2022_06_vswc.csv", "neon/sjer_2022_06_soilco2_ppm.csv", "neon/sjer_2022_06_pressure_kpa.csv")]
    public void A_month_of_real_soil_raises_no_false_alarm_and_finds_the_probe_that_was_dead()
    {
        // NEON San Joaquin Experimental Range, June 2022, half-hour means (which lie stiller than single readings), hourly, in the steps of our probes.
        var series = Series("soiltemp_c", celsius => celsius * 16).Concat(Series("vswc", water => 3000 - 2900 * water))
            .Concat(Series("soilco2_ppm", ppm => Companding.Encode((int)ppm))).Concat(Series("pressure_kpa", kilopascals => kilopascals * 1000 / Channel.Pressure().Step)).ToList();
        foreach (var probe in series)
            output.WriteLine($"{probe.Name}: longest run {Longest(probe.Codes)} h of {StuckRule.After(probe.DepthCm).TotalHours} h, alarms {Alarms(probe)}{(probe.IsSound ? "" : ", flagged all month by its own network")}");
        var sound = series.Where(probe => probe.IsSound).ToList();
        output.WriteLine($"false alarms: {sound.Sum(Alarms)} in {sound.Count} probe-months");
        Assert.True(sound.Count >= 17, "sound probes: " + sound.Count);
        Assert.Equal(0, sound.Sum(Alarms));
        var dead = Assert.Single(series, probe => probe is { Name: "vswc -0.6625", IsSound: false });
        Assert.Equal(1, Alarms(dead));
    }

    [Fact]
    public async Task A_stuck_probe_is_an_alarm_of_its_own_until_it_moves_again()
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol();
        await Take(gateway, node, 0, 72, stuck: true);
        Assert.DoesNotContain(await Alarms(gateway), IsStuckAlarm);

        await Take(gateway, node, 72, 74, stuck: true);
        var alarm = Assert.Single(await Alarms(gateway), IsStuckAlarm);
        Assert.Equal((node.Id + "/ProbeStuck/moisture/1", "warning"), ((string)alarm["key"]!, (string)alarm["severity"]!));
        Assert.Equal(Start, alarm["since"]!.GetValue<DateTimeOffset>(), TimeSpan.FromMinutes(30));
        Assert.Contains("moisture probe 2", (string)alarm["what"]!);
        var (_, said) = await Typed.Run("alarms", "--data", gateway.Folder, "--language", "fr");
        Assert.Contains("exactement la même valeur", said);

        // A loose contact for one reading is no movement, and a silent node makes no run longer or shorter.
        await Take(gateway, node, 74, 75, stuck: false);
        await Take(gateway, node, 75, 77, stuck: true);
        Assert.Equal(alarm["since"]!.ToJsonString(), Assert.Single(await Alarms(gateway), IsStuckAlarm)["since"]!.ToJsonString());
        await Take(gateway, node, 77, 79, stuck: false);
        Assert.DoesNotContain(await Alarms(gateway), IsStuckAlarm);
    }

    [Fact]
    public async Task In_frozen_ground_and_at_the_melting_point_nothing_is_called_stuck()
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol();
        await Take(gateway, node, 0, 100, stuck: true, celsius: 0);
        Assert.DoesNotContain(await Alarms(gateway), IsStuckAlarm);
    }

    static bool IsStuckAlarm(JsonNode alarm) => (string)alarm["kind"]! == "probeStuck";

    static async Task<List<JsonNode>> Alarms(TestGateway gateway) => [.. (await gateway.GetJson("/api/alarms?language=en"))["alarms"]!.AsArray().Select(alarm => alarm!)];

    /// <summary>Hourly readings: everything moves, but the moisture probe at 15 cm where it is stuck; at 0 °C the thermometers stand too.</summary>
    static async Task Take(TestGateway gateway, TestNode node, uint from, uint to, bool stuck, int? celsius = null)
    {
        var frames = Enumerable.Range((int)from, (int)(to - from)).Select(hour =>
        {
            var reading = TestNode.Reading(1, (uint)hour, (uint)hour * 60);
            reading.PressurePascals += 40 * hour;
            for (var depth = 0; depth < 3; depth++)
            {
                reading.MoistureCounts[depth] = depth == 1 && stuck ? 1800 : 1600 + 3 * (hour % 40);
                reading.SoilTemperatureSixteenths[depth] = celsius is { } still ? still * 16 : 200 + hour % 24;
            }
            return node.Frame(reading);
        });
        var now = Start.AddHours(to);
        await gateway.AdvanceTo(now);
        var mark = new ClockMark { Epoch = 1, NextSequence = to, AskedMonotonicSeconds = to * 3600, AnsweredMonotonicSeconds = to * 3600, AnsweredUnixSeconds = (uint)now.ToUnixTimeSeconds() };
        await gateway.Get<FrameIntake>().Take(gateway.Get<NodeRegistry>().Required(node.Id), NodeLink.Wifi, [.. frames, node.Frame(mark)], CancellationToken.None);
    }

    /// <param name="Codes">Hourly; null where there is no value.</param>
    /// <param name="IsSound">Its network did not flag every value of the month.</param>
    sealed record Probe(string Name, double? DepthCm, List<int?> Codes, bool IsSound);

    static IEnumerable<Probe> Series(string quantity, Func<double, double> code) =>
        File.ReadLines(Repository.Data($"neon/sjer_2022_06_{quantity}.csv")!).Skip(1).Select(line => line.Split(',')).GroupBy(cells => cells[3]).Select(probe =>
        {
            var depth = double.Parse(probe.Key, CultureInfo.InvariantCulture) * -100;
            return new Probe($"{quantity} {probe.Key}", quantity is "soiltemp_c" or "vswc" ? depth : null,
                [.. probe.OrderBy(cells => cells[0], StringComparer.Ordinal).Where((_, half) => half % 2 == 0).Select(cells => cells[4].Length == 0 ? (int?)null : (int)Math.Round(code(double.Parse(cells[4], CultureInfo.InvariantCulture))))],
                probe.Any(cells => cells[^1] == "0"));
        }).Where(probe => probe.Codes.Exists(value => value is not null));

    /// <summary>How often it would have been raised in the month.</summary>
    static int Alarms(Probe probe)
    {
        var (raised, before) = (0, false);
        for (var hour = 0; hour < probe.Codes.Count; hour++)
        {
            var now = IsStuck(probe.Codes, hour, probe.DepthCm, 60);
            if (now && !before) raised++;
            before = now;
        }
        return raised;
    }

    static bool IsStuck(List<int?> codes, int at, double? depthCm, int minutes)
    {
        var run = Run(codes, at);
        return run.Readings >= StuckRule.LeastReadings && (run.Newest - run.Oldest) * minutes >= StuckRule.After(depthCm).TotalMinutes;
    }

    static int Longest(List<int?> codes) => Enumerable.Range(0, codes.Count).Max(at => Run(codes, at) is { Readings: > 0 } run ? run.Newest - run.Oldest : 0);

    static FlatRun<int> Run(List<int?> codes, int at)
    {
        var run = new FlatRun<int>();
        for (var i = at; i >= 0 && run.GoesOn; i--)
            if (codes[i] is { } code) run.Extend(code, i);
        return run;
    }
}

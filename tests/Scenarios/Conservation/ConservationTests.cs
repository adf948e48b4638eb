using System.Diagnostics;
using System.Globalization;
using System.Text;
using Xunit.Abstractions;

namespace FourPerMille.Sensor.Scenarios.Conservation;

/// <summary>
/// Random lives of real firmware against a real gateway. <c>FPM_LONG=1</c> lives thousands; <c>FPM_SEED=seed</c> lives one world again,
/// <c>FPM_SEED=first..last</c> several, <c>FPM_SEED=seed:node</c> one node of one.
/// </summary>
public sealed class ConservationTests(ITestOutputHelper output)
{
    const int NodesPerWorld = 50, Rounds = 20, UsualWorlds = 4, LongWorlds = 80, FirstSeed = 1122;

    /// <summary>A minimal list of events is worth half a minute.</summary>
    static readonly TimeSpan ShrinkingTime = TimeSpan.FromSeconds(40);

    [Fact]
    public async Task Whatever_befalls_nodes_and_gateway_every_sampled_reading_is_stored_pending_or_declared_lost()
    {
        var (seeds, node) = Asked();
        var (lives, sampled, stored, conflicts, beyond) = (0, 0, 0, 0, 0);
        var since = Stopwatch.GetTimestamp();
        foreach (var seed in seeds)
        {
            var plan = WorldPlan.Draw(seed, NodesPerWorld, Rounds);
            var outcome = await World.Live(node is { } only ? plan.Only(only) : plan);
            if (outcome.FirstBroken is { } broken) Assert.Fail(await Story(plan, broken, outcome.Lives.Count(life => life.Findings.Count > 0)));
            lives += outcome.Lives.Count;
            sampled += outcome.Lives.Sum(life => life.Sampled);
            stored += outcome.Lives.Sum(life => life.Stored);
            conflicts += outcome.Lives.Sum(life => life.Conflicts);
            beyond += outcome.Lives.Sum(life => life.BeyondKnowledge);
        }
        output.WriteLine($"{lives} lives, {sampled} readings sampled, {stored} stored, {conflicts} kept as conflicts, {beyond} destroyed together with all that knew of them; {Stopwatch.GetElapsedTime(since).TotalSeconds:F1} s");
        // One node alone may have lost most of what it took to a restore.
        Assert.True(node is not null || stored > sampled / 2, "Most readings should arrive, or the worlds are too hard to show anything.");
    }

    static (IEnumerable<int> Seeds, int? Node) Asked()
    {
        if (Environment.GetEnvironmentVariable("FPM_SEED") is not { Length: > 0 } asked)
            return (Enumerable.Range(FirstSeed, Environment.GetEnvironmentVariable("FPM_LONG") == "1" ? LongWorlds : UsualWorlds), null);
        var numbers = asked.Split([":", ".."], StringSplitOptions.None).Select(number => int.Parse(number, CultureInfo.InvariantCulture)).ToArray();
        if (asked.Contains("..", StringComparison.Ordinal)) return (Enumerable.Range(numbers[0], numbers[1] - numbers[0] + 1), null);
        return ([numbers[0]], numbers.Length > 1 ? numbers[1] : null);
    }

    /// <summary>What went wrong, to the fewest events that still bring it about, and how to see it again.</summary>
    static async Task<string> Story(WorldPlan plan, LifeOutcome broken, int brokenLives)
    {
        var (shrunk, findings, trace) = await Shrink(plan.Only(broken.Node), broken);
        var story = new StringBuilder();
        story.AppendLine(CultureInfo.InvariantCulture, $"{brokenLives} lives of world {plan.Seed} do not close; the first is node {broken.Node} ({(broken.Node % 3 == 2 ? "LoRaWAN" : "Wi-Fi")}):");
        foreach (var finding in findings.Take(10)) story.AppendLine("  " + finding);
        story.AppendLine(CultureInfo.InvariantCulture, $"events ({shrunk.Events.Count} of {plan.Only(broken.Node).Events.Count} are needed):");
        foreach (var happening in shrunk.Events.OrderBy(e => e.Round)) story.AppendLine("  " + happening);
        story.AppendLine("the last the node said:");
        foreach (var line in trace.TakeLast(40)) story.AppendLine("  " + line);
        story.AppendLine(CultureInfo.InvariantCulture, $"again: FPM_SEED={plan.Seed}:{broken.Node} dotnet test tests/Scenarios --filter FullyQualifiedName~Conservation");
        return story.ToString();
    }

    /// <summary>Leaves out ever smaller parts of the events while the life still breaks.</summary>
    static async Task<(WorldPlan Plan, IReadOnlyList<string> Findings, IReadOnlyList<string> Trace)> Shrink(WorldPlan plan, LifeOutcome broken)
    {
        var (best, findings, trace) = (plan, broken.Findings, broken.Trace);
        var since = Stopwatch.GetTimestamp();
        for (var part = Math.Max(1, plan.Events.Count / 2); part >= 1; part /= 2)
            for (var at = 0; at < best.Events.Count && Stopwatch.GetElapsedTime(since) < ShrinkingTime;)
            {
                var less = best with { Events = [.. best.Events.Where((_, index) => index < at || index >= at + part)] };
                if ((await World.Live(less)).FirstBroken is { } still) (best, findings, trace) = (less, still.Findings, still.Trace);
                else at += part;
            }
        return (best, findings, trace);
    }
}

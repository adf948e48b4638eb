namespace FourPerMille.Sensor.Scenarios.Conservation;

/// <summary>A gateway that lies, before the judge of lives: what it cannot find out it cannot vouch for.</summary>
public sealed class JudgeTests
{
    /// <summary>Two nodes on Wi-Fi, one on LoRaWAN, whose gateway is killed at its first answer of the fourth hour.</summary>
    static readonly WorldPlan Plan = new(7, [0, 1, 2], 6, [new LifeEvent(3, -1, Happening.KillAtAnswer, 0)]);

    [Fact]
    public async Task A_gateway_that_answers_before_it_commits_is_found_out()
    {
        var outcome = await World.Live(Plan with { AnswersBeforeCommit = true });
        Assert.Contains(outcome.Lives.SelectMany(life => life.Findings), finding => finding.EndsWith("was sampled and is nowhere", StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_that_commits_first_is_not() => Assert.Null((await World.Live(Plan)).FirstBroken);
}

namespace FourPerMille.Sensor.Scenarios.Sim;

/// <summary>
/// The gateway dies at random moments of a pilot, without warning, in the midst of wakes, commits and records, and comes back on the same
/// ports and data.
/// </summary>
public sealed class KillTests
{
    /// <summary>Each kill costs a start of the gateway, about a second; <c>FPM_LONG=1</c> kills for some minutes.</summary>
    static readonly int Kills = Environment.GetEnvironmentVariable("FPM_LONG") == "1" ? 150 : 20;

    [Fact]
    public async Task However_often_the_gateway_is_killed_no_acknowledged_reading_is_missing_none_twice_and_the_log_holds()
    {
        using var pilot = SimProcess.Pilot("--days", "5", "--nodes", "3", "--kills", $"{Kills}", "--seed", "11");
        var code = await pilot.Ended(TimeSpan.FromMinutes(Kills > 20 ? 20 : 6));
        Assert.True(code == 0, pilot.Text);

        var summary = pilot.Summary;
        Assert.Equal(Kills, (int)summary["gatewayKills"]!);
        Assert.Equal(0, (long)summary["missing"]!); // freed by a node, or listed twice, or listed and never sampled
        Assert.Equal(0, (long)summary["conflicts"]!);
        Assert.True((bool)summary["conserved"]!);
        Assert.Equal(0, (long)summary["sealedDays"]!["broken"]!);
        Assert.Equal((long)summary["sampled"]!, (long)summary["stored"]! + (long)summary["pending"]! + (long)summary["declaredLost"]!);
        Assert.True((bool)summary["logHolds"]!); // every checkpoint published before a kill is a state of the final tree
        Assert.Equal((long)summary["records"]!, (long)summary["recordsVerified"]!);
        Assert.True((long)summary["duplicates"]! > 0, "Kills between commit and acknowledgement make nodes send again; none did.");
    }
}

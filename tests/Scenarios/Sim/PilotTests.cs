using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace FourPerMille.Sensor.Scenarios.Sim;

/// <summary>The main command, as a user runs it, on a short pilot.</summary>
public sealed class PilotTests
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task A_short_pilot_accounts_for_every_reading_and_every_record_verifies()
    {
        using var pilot = SimProcess.Pilot("--days", "6", "--nodes", "3");
        var code = await pilot.Ended(Patience);
        Assert.True(code == 0, pilot.Text);

        var summary = pilot.Summary;
        Assert.InRange((long)summary["sampled"]!, 2 * 3 * 6 * 24 - 12, 2 * 3 * 6 * 24 + 120); // a power cut costs one or two, the final flush and the daily seals add some
        Assert.Equal((long)summary["sampled"]!, (long)summary["stored"]! + (long)summary["pending"]! + (long)summary["declaredLost"]!);
        Assert.Equal(0, (long)summary["missing"]!);
        Assert.True((bool)summary["holds"]!);
        Assert.Equal((long)summary["stored"]!, (long)summary["readings"]! + (long)summary["seals"]!);
        var days = summary["sealedDays"]!;
        Assert.InRange((long)days["sealed"]!, 2 * 3 * 4, 2 * 3 * 6); // the last day's seal would come with the next; a power cut may cost one
        Assert.Equal(0, (long)days["broken"]!);
        Assert.Equal(0, (long)summary["observationsTwice"]!);
        Assert.Equal(0, (long)summary["quarantined"]!);
        Assert.True((long)summary["records"]! > 100);
        Assert.Equal((long)summary["records"]!, (long)summary["recordsVerified"]!);
        Assert.Equal("self-consistency", (string?)summary["coverageKind"]);
        Assert.True((double)summary["socCoverage90"]! > 0.5, pilot.Text);
        Assert.True((long)summary["abstentions"]! > 0 && (long)summary["estimates"]! > 0);
    }

    [Fact]
    public async Task The_first_word_comes_at_once_and_the_page_tells_the_story()
    {
        using var pilot = SimProcess.Pilot("--days", "4", "--nodes", "2");
        var code = await pilot.Ended(Patience);
        Assert.True(code == 0, pilot.Text);
        Assert.True(pilot.Lines[0].At < TimeSpan.FromSeconds(10));
        var page = await File.ReadAllTextAsync(pilot.PageFile);
        Assert.Contains("30 local cores taught it", page);
        Assert.Contains("Verified: the record", page);
        Assert.Matches(new Regex("class=\"estimate"), page);
        Assert.Empty(Regex.Matches(page, "(?:src|href)=\"(?!#)[^\"]*\""));
    }

    [DataFact("geeves_as7265x_18.csv", "neon")]
    public async Task A_users_own_soils_and_series_drive_it()
    {
        using var pilot = SimProcess.Pilot("--days", "3", "--nodes", "2",
            "--spectra", Repository.Data("geeves_as7265x_18.csv")!, "--series", Repository.Data("neon")!);
        var code = await pilot.Ended(Patience);
        Assert.True(code == 0, pilot.Text);
        Assert.Equal("measured-soils", (string?)pilot.Summary["coverageKind"]);
        Assert.Contains("replay of neon", pilot.Text);
        Assert.Contains("measured soils of geeves_as7265x_18.csv", pilot.Text);
    }

    [Fact]
    public async Task Ctrl_C_ends_it_clean_and_leaves_no_gateway_behind()
    {
        using var pilot = SimProcess.Pilot("--days", "60", "--nodes", "2");
        var serves = await pilot.Says("gateway serves", Patience);
        await pilot.Says("day ", Patience);
        pilot.Interrupt();
        Assert.Equal(130, await pilot.Ended(TimeSpan.FromSeconds(40)));
        Assert.DoesNotContain("Unhandled", pilot.Text);
        var port = int.Parse(Regex.Match(serves, @"http://127\.0\.0\.1:(\d+)").Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
        using var socket = new TcpClient();
        await Assert.ThrowsAnyAsync<SocketException>(() => socket.ConnectAsync("127.0.0.1", port));
    }

    [Theory]
    [InlineData("--days", "0", "--days 0")]
    [InlineData("--spectra", "/no/such/file.csv", "there is no such file")]
    [InlineData("--series", "/no/such/folder", "there is no such folder")]
    public async Task What_cannot_run_is_refused_with_a_reason(string option, string value, string reason)
    {
        using var pilot = SimProcess.Pilot(option, value);
        Assert.Equal(1, await pilot.Ended(TimeSpan.FromSeconds(30)));
        Assert.Contains(reason, pilot.Text);
    }
}

using System.Text.RegularExpressions;
using System.Xml.Linq;
using FourPerMille.Sensor.Sim.Pilot;
using FourPerMille.Sensor.Sim.Pilot.Page;

namespace FourPerMille.Sensor.Unit.Sim;

public sealed class PilotPageTests
{
    static readonly string Html = PilotPage.Render(PilotReportFixture.Make());

    [Fact]
    public void The_page_stands_alone()
    {
        var folder = Directory.CreateTempSubdirectory("fpm-page-");
        File.WriteAllText(Path.Combine(folder.FullName, "pilot.html"), Html);
        if (Environment.GetEnvironmentVariable("FPM_KEEP_PAGE") is { Length: > 0 } keep) File.WriteAllText(keep, Html);
        folder.Delete(recursive: true);
        Assert.DoesNotContain("<script", Html);
        Assert.DoesNotContain("@import", Html);
        Assert.Empty(Regex.Matches(Html, "(?:src|href)=\"(?!#)[^\"]*\""));
        Assert.Empty(Regex.Matches(Html, "url\\((?!#)"));
    }

    [Fact]
    public void Every_picture_is_well_formed_and_has_a_name_and_a_description()
    {
        var pictures = Regex.Matches(Html, "<svg.*?</svg>", RegexOptions.Singleline);
        Assert.True(pictures.Count > 15);
        foreach (Match picture in pictures)
        {
            var svg = XElement.Parse(picture.Value);
            Assert.Equal("img", (string?)svg.Attribute("role"));
            Assert.NotEmpty(svg.Element("title")!.Value);
            Assert.NotEmpty(svg.Element("desc")!.Value);
        }
        Assert.DoesNotContain("NaN", string.Concat(pictures));
        var ids = Regex.Matches(Html, " id=\"([^\"]+)\"").Select(m => m.Groups[1].Value).ToArray();
        Assert.Equal(ids.Length, ids.Distinct().Count());
    }

    [Fact]
    public void What_the_data_says_is_escaped()
    {
        Assert.Contains("unknown &lt;node&gt;", Html);
        Assert.DoesNotContain("<node>", Html);
        Assert.DoesNotContain(":\"<b>", Html);
    }

    [Fact]
    public void The_story_follows_the_data()
    {
        Assert.Contains("30 local cores taught it", Html);
        Assert.Contains("self-consistency", Html);
        var without = PilotReportFixture.Make();
        without = without with { Regions = [.. without.Regions.Select(r => r with { CoresUtc = null })] };
        Assert.DoesNotContain("taught it", PilotPage.Render(without));
        Assert.DoesNotContain("self-consistency", PilotPage.Render(without with { SelfConsistency = false }));
    }

    [Fact]
    public void An_account_that_does_not_close_is_shown_as_open()
    {
        var html = PilotPage.Render(PilotReportFixture.Make(conserved: false));
        Assert.Contains("1 missing", html);
        Assert.Contains("the account does not close", html);
        Assert.Contains("B1: frame &lt;1.5&gt; is stored with bytes that the node never sent", html);
    }

    [Fact]
    public void Days_that_are_sealed_are_counted_and_those_that_are_not_are_explained()
    {
        Assert.Contains("27 of 28", Html);
        Assert.Contains("324 of 336 are; 12 pending", Html);
        var report = PilotReportFixture.Make();
        var broken = report with { Summary = report.Summary with { SealedDays = new(323, 12, 0, 1) } };
        Assert.Contains("1 broken", PilotPage.Render(broken));
        Assert.False(broken.Summary.Holds);
        Assert.True(report.Summary.Holds);
    }

    [Fact]
    public void The_summary_carries_the_names_other_programs_read()
    {
        var json = System.Text.Json.Nodes.JsonNode.Parse(PilotReportFixture.Make().Summary.ToJson())!.AsObject();
        foreach (var name in new[] { "sampled", "stored", "pending", "declaredLost", "duplicates", "quarantined", "records", "recordsVerified", "socCoverage90", "gatewayUrl", "format", "holds", "readings", "seals", "sealedDays", "conserved", "logHolds", "faults" })
            Assert.True(json.ContainsKey(name), name);
        Assert.Equal(8064, (int)json["sampled"]!);
    }
}

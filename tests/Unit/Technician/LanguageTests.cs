using System.Text.RegularExpressions;
using FourPerMille.Sensor.Tests;
using FourPerMille.Sensor.Estimation.ProbeCalibration;
using FourPerMille.Sensor.Estimation.TimeSeriesQuality;
using FourPerMille.Sensor.Gateway.Calibration;
using FourPerMille.Sensor.Gateway.Technician.Access;
using FourPerMille.Sensor.Gateway.Technician.Health;
using FourPerMille.Sensor.Gateway.Technician.Locales;
using FourPerMille.Sensor.Gateway.Technician.Web;
using FourPerMille.Sensor.Unit.Gateway;

namespace FourPerMille.Sensor.Unit.Technician;

public sealed partial class LanguageTests
{
    static readonly Languages Spoken = new();

    /// <summary>Families whose English text is what the sources say, not their key: MistakeTests and PseudoTerminalTests hold them to it.</summary>
    static readonly string[] AskedByTheirEnglish = ["refusal.", "told.", "help."];

    public static TheoryData<string> Others => [.. Spoken.All.Select(language => language.Code).Where(code => code != "en")];

    [Fact]
    public void The_console_speaks_four_languages() => Assert.Equal(["de", "en", "es", "fr"], Spoken.All.Select(language => language.Code));

    [Theory]
    [MemberData(nameof(Others))]
    public void Every_language_says_everything_with_the_same_parts(string code)
    {
        var other = Spoken.Find(code)!;
        Assert.Equal(Spoken.English.Texts.Keys.Order(StringComparer.Ordinal), other.Texts.Keys.Order(StringComparer.Ordinal));
        foreach (var (key, text) in Spoken.English.Texts)
        {
            Assert.False(string.IsNullOrWhiteSpace(other.Texts[key]) && !key.StartsWith("format.", StringComparison.Ordinal), $"{code}: {key} is empty");
            Assert.True(Parts(text).SequenceEqual(Parts(other.Texts[key])), $"{code}: {key} has other parts than English");
        }
    }

    [Fact]
    public void Every_text_a_page_asks_for_exists_and_none_lies_unused()
    {
        var asked = new HashSet<string>();
        var families = new HashSet<string>();
        var named = new HashSet<string>();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "gateway/Gateway"), "*.*", SearchOption.AllDirectories)
            .Where(file => file.EndsWith(".razor", StringComparison.Ordinal) || file.EndsWith(".cs", StringComparison.Ordinal)).Where(file => !file.Contains("/obj/") && !file.Contains("/bin/")))
        {
            var source = File.ReadAllText(file);
            asked.UnionWith(Keys().Matches(source).Select(match => match.Groups[1].Value));
            named.UnionWith(Named().Matches(source).Select(match => match.Groups[1].Value));
            families.UnionWith(Families().Matches(source).Select(match => match.Groups[1].Value));
        }
        var texts = Spoken.English.Texts.Keys.ToHashSet();
        asked.UnionWith(named.Where(texts.Contains));
        Assert.DoesNotContain(asked, key => !texts.Contains(key));
        Assert.DoesNotContain(texts, key => !asked.Contains(key) && !families.Contains(key.Split('.')[0]) && !AskedByTheirEnglish.Any(family => key.StartsWith(family, StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_member_of_a_family_has_its_word()
    {
        var texts = Spoken.English.Texts;
        var expected = Enum.GetNames<ConcernKind>().SelectMany(kind => new[] { "concern." + kind, "remedy." + kind })
            .Concat(typeof(FourPerMille.Sensor.Gateway.Ingest.RefusalReason).GetFields().Select(field => "refused." + field.GetValue(null)))
            .Concat(Enum.GetNames<ComplaintKind>().Select(kind => "complaint." + kind))
            .Concat(Enum.GetNames<QualityFlag>().Select(flag => "flag." + flag.ToLowerInvariant()))
            .Concat(Enum.GetNames<Severity>().Select(severity => "health." + severity.ToLowerInvariant()))
            .Concat(Enum.GetNames<SetupCode.Verdict>().Where(verdict => verdict != nameof(SetupCode.Verdict.Right)).Select(verdict => "refusal.setup-code-" + verdict.ToLowerInvariant()))
            .Concat(FourPerMille.Sensor.Gateway.Calibration.TermSource.Words.Select(word => "term." + word))
            .Concat(typeof(Note).GetFields().Select(field => "note." + Shown.Key((string)field.GetValue(null)!)));
        Assert.DoesNotContain(expected, key => !texts.ContainsKey(key));
    }

    [Fact]
    public void Numbers_and_dates_follow_the_language()
    {
        var utc = new DateTimeOffset(2026, 3, 1, 6, 5, 0, TimeSpan.Zero);
        Assert.Equal(("0.2345 ± 0.0021", "2026-03-01 06:05 UTC"), (Say("en").Uncertain(0.23451, 0.00213), Say("en").Instant(utc)));
        Assert.Equal(("0,2345 ± 0,0021", "01/03/2026 06:05 UTC"), (Say("fr").Uncertain(0.23451, 0.00213), Say("fr").Instant(utc)));
        Assert.Equal("12\u202f345,7", Say("de").Number(12345.67, 1));
        Assert.Equal("−3,5", Say("es").Number(-3.5, 1));
    }

    [Theory]
    [InlineData("fr-BJ,fr;q=0.9,en;q=0.8", "fr")]
    [InlineData("fon,en;q=0.5", "en")]
    [InlineData("ES", "es")]
    [InlineData(null, "en")]
    public void The_browsers_wish_is_followed_where_it_is_spoken(string? wish, string code) => Assert.Equal(code, Spoken.Preferred(wish).Code);

    [Fact]
    public async Task Pages_take_all_their_words_from_the_language_file()
    {
        await using var gateway = await TestGateway.Run();
        await gateway.Get<AccountBook>().Open("ada", Role.Administrator, "maize after beans", "test", default);
        await gateway.Enrol();
        foreach (var language in Spoken.All)
        {
            using var visitor = new ConsoleVisitor(gateway.Running.Http, language.Code);
            await visitor.SignIn("ada", "maize after beans");
            foreach (var path in new[] { "/", "/alarms", "/nodes/0004a30b001c0530", "/records", "/calibrations", "/accounts", "/account", "/not-allowed" })
            {
                var page = await visitor.Page(path);
                Assert.Contains($"lang=\"{language.Code}\"", page);
                Assert.DoesNotContain("⟦", page);
                Assert.DoesNotMatch(@"\{\d\}", page);
            }
        }
    }

    static Wording Say(string code) => new(Spoken.Find(code)!);

    static IEnumerable<string> Parts(string text) => Placeholders().Matches(text).Select(match => match.Value).Distinct().Order(StringComparer.Ordinal);

    [GeneratedRegex(@"\{\d\}")]
    private static partial Regex Placeholders();

    /// <summary>Say["key"…], this["key"…] and Key = "refusal.…".</summary>
    [GeneratedRegex("(?:(?:[Ss]ay|this|Texts)\\[|Key = )\"([a-z][a-zA-Z0-9.-]*)\"(?! \\+)")]
    private static partial Regex Keys();

    /// <summary>A key that is handed on, or one of two.</summary>
    [GeneratedRegex("\"([a-z-]+\\.[a-zA-Z0-9.-]+)\"")]
    private static partial Regex Named();

    [GeneratedRegex("(?:Of|Knows)\\(\"([a-z-]+)[\".]")]
    private static partial Regex Families();
}

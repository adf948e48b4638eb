using System.Text.RegularExpressions;
using FourPerMille.Sensor.Estimation.ProbeCalibration;
using FourPerMille.Sensor.Gateway;
using FourPerMille.Sensor.Gateway.Technician.Locales;
using FourPerMille.Sensor.Tests;

namespace FourPerMille.Sensor.Unit.Technician;

/// <summary>
/// Whoever types a nonsense value, pulls the plug mid-step or opens two tabs is told what, where, and what to do next. All these texts in four
/// languages, filled with sample values, stand in the files beside this one (Mistakes/*.txt), to be read as texts: a changed sentence shows as a changed line.
/// FPM_APPROVE=1 writes the files anew.
/// </summary>
public sealed partial class MistakeTests
{
    static readonly Languages Spoken = new();

    static readonly string[] Families = ["refusal.", "complaint.", "calibration-wants.", "bench-reason.", "model.refused-", "model.line-", "model.gate-", "outbox-advice.", "told.typed-", "sign-in.refused", "sign-in.locked", "layout.line-lost", "account.old-wrong"];

    public static TheoryData<string> Codes => [.. Spoken.All.Select(language => language.Code)];

    [Theory, MemberData(nameof(Codes))]
    public void What_a_technician_is_told_of_a_mistake_is_as_it_was_read_and_approved(string code)
    {
        var told = string.Concat(Told(Spoken.Find(code)!).Select(line => line + "\n"));
        var file = Path.Combine(Repository.Root, "tests/Unit/Technician/Mistakes", code + ".txt");
        if (Environment.GetEnvironmentVariable("FPM_APPROVE") == "1") File.WriteAllText(file, told);
        var approved = File.ReadAllText(file);
        if (told == approved) return;
        var (now, before) = (told.Split('\n').ToHashSet(), approved.Split('\n').ToHashSet());
        Assert.Fail($"Texts have changed. Read them as somebody in a field would (what, where, what to do next), then approve them: FPM_APPROVE=1 dotnet test tests/Unit --filter {nameof(MistakeTests)}\n"
            + string.Join('\n', before.Except(now).Select(line => "- " + line).Concat(now.Except(before).Select(line => "+ " + line))));
    }

    [Theory, MemberData(nameof(Codes))]
    public void Every_text_keeps_to_how_its_language_is_set(string code)
    {
        var faults = Spoken.Find(code)!.Texts.Where(text => !text.Key.StartsWith("format.", StringComparison.Ordinal)).SelectMany(text => Typography(code, text.Value).Select(fault => $"{text.Key} {fault}: {text.Value}")).ToList();
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [Fact]
    public void Every_sentence_that_refuses_has_its_words()
    {
        var sentences = SourceSentences.All().ToList();
        Assert.True(sentences.Count > 200, "the sources are not where they are looked for");
        Assert.Empty(sentences.Where(sentence => RefusalWords.KeyOf(sentence.Template) is null).Select(sentence => $"{sentence.Where}: {sentence.Template}"));
        var templates = sentences.Select(sentence => sentence.Template).ToHashSet();
        var sources = string.Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "gateway/Gateway"), "*.cs", SearchOption.AllDirectories).Where(file => !file.Contains("/obj/") && !file.Contains("/bin/")).Select(File.ReadAllText));
        Assert.DoesNotContain(Spoken.English.Texts, text => text.Key.StartsWith("refusal.", StringComparison.Ordinal) && !templates.Contains(text.Value) && !IsNamed(text.Key, sources));
    }

    [Fact]
    public void The_reader_of_sources_finds_holes_joined_literals_and_keys()
    {
        const string source = """
            throw new InputRefused($"{file}: holds {Join(", ", x.Select(y => $"'{y}'"))}. " + $"Take {{two}}.", 409);
            throw new InputRefused("plain (so).") { Key = "refusal.plain" };
            throw new InputRefused(other.Message);
            static InputRefused Empty(int at) =>
                new($"line {at} is empty.");
            static InputRefused Conflict(string what) => new($"{what}.") { Key = key };
            void Require(bool met, string field, RefusalSentence what) { }
             Require(a is { Length: > 0, Other: "x" }, $"strata[{i}]", $"'{b}' is none");
            """;
        Assert.Equal(["{0}: holds {1}. Take {two}.", "line {0} is empty.", "'{0}' is none"], SourceSentences.Of(source).Select(sentence => sentence.Template));
    }

    [Fact]
    public void A_refusal_keeps_its_parts_and_is_said_in_the_readers_language_with_his_decimal_sign()
    {
        var depth = 0.5;
        var refused = new InputRefused($"{"x.json"}: ends at {depth} cm, the campaign asks for {30} cm.");
        Assert.Equal("x.json: ends at 0.5 cm, the campaign asks for 30 cm.", refused.Message);
        Assert.Equal("core-short", refused.Code);
        Assert.Equal("x.json\u202f: finit à 0,5 cm, la campagne demande 30 cm.", Say("fr").Of(refused));
        // From the gateway to the terminal and still with numbers and sentences of its own.
        RefusalSentence within = $"{depth} must lie in 0 to 300";
        var nested = new InputRefused($"{"depthCm"}: {within}.");
        var heard = new InputRefused(nested.Message) { Key = "refusal." + nested.Code, Parts = RefusalWords.FromJson(RefusalWords.ToJson(nested.Parts)) };
        Assert.Equal("depthCm: 0.5 must lie in 0 to 300.", Say("en").Of(heard));
        Assert.Equal("depthCm: 0,5 muss zwischen 0 und 300 liegen.", Say("de").Of(heard));
    }

    [Fact]
    public void What_was_kept_in_English_is_told_in_the_readers_language()
    {
        Assert.Equal("Version 4: abgelehnt: Der Knoten kann mit diesem Wert von spectralEvery nicht arbeiten.", Say("de").Retold("version 4: refused: the node cannot work with this value of spectralEvery."));
        Assert.Equal("au banc du nœud\u202f: Air, Eau, Sol", Say("fr").Method("on the node's bench: air, water, soil"));
        Assert.Equal("two points, ice and steam", Say("fr").Method("two points, ice and steam"));
    }

    static IEnumerable<string> Told(Language language)
    {
        var say = new Wording(language);
        foreach (var (key, text) in language.Texts.Where(text => Families.Any(family => text.Key.StartsWith(family, StringComparison.Ordinal))).OrderBy(text => text.Key, StringComparer.Ordinal))
            yield return $"{key}\t{say[key, [.. Samples(key, say)]].ReplaceLineEndings(" ⏎ ")}";
    }

    /// <summary>Values that read like those a person gets: from the key's own, else by the place they have.</summary>
    static IEnumerable<object> Samples(string key, Wording say) => key switch
    {
        "refusal.input-missing" or "refusal.input-range" => [say["input.wet"], "1", say.Plain(5000), "g"],
        "refusal.not-a-number" => ["12,3,4"],
        "refusal.masses" => ["80", "250", "310", "100"],
        "refusal.radio-unconfirmed" => ["EU868", say["country.ML"]],
        "refusal.gateway-mute" => ["http://127.0.0.1:8080/", "Connection refused"],
        "complaint.TakenUnsettled" => [say["step.soil"], say["bench-reason.still-rising"]],
        "complaint.TileDiffers" => ["7", say.Plain(0.47), say.Plain(0.5)],
        "complaint.ImpossibleWater" => [say.Plain(0.83)],
        "complaint.SpanSmall" => ["180", "400"],
        "complaint.ScatterUnexplained" => [say.Plain(14.2), "4"],
        _ when key.StartsWith("complaint.Point", StringComparison.Ordinal) => ["3", say.Plain(2.9)],
        _ when key.StartsWith("complaint.", StringComparison.Ordinal) => ["3", "5"],
        _ => Numbered().Matches(say[key]).Select(match => match.Value).Distinct().Order(StringComparer.Ordinal).Select((_, i) => (object)$"‹{(char)('A' + i)}›"),
    };

    /// <summary>Some refusals are asked for by their key, or by its beginning.</summary>
    static bool IsNamed(string key, string sources) =>
        sources.Contains($"\"{key}\"", StringComparison.Ordinal) || sources.Contains($"\"{key["refusal.".Length..]}\"", StringComparison.Ordinal)
        || Beginnings().Matches(sources).Any(match => key.StartsWith(match.Groups[1].Value, StringComparison.Ordinal));

    static IEnumerable<string> Typography(string code, string text)
    {
        if (text.Contains("  ", StringComparison.Ordinal) && !Aligned().IsMatch(text)) yield return "has two spaces in a row";
        if (text.Trim() != text && text.Length > 0) yield return "begins or ends with a space";
        if (BeforeComma().IsMatch(text)) yield return "has a space before a comma or a full stop";
        if (code != "fr" && BeforeColon().IsMatch(text)) yield return "has a space before a colon, semicolon or mark";
        var (open, close) = code switch { "fr" or "es" => ('«', '»'), "de" => ('„', '“'), _ => ('“', '”') };
        if (text.Count(c => c == open) != text.Count(c => c == close)) yield return $"does not close what {open} opens";
        foreach (var foreign in "«»„“”".Where(mark => mark != open && mark != close && text.Contains(mark))) yield return $"quotes with {foreign}";
        if (code != "en" && Commands().IsMatch(text)) yield return "quotes as English does";
        if (code == "fr" && FrenchSpace().IsMatch(text)) yield return "lacks the narrow space of French before a sign or inside « »";
        if (code == "es" && (text.Count(c => c == '?') > text.Count(c => c == '¿') || text.Count(c => c == '!') > text.Count(c => c == '¡'))) yield return "does not open its question";
        if (code == "es" && Regex.IsMatch(text, "«\\s|\\s»")) yield return "has a space inside « »";
    }

    static Wording Say(string code) => new(Spoken.Find(code)!);

    [GeneratedRegex(@"\{\d\}")]
    private static partial Regex Numbered();

    [GeneratedRegex("\"(refusal\\.[a-z0-9-]+-)\" \\+")]
    private static partial Regex Beginnings();

    [GeneratedRegex(@"[^.\s(] [,.](?![\w…])")]
    private static partial Regex BeforeComma();

    [GeneratedRegex(@"\w [:;!?](\s|$)")]
    private static partial Regex BeforeColon();

    /// <summary>Columns of the terminal, and its setup code.</summary>
    [GeneratedRegex(@"\{\d\}  |   \(")]
    private static partial Regex Aligned();

    [GeneratedRegex(@"(?<!\w)'(fpm|serve|courier|--)[^']*'")]
    private static partial Regex Commands();

    /// <summary>What is typed, such as sha256: and the digits, is no prose.</summary>
    [GeneratedRegex(@"(?<!sha256|between)[\p{L}\d}»)'\] \u00a0](?<!sha256|between)[:;!?»](\s|$)|« |«[^\u202f]")]
    private static partial Regex FrenchSpace();
}

using System.CommandLine;
using System.Text.RegularExpressions;
using FourPerMille.Sensor.Gateway.Technician.Cli;
using FourPerMille.Sensor.Gateway.Technician.Locales;

namespace FourPerMille.Sensor.Unit.Technician.Terminal;

/// <summary>
/// What the terminal says comes from the language file: every verb, as <see cref="JsonEverywhereTests.Workshop"/> types it, in the pseudo-language that
/// puts its texts into brackets. Letters outside them are data, or a text that no other language has.
/// </summary>
public sealed partial class PseudoTerminalTests
{
    /// <summary>What they put out is for machines, or the bytes of a record: names in English by contract, whoever reads.</summary>
    static readonly string[] ForMachines = ["serve", "record campaign", "record samples", "record practice", "record consent", "record node", "records show", "records opening", "claim vm0042", "calibrate fit", "configuration template", "configuration show"];

    [Fact]
    public async Task Every_verb_takes_its_words_from_the_language_file()
    {
        await using var shop = await JsonEverywhereTests.Workshop.Open(withPseudo: true);
        var strays = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (verb, (code, words)) in shop.Cases())
        {
            if (verb == "serve") continue;
            var (ended, said, complained) = await Typed.Everything([.. verb.Split(' '), .. words, "--language", "qps-ploc"]);
            Assert.True(code == ended, $"{verb} ended with {ended}: {said}{complained}");
            foreach (var stray in Outside(ForMachines.Contains(verb) ? complained : said + "\n" + complained)) strays.Add($"{verb}: {stray}");
        }
        Assert.True(strays.Count == 0, string.Join('\n', strays));
    }

    [Fact]
    public void Help_is_said_in_words_of_the_language_file_and_no_such_word_lies_unused()
    {
        var used = new HashSet<string>();
        var lacking = new List<string>();
        void Look(string where, string? description)
        {
            foreach (var paragraph in (description ?? "").ReplaceLineEndings("\n").Split("\n\n").Where(paragraph => !paragraph.StartsWith("Example", StringComparison.Ordinal)))
                if (Retelling.Of(paragraph) is var (key, _) && key.StartsWith("help.", StringComparison.Ordinal)) used.Add(key);
                else lacking.Add($"{where}\t{paragraph.Replace("\n", "\\n")}");
        }
        void Walk(Command command, string path)
        {
            Look(path, command.Description);
            foreach (var argument in command.Arguments) Look($"{path} <{argument.Name}>", argument.Description);
            foreach (var option in command.Options) Look($"{path} {option.Name}", option.Description);
            foreach (var child in command.Subcommands) Walk(child, $"{path} {child.Name}");
        }
        Walk(CommandLine.Build(), "fpm");
        Assert.True(lacking.Count == 0, string.Join('\n', lacking));
        Assert.DoesNotContain(new Languages().English.Texts.Keys, key => key.StartsWith("help.", StringComparison.Ordinal) && !used.Contains(key));
    }

    [Fact]
    public async Task Help_speaks_the_readers_language_and_fits_the_screen()
    {
        var (code, said) = await Typed.Run("node", "add", "--help", "--language", "fr");
        Assert.Equal(0, code);
        foreach (var wanted in new[] { "fpm node add <node> [options]", "(obligatoire)", "--site <site>", "Options" }) Assert.Contains(wanted, said);
        Assert.DoesNotContain("Enrol", said);
        Assert.DoesNotContain(WordedHelp.Of(CommandLine.Build(), new Wording(new Languages().Find("de")!), 80).Split('\n'), line => line.Length > 80);
        var (refused, complaint) = await Typed.Errors("node", "shw", "--language", "de");
        Assert.Equal(2, refused);
        Assert.Contains("„shw“ ist hier kein bekannter Befehl", complaint);
    }

    [Fact]
    public void The_walk_sees_English_and_lets_data_pass()
    {
        Assert.Equal(["records in"], Outside("3 records in /tmp/x\n[Ñode] 0004a30b001c0530 sha256:ab12 …·"));
        Assert.Empty(Outside("[[à] 3 b] fpm.soil-day/1 http://127.0.0.1:1/ qartod_flag.csv"));
    }

    static IEnumerable<string> Outside(string said)
    {
        for (string before = ""; before != said;) (before, said) = (said, Bracketed().Replace(said, " "));
        return said.Split('\n').Select(line => Spaces().Replace(Data().Replace(line, " "), " ").Trim(' ', ',', ';', ':', '.', '/', '-', '!', '(', ')', '…')).Where(line => Word().IsMatch(line)).Distinct();
    }

    [GeneratedRegex(@"\[[^\[\]]*\]")]
    private static partial Regex Bracketed();

    /// <summary>Paths, addresses, options, ids, hashes, names of settings, files, probes, units and figures that are the same in every language.</summary>
    [GeneratedRegex(@"\S*[/\\@=_]\S*|https?:\S+|--[a-z-]+|\S*\d\S*|\b[a-z]+[A-Z]\w*|\b(hut|france|benin|borgou|village|planned|base|field|ada|root|DevEUI|JoinEUI|AppKey|LoRaWAN|Wi-Fi|UTC|FourPerMille|soc|carbon|analytic|RMSECV|RPIQ|LCCC|host|port)\b|\S+\.(csv|json|html|md|geojson)\b|░|█|▄|▀")]
    private static partial Regex Data();

    [GeneratedRegex(@"\p{L}{3}")]
    private static partial Regex Word();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}

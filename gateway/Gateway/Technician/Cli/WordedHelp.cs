using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Text;
using FourPerMille.Sensor.Gateway.Technician.Locales;
using Spectre.Console;

namespace FourPerMille.Sensor.Gateway.Technician.Cli;

/// <summary>
/// What a verb takes, in the reader's language. A description stands in English beside its option, where whoever changes it sees it; the language files
/// word it (<see cref="Retelling"/>, family <c>help.</c>), paragraph by paragraph. Examples and names of options are the same in every language.
/// </summary>
sealed class WordedHelp : SynchronousCommandLineAction
{
    const int Indent = 2, LongestTerm = 44, NarrowestLine = 60;

    public static RootCommand On(RootCommand root)
    {
        root.Options.OfType<HelpOption>().Single().Action = new WordedHelp();
        return root;
    }

    /// <summary>What is missing on the command line does not matter to who asks what it takes.</summary>
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parsed)
    {
        Console.Write(Of(parsed.CommandResult.Command, SharedOptions.Say(parsed), Math.Max(NarrowestLine, AnsiConsole.Profile.Width)));
        return ExitCode.Done;
    }

    internal static string Of(Command command, Wording say, int width)
    {
        var text = new StringBuilder(string.Join("\n\n", (command.Description ?? "").ReplaceLineEndings("\n").Split("\n\n").Select(paragraph => Paragraph(paragraph, say, width))));
        text.Append("\n\n").Append(say["help-word.usage"]).Append("\n  ").Append(Usage(command, say)).Append('\n');
        Part("help-word.arguments", command.Arguments.Where(argument => !argument.Hidden).Select(argument => ($"<{argument.Name}>", Described(argument, say))));
        Part("help-word.options", Options(command).Select(option => (Names(option, say), Described(option, say))));
        Part("help-word.commands", command.Subcommands.Where(child => !child.Hidden).Select(child => (child.Name, say.Retold((child.Description ?? "").ReplaceLineEndings("\n").Split("\n\n")[0]))));
        return text.ToString();

        void Part(string heading, IEnumerable<(string Term, string What)> lines)
        {
            var all = lines.ToList();
            if (all.Count == 0) return;
            var column = Indent + Math.Min(LongestTerm, all.Max(line => line.Term.Length)) + 2;
            text.Append('\n').Append(say[heading]).Append('\n');
            foreach (var (term, what) in all) text.Append(' ', Indent).Append(term.PadRight(column - Indent)).Append(Wrapped(what, column, width)).Append('\n');
        }
    }

    /// <summary>A paragraph of examples keeps its lines; only what heads it is said in words.</summary>
    static string Paragraph(string paragraph, Wording say, int width)
    {
        if (!paragraph.StartsWith("Example", StringComparison.Ordinal)) return Wrapped(say.Retold(paragraph), 0, width);
        var lines = paragraph.Split('\n');
        return string.Join('\n', lines.Skip(1).Prepend(say[lines[0] == "Example:" ? "help-word.example" : "help-word.examples"]));
    }

    /// <summary>fpm node add &lt;node&gt; [options].</summary>
    static string Usage(Command command, Wording say)
    {
        var path = new Stack<string>();
        for (Symbol? at = command; at is Command named; at = named.Parents.FirstOrDefault()) path.Push(named is RootCommand ? "fpm" : named.Name);
        var words = path.Concat(command.Arguments.Select(argument => argument.Arity.MinimumNumberOfValues == 0 ? $"[<{argument.Name}>]" : $"<{argument.Name}>"));
        if (command.Subcommands.Count > 0) words = words.Append($"<{say["help-word.command"]}>");
        return string.Join(' ', words.Append($"[{say["help-word.option"]}]"));
    }

    /// <summary>Its own, then those that hold for every verb.</summary>
    static IEnumerable<Option> Options(Command command)
    {
        var own = command.Options.ToList();
        for (var at = command.Parents.OfType<Command>().FirstOrDefault(); at is not null; at = at.Parents.OfType<Command>().FirstOrDefault()) own.AddRange(at.Options.Where(option => option.Recursive && !own.Contains(option)));
        return own.Where(option => !option.Hidden);
    }

    static string Names(Option option, Wording say) => string.Join(", ", option.Aliases.Where(alias => alias is "-h" or "-?").Append(option.Name))
        + (option.ValueType == typeof(bool) || option.Arity.MaximumNumberOfValues == 0 ? "" : $" <{option.HelpName ?? option.Name.TrimStart('-')}>")
        + (option.Required ? $" ({say["help-word.required"]})" : "");

    static string Described(Option option, Wording say) => say.Retold(option.Description ?? "")
        + (option.HasDefaultValue && !option.Required && option.ValueType != typeof(bool) && option.GetDefaultValue() is { } value and not "" ? $" [{say["help-word.default", value]}]" : "");

    static string Described(Argument argument, Wording say) => say.Retold(argument.Description ?? "");

    /// <summary>Broken between words; lines after the first begin at the column.</summary>
    static string Wrapped(string text, int column, int width)
    {
        var (lines, line) = (new List<string>(), new StringBuilder());
        foreach (var word in text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && column + line.Length + 1 + word.Length > width)
            {
                lines.Add(line.ToString());
                line.Clear();
            }
            line.Append(line.Length > 0 ? " " : "").Append(word);
        }
        return string.Join("\n" + new string(' ', column), lines.Append(line.ToString()));
    }
}

using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace FourPerMille.Sensor.Gateway.Technician.Cli;

/// <summary>A refusal for its two readers: a sentence on standard error, or <c>{"error":{what, where, do}}</c> on standard output. Both end with <see cref="ExitCode.Refused"/>.</summary>
static partial class RefusalOutput
{
    /// <summary>Longer than any path or address that a refusal names; what stands before a colon beyond it is a sentence.</summary>
    const int LongestPlace = 200;

    public static void Tell(ParseResult parsed, InputRefused refused, bool json)
    {
        if (!json)
        {
            Console.Error.WriteLine(Say(parsed) is { } say ? say.Of(refused) : refused.Message);
            return;
        }
        var (where, what, cure) = Split(refused.Message);
        Write(refused.Code, what, where ?? VerbOf(parsed), cure ?? HelpOf(parsed));
    }

    /// <summary>A command line that does not parse.</summary>
    public static void Tell(ParseResult parsed, IReadOnlyList<string> errors, bool json)
    {
        if (json)
        {
            Write("command-line", string.Join(" ", errors), VerbOf(parsed), HelpOf(parsed));
            return;
        }
        var say = Say(parsed) ?? SharedOptions.English;
        foreach (var error in errors) Console.Error.WriteLine(say.Retold(error));
        Console.Error.WriteLine(say["terminal.command-help"]);
    }

    /// <summary>Every refusal reads "where: what. What to do." (<see cref="InputRefused"/>); this takes it apart again.</summary>
    internal static (string? Where, string What, string? Do) Split(string message)
    {
        var colon = message.IndexOf(": ", StringComparison.Ordinal);
        var hasPlace = colon is > 0 and <= LongestPlace && !SentenceEnd().IsMatch(message[..colon]);
        var (where, rest) = hasPlace ? (message[..colon], message[(colon + 2)..]) : (null, message);
        var end = SentenceEnd().Match(rest);
        return end.Success ? (where, rest[..end.Index], rest[(end.Index + end.Length)..]) : (where, rest, null);
    }

    static void Write(string? code, string what, string where, string cure)
    {
        var error = new JsonObject { ["what"] = what, ["where"] = where, ["do"] = cure, ["exitCode"] = ExitCode.Refused };
        if (code is not null) error["code"] = code;
        JsonOutput.Write(new JsonObject { ["error"] = error });
    }

    /// <summary>The language asked for; null where it is that which was refused, or which did not parse.</summary>
    static Locales.Wording? Say(ParseResult parsed)
    {
        try { return SharedOptions.Say(parsed); }
        catch (Exception unsaid) when (unsaid is InputRefused or InvalidOperationException) { return null; }
    }

    static string HelpOf(ParseResult parsed) => $"'{VerbOf(parsed)} --help' shows what it takes.";

    /// <summary>As it is typed: fpm node add.</summary>
    static string VerbOf(ParseResult parsed)
    {
        var words = new Stack<string>();
        for (SymbolResult? at = parsed.CommandResult; at is CommandResult { Command: not RootCommand } command; at = at.Parent) words.Push(command.Command.Name);
        return string.Join(' ', words.Prepend("fpm"));
    }

    /// <summary>Between two sentences.</summary>
    [GeneratedRegex(@"(?<=[.!?)])\s+(?=[A-Z'])")]
    private static partial Regex SentenceEnd();
}

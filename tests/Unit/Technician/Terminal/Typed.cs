using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Technician.Cli;

namespace FourPerMille.Sensor.Unit.Technician.Terminal;

/// <summary>A command line as somebody types it, and what it says. Each test hears its own only, though all share one process.</summary>
static class Typed
{
    static readonly AsyncLocal<StringWriter?> Heard = new(), Complained = new();

    // Before anything takes hold of the console's writer.
    [ModuleInitializer]
    internal static void Listen()
    {
        Console.SetOut(new Router(Console.Out, Heard));
        Console.SetError(new Router(Console.Error, Complained));
        // Nothing is broken at the edge of a screen that is not there.
        Spectre.Console.AnsiConsole.Profile.Width = 2000;
    }

    public static Task<(int Code, string Said)> Run(params string[] words) => Run(words, CancellationToken.None);

    public static async Task<(int Code, string Said)> Run(string[] words, CancellationToken stop)
    {
        Heard.Value = new StringWriter();
        var code = await CommandLine.Run(words, stop);
        var said = Heard.Value.ToString();
        Heard.Value = null;
        return (code, said);
    }

    /// <summary>What it says on standard error.</summary>
    public static async Task<(int Code, string Said)> Errors(params string[] words)
    {
        Complained.Value = new StringWriter();
        var (code, _) = await Run(words);
        var said = Complained.Value.ToString();
        Complained.Value = null;
        return (code, said);
    }

    /// <summary>What it says on standard output and on standard error.</summary>
    public static async Task<(int Code, string Said, string Complained)> Everything(params string[] words)
    {
        Complained.Value = new StringWriter();
        var (code, said) = await Run(words);
        var complained = Complained.Value.ToString();
        Complained.Value = null;
        return (code, said, complained);
    }

    public static async Task<JsonNode> Json(int code, params string[] words)
    {
        var (ended, said) = await Run([.. words, "--json"]);
        Assert.True(code == ended, $"ended with {ended}: {said}");
        return JsonNode.Parse(said)!;
    }

    sealed class Router(TextWriter usual, AsyncLocal<StringWriter?> heard) : TextWriter
    {
        public override Encoding Encoding => usual.Encoding;
        public override void Write(char value) => (heard.Value ?? usual).Write(value);
        public override void Write(string? value) => (heard.Value ?? usual).Write(value);
        public override void Write(char[] buffer, int index, int count) => (heard.Value ?? usual).Write(buffer, index, count);
        public override void Flush() => usual.Flush();
    }
}

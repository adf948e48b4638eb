using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Technician.Cli;

namespace FourPerMille.Sensor.Unit.Technician.Terminal;

/// <summary>A command line as somebody types it, and what it says. Each test hears its own only, though all share one process.</summary>
static class Typed
{
    static readonly AsyncLocal<StringWriter?> Heard = new();

    // Before anything takes hold of the console's writer.
    [ModuleInitializer]
    internal static void Listen() => Console.SetOut(new Router(Console.Out));

    public static async Task<(int Code, string Said)> Run(params string[] words)
    {
        Heard.Value = new StringWriter();
        var code = await CommandLine.Run(words);
        var said = Heard.Value.ToString();
        Heard.Value = null;
        return (code, said);
    }

    public static async Task<JsonNode> Json(int code, params string[] words)
    {
        var (ended, said) = await Run([.. words, "--json"]);
        Assert.True(code == ended, $"ended with {ended}: {said}");
        return JsonNode.Parse(said)!;
    }

    sealed class Router(TextWriter usual) : TextWriter
    {
        public override Encoding Encoding => usual.Encoding;
        public override void Write(char value) => (Heard.Value ?? usual).Write(value);
        public override void Write(string? value) => (Heard.Value ?? usual).Write(value);
        public override void Write(char[] buffer, int index, int count) => (Heard.Value ?? usual).Write(buffer, index, count);
        public override void Flush() => usual.Flush();
    }
}

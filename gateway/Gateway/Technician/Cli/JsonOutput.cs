using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Technician.Locales;

namespace FourPerMille.Sensor.Gateway.Technician.Cli;

/// <summary>A verb's result as JSON, to a file or to standard output.</summary>
static class JsonOutput
{
    static readonly JsonSerializerOptions Readable = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(JsonNode result, string? path = null)
    {
        string text = result.ToJsonString(Readable);
        if (path is null) Console.Out.WriteLine(text);
        else File.WriteAllText(path, text + "\n");
    }

    /// <summary>One answer, two readers: as it is under <c>--json</c>, else as <paramref name="people"/> shows it.</summary>
    public static void Show(ParseResult parsed, JsonNode answer, Action people)
    {
        if (parsed.GetValue(SharedOptions.Json)) Write(answer);
        else people();
    }

    /// <summary>The same, where a person gets a sentence or a few lines in their language.</summary>
    public static void Show(ParseResult parsed, JsonNode answer, Func<Wording, string> people) => Show(parsed, answer, () => Console.WriteLine(people(SharedOptions.Say(parsed))));

    /// <summary>A result that is JSON whether asked for or not: to the file, which <c>--json</c> then names, or to standard output.</summary>
    public static void Deliver(ParseResult parsed, JsonNode result, string? path)
    {
        Write(result, path);
        if (path is not null) Wrote(parsed, path);
    }

    /// <summary>What a verb that writes files wrote, for programs that go on with them.</summary>
    public static void Wrote(ParseResult parsed, params string[] files) => Show(parsed, Node(new { written = files.Select(Path.GetFullPath) }), () => { });

    public static JsonNode Node<T>(T value) => JsonSerializer.SerializeToNode(value, Readable)!;
}

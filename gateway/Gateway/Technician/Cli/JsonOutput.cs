using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FourPerMille.Sensor.Gateway.Technician.Cli;

/// <summary>A verb's result as JSON, to a file or to standard output.</summary>
static class JsonOutput
{
    static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(JsonObject result, string? path)
    {
        string text = result.ToJsonString(Readable);
        if (path is null) Console.Out.WriteLine(text);
        else File.WriteAllText(path, text + "\n");
    }
}

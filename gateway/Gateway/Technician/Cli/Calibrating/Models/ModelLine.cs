using System.CommandLine;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.SocModels.Candidates;
using FourPerMille.Sensor.Gateway.Technician.Locales;

namespace FourPerMille.Sensor.Gateway.Technician.Cli.Calibrating.Models;

/// <summary>A campaign of the gateway that runs on a data folder, and what it says in the technician's language.</summary>
sealed class ModelLine(AdminClient gateway, string name) : IDisposable
{
    public static ModelLine Of(ParseResult parsed, string name) => new(AdminClient.To(parsed.GetRequiredValue(SharedOptions.Data)), name);

    string Path => "/api/soc-models/" + Uri.EscapeDataString(name);

    public async Task<JsonNode> Get(string below, CancellationToken stop) => JsonNode.Parse(await Text(below, stop))!;
    public Task<string> Text(string below, CancellationToken stop) => Worded(() => gateway.GetText(Path + below, stop));
    public async Task<JsonNode> Post(string below, JsonObject body, CancellationToken stop) => JsonNode.Parse(await Worded(() => gateway.Post(Path + below, body, stop)))!;
    public async Task<JsonNode> Plan(JsonObject body, CancellationToken stop) => JsonNode.Parse(await Worded(() => gateway.Post("/api/soc-models", body, stop)))!;

    /// <summary>The words of this slice's refusals stand in a family of their own.</summary>
    static async Task<string> Worded(Func<Task<string>> ask)
    {
        try { return await ask(); }
        catch (InputRefused told) when (told.Code?.StartsWith("refused-", StringComparison.Ordinal) == true)
        {
            throw new InputRefused(told.Message, told.Status) { Key = "model." + told.Code, Parts = told.Parts };
        }
    }

    /// <summary>The version a decision is made on.</summary>
    public async Task<int> Version(CancellationToken stop) => (int)(await Get("", stop))["version"]!;

    /// <summary>The gate's lines as the console says them.</summary>
    public static IEnumerable<string> Gate(JsonNode candidate, Wording say)
    {
        foreach (var line in candidate["gate"]?.AsArray() ?? [])
        {
            var verdict = Enum.Parse<RuleVerdict>((string)line!["verdict"]!, ignoreCase: true);
            var rule = new RuleLine((string)line["rule"]!, verdict, (string)line["case"]!, [.. line["parts"]!.AsArray().Select(Part)]);
            yield return $"{verdict switch { RuleVerdict.Bars => "!!", RuleVerdict.Note => "i ", _ => "✓ " }} {GateWords.Rule(say, rule)}: {GateWords.Of(say, rule)}";
        }
    }

    /// <summary>A line of a file with why it was not simply taken.</summary>
    public static string Line(JsonNode line, Wording say)
    {
        var reason = line["key"] is null ? (string?)line["reason"] ?? "" : say.Of(new InputRefused((string)line["reason"]!) { Key = (string)line["key"]!, Parts = [.. line["parts"]!.AsArray().Select(p => (object?)p?.ToString())] });
        return $"{say["model.line"]} {line["line"]}, {say.Of("model", "state-" + (string)line["state"]!)}: {reason}\n    {line["text"]}";
    }

    static object Part(JsonNode? part) => part is JsonObject figure ? new Figure((double)figure["value"]!, (int)figure["decimals"]!)
        : part!.GetValueKind() == System.Text.Json.JsonValueKind.Number ? (int)part : part.ToString();

    public void Dispose() => gateway.Dispose();
}

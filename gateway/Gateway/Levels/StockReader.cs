using System.Globalization;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Estimation.Levels;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Mrv;
using FourPerMille.Sensor.Mrv.Records;

namespace FourPerMille.Sensor.Gateway.Levels;

/// <summary>A unit's stocks in the order of their campaigns, with the region they stand for.</summary>
sealed record StockSeries(string Region, IReadOnlyList<StockStatement> Stocks);

/// <summary>
/// Stocks as they stand in the log: records <c>fpm.soc-stock/1</c> in force, each of a campaign; campaigns that revisit one another are one unit. A line of
/// the budget that bears the name of an error group is shared with whoever names that group; the rest of the uncertainty is the stock's own.
/// </summary>
static class StockReader
{
    /// <summary>Where a unit was worked out in several ways, the way with most campaigns counts; of equally many, the one that compaction cannot feign.</summary>
    static readonly string[] BasisByRank = ["equivalent-soil-mass", "fine-soil-mass", "fixed-depth"];

    /// <param name="regionOfSite">Of a campaign that names a site and no region.</param>
    public static IReadOnlyList<StockSeries> Read(Session session, Func<string, string?> regionOfSite)
    {
        var campaigns = InForce(session, RecordTypes.Campaign).ToDictionary(c => c.Id, c => c.Body);
        return [.. InForce(session, RecordTypes.SocStock).Select(stock => Read(session, stock.Body, campaigns, regionOfSite)).OfType<(string Unit, string Region, StockStatement Stock)>()
            .GroupBy(s => s.Unit).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => new StockSeries(g.Select(s => s.Region).FirstOrDefault(r => r.Length > 0) ?? "", [.. OfOneBasis(g.Select(s => s.Stock)).OrderBy(s => s.When)]))];
    }

    static IEnumerable<StockStatement> OfOneBasis(IEnumerable<StockStatement> stocks) => stocks.GroupBy(s => s.Method.Basis)
        .OrderByDescending(basis => basis.Count()).ThenBy(basis => Array.IndexOf(BasisByRank, basis.Key)).First();

    static (string Unit, string Region, StockStatement Stock)? Read(Session session, JsonObject stock, Dictionary<string, JsonObject> campaigns, Func<string, string?> regionOfSite)
    {
        var id = Text(stock["campaign"]);
        if (!campaigns.TryGetValue(id, out var campaign) || stock["result"] is not JsonObject result || Text(result["unit"]) != "t/ha") return null;
        var root = id;
        for (var seen = new HashSet<string>(); seen.Add(root) && campaigns.TryGetValue(root, out var at) && at["revisits"] is { } earlier && campaigns.ContainsKey(Text(earlier)); ) root = Text(earlier);
        var area = (stock["strata"] as JsonArray ?? []).OfType<JsonObject>().Where(s => Text(s["role"]) == "project").Sum(s => Number(s["areaHa"]));
        if (!(area > 0)) return null;
        var groups = (result["errorGroups"] as JsonArray ?? []).Select(Text).ToHashSet();
        var shared = (stock["budget"] as JsonArray ?? []).OfType<JsonObject>().Where(line => groups.Contains(Text(line["input"])) && line["u"] is not null).ToDictionary(line => Text(line["input"]), line => Number(line["u"]));
        var u = Number(result["u"]);
        var tonnes = new GroupedTonnes(Number(result["estimate"]), Math.Sqrt(Math.Max(0, u * u - shared.Values.Sum(s => s * s))), shared);
        var method = new StockMethod(Laboratory(session, stock), Number(stock["depthCm"]), Text(stock["method"]), "none");
        var region = new[] { campaign, campaigns[root] }.Select(c => c["region"] is { } named ? Text(named) : c["site"] is { } site ? regionOfSite(Text(site)) : null).FirstOrDefault(r => r is not null);
        return (root, region ?? "", new StockStatement(Text(campaign["campaign"]), area, DateOnly.FromDateTime(DateTime.Parse(Text(campaign["begins"]), CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal)), tonnes, method));
    }

    /// <summary>How the laboratory determined organic carbon, as the stock's first sample says.</summary>
    static string Laboratory(Session session, JsonObject stock)
    {
        var first = (stock["samples"] as JsonArray)?.FirstOrDefault() is { } id && RecordId.TryParse(Text(id), out var known) ? session.Record(known) : null;
        var methods = first is null ? null : CanonicalJson.Parse(first.Canonical)["methods"] as JsonArray;
        return methods?.FirstOrDefault(m => Text(m?["property"]) == Vocabulary.OrganicCarbon)?["method"] is { } method ? Text(method)
            : methods is { Count: > 0 } ? string.Join("; ", methods.Select(m => $"{Text(m?["property"])} {Text(m?["method"])}").Order(StringComparer.Ordinal)) : "not stated";
    }

    static IEnumerable<(string Id, JsonObject Body)> InForce(Session session, string type) => session.Query(
        "SELECT id, canonical FROM records r WHERE type = @0 AND leaf = (SELECT MAX(leaf) FROM records WHERE type = r.type AND subject = r.subject) ORDER BY leaf",
        row => (row.GetString(0), CanonicalJson.Parse((byte[])row[1])), type).ToList();

    static string Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : node?.ToJsonString() ?? "";
    static double Number(JsonNode? node) => double.TryParse(Text(node), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : 0;
}

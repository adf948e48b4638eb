using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Store;

namespace FourPerMille.Sensor.Gateway.Technician.Web.Sheets;

/// <summary>An estimate in force, as a page shows it.</summary>
/// <param name="Value">With its 90 % interval; null where the estimator abstained.</param>
/// <param name="Verdict">in, out or abstain.</param>
/// <param name="Why">A word of <see cref="Abstention"/>; null where the verdict is in.</param>
/// <param name="HeadShare">Of the variance, what head and water probe are to blame for; null where no budget was made.</param>
public sealed record Estimated(string Node, DateTimeOffset Utc, double? Value, double? Lower90, double? Upper90, string Unit, string Verdict, string? Why, string RecordId, string ModelId, double? HeadShare = null)
{
    /// <summary>Of a node in a span, the newest first.</summary>
    public static IReadOnlyList<Estimated> Of(Session session, Node node, DateTimeOffset since) =>
    [
        .. session.Query("SELECT content FROM estimates WHERE node = @0 AND utc_ms >= @1 ORDER BY utc_ms DESC", row => Read(JsonNode.Parse(row.GetString(0))!), node.Number, since.ToUnixTimeMilliseconds()),
    ];

    static Estimated Read(JsonNode line) => new(line["node"]!.ToString(), (DateTimeOffset)line["utc"]!, (double?)line["estimate"], (double?)line["lower90"], (double?)line["upper90"], line["unit"]!.ToString(),
        line["verdict"]!.ToString(), line["reason"]?.ToString() is { } reason ? Abstention.Word(reason) : null, line["recordId"]!.ToString(), line["modelId"]!.ToString(), (double?)line["headShare"]);
}

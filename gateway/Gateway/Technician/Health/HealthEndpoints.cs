using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Provisioning.Life;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Gateway.Technician.Locales;
using FourPerMille.Sensor.Mrv;
using FourPerMille.Sensor.Mrv.Records;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Gateway.Technician.Health;

/// <summary>The nodes with what is wrong with each, for the terminal and for programs; the same concerns that the console's plan shows.</summary>
static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/nodes", (string? language, NodeStates states, Database database, Languages languages, GatewayOptions options, TimeProvider time) => new
        {
            utc = time.GetUtcNow(), simulated = options.Simulated,
            nodes = states.All().Select(state => Show(state, Cell(database, state.Node), time.GetUtcNow(), new Wording(languages.Preferred(language)))),
        });
        routes.MapGet("/api/nodes/{id}/health", (string id, string? language, NodeRegistry nodes, NodeStates states, Database database, Languages languages, TimeProvider time) =>
            Show(states.Of(nodes.Required(id)), Cell(database, nodes.Required(id)), time.GetUtcNow(), new Wording(languages.Preferred(language))));
    }

    static object Show(NodeState state, JsonNode? cell, DateTimeOffset now, Wording say)
    {
        var (node, raw) = (state.Node, state.Latest?.Raw);
        return new
        {
            node = node.Id, site = node.Settings.Site, region = node.Settings.Region, parcel = node.Settings.Parcel, link = node.Settings.Link, role = node.Settings.Role,
            enrolled = node.Enrolled, retired = node.Retired, lastHeard = state.LastHeard,
            batteryMillivolts = raw is null || raw.BatteryMillivolts == Reading.Missing ? null : (int?)raw.BatteryMillivolts,
            clockQuality = raw?.ClockQuality,
            ledger = new { sampled = state.Sampled, stored = state.Stored, missing = state.Missing, declaredLost = state.Lost, conflicts = state.Conflicts },
            cell,
            concerns = NodeHealth.Concerns(state, now).Select(concern => new
            {
                kind = concern.Kind, severity = concern.Severity, probe = concern.Probe, channel = concern.Channel, at = concern.At, certified = concern.Serials?.Certified, fitted = concern.Serials?.Fitted,
                sentence = say.Concern(concern), remedy = say.Of("remedy", concern.Kind),
            }),
        };
    }

    /// <summary>The district-sized cell its record of life gives away; the exact position is nobody's to export. Null where no position was told.</summary>
    static JsonNode? Cell(Database database, Node node) => database.Read(session => session.InForce(RecordTypes.NodeLife, node.Id) is { } record
        ? RecordEnvelope.BodyOf(CanonicalJson.Parse(record.Canonical))["cell"]?.DeepClone() : null);
}

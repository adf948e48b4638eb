using System.Text.Json.Serialization;
using FourPerMille.Sensor.Gateway.Provisioning.Enrolment;
using FourPerMille.Sensor.Gateway.Provisioning.Life;
using FourPerMille.Sensor.Gateway.Store;

namespace FourPerMille.Sensor.Gateway.Provisioning;

static class ProvisioningEndpoints
{
    public static void MapProvisioning(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/nodes", async (EnrolmentRequest request, NodeRegistry registry, NodePackage package, NodeLifeBook lives, Database database, CancellationToken stop) =>
        {
            if (request.Nodes is not { Count: > 0 }) throw new InputRefused("nodes: names no node. Send {\"nodes\":[{\"node\":\"…\",\"site\":\"…\",\"region\":\"…\"}]}.");
            var wanted = request.Nodes.Select((node, i) => (node.Node, node.Settings.Checked($"nodes[{i}]"))).ToList();
            List<IReadOnlyList<NodeEvent.ProbeFitted>> probes = [.. request.Nodes.Select(node => (IReadOnlyList<NodeEvent.ProbeFitted>)[.. (node.Probes ?? []).Select(probe => probe.Checked())])];
            registry.Check(wanted);
            var enrolled = await database.Write(session => wanted.Select((node, i) => Enrol(session, registry, lives, node, probes[i])).ToList(), stop);
            return Results.Json(new { nodes = enrolled.Select(node => Answer(node, package.Of(node))) });
        });

    static Node Enrol(WriteSession session, NodeRegistry registry, NodeLifeBook lives, (string Id, NodeSettings Settings) wanted, IReadOnlyList<NodeEvent.ProbeFitted> probes)
    {
        var node = registry.Enrol(session, wanted.Id, wanted.Settings);
        lives.Fit(session, node, probes);
        return node;
    }

    static object Answer(Node node, IReadOnlyList<PackageFile> package) => new
    {
        node = node.Id,
        files = package.Where(file => file.IsForNode).ToDictionary(file => file.Name, file => file.Content),
        besides = package.Where(file => !file.IsForNode).ToDictionary(file => file.Name, file => file.Content),
        lora = node.AppKey is { } appKey ? new { devEui = node.Id, joinEui = NodeFiles.JoinEui, appKey = Convert.ToHexStringLower(appKey) } : null,
        radio = node.Settings.Link == NodeLink.Lora && RadioPlan.Of(node.Settings) is { } plan ? Radio(plan, node.Settings) : null,
    };

    static object Radio(RadioPlan plan, NodeSettings settings) => new
    {
        plan.Country, plan.Plan,
        allowedSecondsPerHour = RadioPlan.AllowedSecondsPerHour,
        secondsPerHour = Enumerable.Range(7, 6).ToDictionary(sf => $"sf{sf}", sf => Math.Round(RadioPlan.SecondsPerHour(settings, sf), 2)),
    };

    sealed record EnrolmentRequest(IReadOnlyList<EnrolmentRequest.Wanted> Nodes)
    {
        /// <summary>The node's id beside its settings, in one JSON object.</summary>
        public sealed record Wanted
        {
            public required string Node { get; init; }
            public required string Site { get; init; }
            public required string Region { get; init; }
            public string? Twin { get; init; }
            public string? Parcel { get; init; }
            public NodeLink Link { get; init; }
            public NodeModem? Modem { get; init; }
            public int? IntervalMinutes { get; init; }
            public int? SpectralEvery { get; init; }
            public int Co2Every { get; init; }
            public int? SendEvery { get; init; }
            public double[]? MoistureDepthsCm { get; init; }
            public double[]? TemperatureDepthsCm { get; init; }
            public string? Host { get; init; }
            public int? Port { get; init; }
            public NodeRole Role { get; init; }
            public Dictionary<string, int>? Schedule { get; init; }
            public double? DriftPpm { get; init; }
            public string? Country { get; init; }
            public RadioConfirmation? RadioConfirmation { get; init; }
            public string? Firmware { get; init; }
            /// <summary>Serial numbers of the probes it is enrolled with, where they are known: kind, channel (0 the shallowest), serial.</summary>
            public IReadOnlyList<NodeEvent.ProbeFitted>? Probes { get; init; }

            [JsonIgnore]
            public NodeSettings Settings
            {
                get
                {
                    var usual = new NodeSettings { Site = Site, Region = Region };
                    return usual with
                    {
                        Twin = Twin, Parcel = Parcel, Link = Link, Modem = Modem, Co2Every = Co2Every, Role = Role, Schedule = Schedule,
                        IntervalMinutes = IntervalMinutes ?? usual.IntervalMinutes,
                        SpectralEvery = SpectralEvery ?? usual.SpectralEvery,
                        SendEvery = SendEvery ?? usual.SendEvery,
                        MoistureDepthsCm = MoistureDepthsCm ?? usual.MoistureDepthsCm,
                        TemperatureDepthsCm = TemperatureDepthsCm ?? usual.TemperatureDepthsCm,
                        Host = Host ?? usual.Host,
                        Port = Port,
                        DriftPpm = DriftPpm ?? usual.DriftPpm,
                        Country = Country, RadioConfirmation = RadioConfirmation, Firmware = Firmware?.ToLowerInvariant(),
                    };
                }
            }
        }
    }
}

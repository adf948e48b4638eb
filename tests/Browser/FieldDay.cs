using System.Text.Json.Nodes;
using FourPerMille.Sensor.Unit.Gateway;
using FourPerMille.Sensor.Unit.Node;

namespace FourPerMille.Sensor.Browser;

[CollectionDefinition(nameof(FieldDay))]
public sealed class FieldDayCollection : ICollectionFixture<FieldDay>;

/// <summary>A gateway that a node with the real firmware has sent a day of readings to, and the node itself, for its bench.</summary>
public sealed class FieldDay : VisitedGateway
{
    /// <summary>A node that is enrolled and was never heard.</summary>
    const string SilentNode = "70b3d57ed0000002";

    VirtualNode _node = null!;

    public string NodeId => VirtualNode.Id;

    private protected override async Task<TestGateway> Prepare()
    {
        _node = new VirtualNode(sleepPatience: TimeSpan.Zero);
        var gateway = await TestGateway.Run(start: _node.Board.Clock.Utc);
        await gateway.Post("/api/parcels", JsonNode.Parse("""{"parcels":[{"site":"hut","parcel":"north-slope","region":"france","country":"FR","hectares":2.5,"latitude":48.2,"longitude":1.5}]}""")!);
        var enrolled = await gateway.Enrol(VirtualNode.Id, more: new
        {
            intervalMinutes = 60, spectralEvery = 24, co2Every = 12, parcel = "north-slope", moistureDepthsCm = new[] { 10, 30, 60 }, temperatureDepthsCm = new[] { 10, 30, 60 },
        });
        Join(_node, enrolled.Identity, gateway.Running.Mqtt);
        await gateway.Enrol(SilentNode, more: new { region = "benin", intervalMinutes = 60, parcel = "south-slope", moistureDepthsCm = new[] { 10 }, temperatureDepthsCm = new[] { 10 } });
        await LiveThroughADay(gateway);
        return gateway;
    }

    /// <summary>Gives the node its files, and the network its gateway.</summary>
    internal static void Join(VirtualNode node, IReadOnlyDictionary<string, string> identity, System.Net.EndPoint mqtt)
    {
        node.WriteIdentity(string.Join('\n', identity.Select(line => $"{line.Key}={line.Value}")));
        node.Board.Network.Map(identity["host"], int.Parse(identity["port"], System.Globalization.CultureInfo.InvariantCulture), mqtt);
    }

    /// <summary>A day, and the two hours after midnight in which it is summed up.</summary>
    async Task LiveThroughADay(TestGateway gateway)
    {
        const int hours = 26;
        for (var hour = 0; hour < hours; hour++)
        {
            var daylight = Math.Sin((_node.Board.Clock.Utc.Hour - 8) / 24.0 * 2 * Math.PI);
            for (var depth = 0; depth < 3; depth++) _node.SoilCelsius[depth] = 14 + 5 * daylight / (1 + depth);
            await Task.Run(() => _node.Wake());
            await gateway.AdvanceTo(_node.Board.Clock.Utc);
        }
    }

    /// <summary>The node on the bench that the console has ordered.</summary>
    internal HandAtTheBench Bench() => new(_node, () => Gateway.AdvanceTo(_node.Board.Clock.Utc));
}

using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Provisioning.Life;
using FourPerMille.Sensor.Gateway.Store;

namespace FourPerMille.Sensor.Unit.Gateway;

public sealed class FlashedFirmwareTests
{
    [Fact]
    public async Task The_image_that_was_flashed_is_in_the_state_that_a_nodes_records_name()
    {
        await using var gateway = await TestGateway.Run();
        var (first, second) = (new string('a', 64), new string('b', 64));
        var node = await gateway.Enrol(more: new { firmware = first });
        Assert.Equal("sha256:" + first, (await State())["firmware"]!.ToString());
        await gateway.Enrol(more: new { firmware = second });
        Assert.Equal("sha256:" + second, (await State())["firmware"]!.ToString());

        async Task<JsonObject> State() => (await gateway.Get<Database>().Write(session => gateway.Get<NodeLifeBook>().Of(session, gateway.Get<NodeRegistry>().Required(node.Id)))).Body;
    }
}

using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Unit.Node;

public sealed class IdentityTests
{
    [Fact]
    public void A_node_without_an_identity_sleeps_and_samples_nothing()
    {
        var node = new VirtualNode();
        node.WriteIdentity("");
        node.Wake();
        Assert.Empty(node.Sampled);
        Assert.Contains("not enrolled", node.AllTrace);
    }

    [Theory]
    [InlineData("format=2\n", "line 1: format 2 is not known")]
    [InlineData("format=1\nnode=70B3D57ED0000001\n", "line 2: node needs 16 lower-case hexadecimal digits")]
    [InlineData("format=1\nnode=70b3d57ed0000001\nkey=00\n", "line 3: key needs 64 hexadecimal digits")]
    [InlineData("format=1\nlink=carrier pigeon\n", "line 2: link is neither wifi nor lora")]
    [InlineData("format=1\nmodem=smoke signals\n", "line 2: modem is neither rak3172 nor lora-e5")]
    [InlineData("format=1\ninterval_minutes=0\n", "line 2: interval_minutes needs 1 to 1440")]
    [InlineData("format=1\nnonsense\n", "line 2: not key=value")]
    [InlineData("format=1\n", "node, key or site is missing")]
    public void A_refused_file_is_named_with_line_and_reason_and_the_last_good_one_works_on(string text, string reason)
    {
        var node = new VirtualNode();
        node.Wake();
        node.WriteIdentity(text);
        node.Wake();
        Assert.Contains("identity refused: " + reason, node.AllTrace);
        Assert.Equal(StatusBits.ConfigurationFallback, node.Decoded((1, 1)).Status);
    }

    [Fact]
    public void Keys_of_a_newer_gateway_are_skipped()
    {
        var node = new VirtualNode("colour=green\n");
        node.Wake();
        Assert.Single(node.Gateway.Stored);
    }

    [Fact]
    public void A_new_key_begins_an_epoch_and_readings_of_the_old_one_wait_for_their_key()
    {
        var node = new VirtualNode("spectral_every=100\n");
        node.Wake();
        node.Gateway.IsReachable = false;
        node.Wake(2);
        node.Gateway.IsReachable = true;
        var secret = new string('7', 64);
        node.WriteIdentity(VirtualNode.LoRaIdentity.Replace(VirtualNode.Secret, secret, StringComparison.Ordinal));
        var uplinks = node.Gateway.Heard.Count;
        node.Gateway.Keys = new FrameKeys(Convert.FromHexString(secret), Convert.FromHexString(VirtualNode.Id));
        node.Wake(2);
        Assert.Equal(0, node.Gateway.BadMacs);
        Assert.Equal([(2u, 0u), (2u, 1u)], node.Gateway.Heard.Skip(uplinks));
        Assert.Equal((2u, 2u), node.Freed.Last());

        node.WriteIdentity(VirtualNode.LoRaIdentity);
        node.Gateway.Keys = VirtualNode.Keys;
        node.Wake();
        Assert.Equal([(1u, 1u), (1u, 2u), (3u, 0u)], node.Gateway.Heard.Skip(uplinks + 2));
    }
}

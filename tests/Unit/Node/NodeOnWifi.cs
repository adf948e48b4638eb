using System.Net;
using FourPerMille.Sensor.Mqtt;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Unit.Node;

/// <summary>A node in reach of an access point, and at the other end of a loopback socket the project's own listener before a small gateway.</summary>
public abstract class NodeOnWifi : IAsyncLifetime
{
    private protected const string Host = "gateway.local";
    private protected const int Port = 1883;

    private protected readonly VirtualNode _node;
    private protected readonly SmallGateway _gateway;
    private protected readonly SmallGatewayDoor _door;
    private protected MqttListener _listener = null!;

    /// <param name="sleepPatience">For firmware that paces itself: see BoardOptions.</param>
    /// <param name="socketPatience">For a gateway that is waited for in vain: see BoardOptions.</param>
    protected NodeOnWifi(int spectralEvery, TimeSpan? sleepPatience = null, TimeSpan? socketPatience = null)
    {
        Identity = $"format=1\nnode={VirtualNode.Id}\nkey={VirtualNode.Secret}\nsite=beauce\nlink=wifi\nhost={Host}\nport={Port}\ntls=0\nspectral_every={spectralEvery}\n";
        _node = new VirtualNode(sleepPatience: sleepPatience, socketPatience: socketPatience);
        _node.WriteIdentity(Identity);
        _gateway = new SmallGateway(VirtualNode.Keys, () => _node.Board.Clock.Utc, FrameKeys.MacLength, FrameKeys.MacLength);
        _door = new SmallGatewayDoor(_gateway, () => _listener);
    }

    protected string Identity { get; }

    public async Task InitializeAsync()
    {
        _listener = await MqttListener.Open(new IPEndPoint(IPAddress.Loopback, 0), _door);
        _node.Board.Network.Map(Host, Port, _listener.EndPoint);
    }

    public async Task DisposeAsync() => await _listener.DisposeAsync();
}

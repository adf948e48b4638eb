using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using FourPerMille.Sensor.Gateway.Ingest.Mqtt;
using FourPerMille.Sensor.Mqtt;

namespace FourPerMille.Sensor.Unit.Mqtt;

/// <summary>Who gets in over TLS, whichever stack was built.</summary>
public sealed class NodeLineTlsTests : IAsyncLifetime
{
    readonly Gatehouse _site = new() { StoresAtOnce = true };
    readonly SmallAuthority _authority = new("localhost") { TellsApart = true };
    readonly NodeLine _line = new();
    EndPoint _endpoint = null!;

    public async Task InitializeAsync() =>
        _endpoint = await _line.Open(new NodeLineOptions(new IPEndPoint(IPAddress.Loopback, 0), Tls: _authority), _site, _site, CancellationToken.None);

    public async Task DisposeAsync() => await _line.DisposeAsync();

    [Fact]
    public void A_node_with_its_own_certificate_and_password_is_welcome() =>
        Assert.Equal(ReasonCode.Success, Connect(_authority.Client("node1"), "node1"));

    [Fact]
    public void A_certificate_of_another_node_is_refused_whatever_the_password() =>
        Assert.Equal(ReasonCode.BadUserNameOrPassword, Connect(_authority.Client("node2"), "node1"));

    [Fact]
    public void A_node_without_a_certificate_does_not_get_in() => Assert.Null(Connect(null, "node1"));

    [Fact]
    public void A_certificate_by_another_authority_does_not_get_in() => Assert.Null(Connect(new SmallAuthority("localhost").Client("node1"), "node1"));

    [Fact]
    public void A_certificate_alone_is_not_enough()
    {
        using var client = Open(_authority.Client("node1"));
        var guess = new ConnectPacket("node1") { UserName = "node1", Password = "guess"u8.ToArray() };
        Assert.Equal(ReasonCode.BadUserNameOrPassword, client!.Connect(guess, Gatehouse.Patience)!.Reason);
    }

    [Fact]
    public void A_plaintext_client_is_shut_out_and_disturbs_nobody()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = (int)Gatehouse.Patience.TotalMilliseconds };
        socket.Connect(_endpoint);
        socket.Send([0x10, 0x0C, 0, 4, .. "MQTT"u8, 4, 2, 0, 0, 0, 0]);
        // A TLS alert may come; a CONNACK (0x20) may not.
        var answer = new byte[64];
        int count;
        try { for (; (count = socket.Receive(answer)) > 0;) Assert.NotEqual(0x20, answer[0]); }
        catch (SocketException reset) { Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode); }
        Assert.Equal(ReasonCode.Success, Connect(_authority.Client("node1"), "node1"));
    }

    [Fact]
    public void A_renewed_certificate_is_served_without_a_restart()
    {
        Assert.Equal(ReasonCode.Success, Connect(_authority.Client("node1"), "node1"));
        var renewed = _authority.Issue("server", "localhost", null);
        _authority.Certificate = renewed;
        X509Certificate2? served = null;
        using var client = MqttWireClient.Open(_endpoint, Gatehouse.Patience, secure: plain =>
        {
            var secure = (System.Net.Security.SslStream)_authority.Connect(plain, "localhost", _authority.Client("node1"));
            served = (X509Certificate2?)secure.RemoteCertificate;
            return secure;
        });
        Assert.Equal(renewed.Thumbprint, served!.Thumbprint);
    }

    /// <summary>The CONNACK's reason; null where the line ended before one.</summary>
    ReasonCode? Connect(X509Certificate2? own, string user)
    {
        using var client = Open(own);
        return client?.Connect(new ConnectPacket(user) { UserName = user, Password = System.Text.Encoding.UTF8.GetBytes("key of " + user) }, Gatehouse.Patience)?.Reason;
    }

    MqttWireClient? Open(X509Certificate2? own)
    {
        try { return MqttWireClient.Open(_endpoint, Gatehouse.Patience, secure: plain => _authority.Connect(plain, "localhost", own)); }
        catch (Exception refused) when (refused is IOException or System.Security.Authentication.AuthenticationException) { return null; }
    }
}

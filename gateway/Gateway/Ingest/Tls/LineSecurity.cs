using System.Security.Cryptography.X509Certificates;
using FourPerMille.Sensor.Gateway.Ingest.Mqtt;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Store;

namespace FourPerMille.Sensor.Gateway.Ingest.Tls;

/// <summary>How the line to the nodes is secured, and what a node needs on its drive to use it.</summary>
sealed class LineSecurity
{
    readonly GatewayOptions _options;
    readonly NodeAuthority? _authority;
    readonly IServerCertificate? _certificate;

    /// <exception cref="InputRefused">Settings that contradict each other, or files that cannot be used.</exception>
    public LineSecurity(GatewayOptions options, DataFolder folder, NodeRegistry nodes, TimeProvider time, ILogger<LineSecurity> log)
    {
        _options = options.WithMqttTlsChecked();
        if (!options.UsesTls) return;
        var isGiven = options.MqttCertificate is not null;
        if (!isGiven || options.MqttNodeCertificates) _authority = NodeAuthority.In(folder.Path);
        _certificate = isGiven
            ? new GivenServerCertificate(options.MqttCertificate!, options.MqttKey!, options.MqttCa!, log)
            : new OwnServerCertificate(_authority!, [new NodeSettings { Site = "", Region = "" }.Host, .. options.MqttNames, .. nodes.All.Select(node => node.Settings.Host)], time);
        Tls = new Line(_certificate, _authority, options.MqttNodeCertificates, time);
    }

    /// <summary>Null: the line is plain.</summary>
    public INodeLineTls? Tls { get; }

    /// <summary>The port nodes connect to, unless their enrolment names another.</summary>
    public int Port => _options.Mqtt is { Port: > 0 } listen ? listen.Port : Tls is null ? 1883 : 8883;

    /// <summary>Files for a node beside its identity: whom to trust, and who it is where nodes show certificates.</summary>
    /// <exception cref="InputRefused">The node would look for the gateway under a name that its certificate lacks.</exception>
    public IReadOnlyDictionary<string, string> FilesOf(Node node)
    {
        var files = new Dictionary<string, string>();
        if (_certificate is null) return files;
        _certificate.Cover(node.Settings.Host);
        files["ca.pem"] = _certificate.CaPem;
        if (_options.MqttNodeCertificates) (files["client.pem"], files["client-key.pem"]) = _authority!.IssueClient(node.Id);
        return files;
    }

    /// <exception cref="InputRefused">The certificate on the line does not have this name, and cannot get it.</exception>
    public void Cover(string host) => _certificate?.Cover(host);

    /// <summary>For /api/status.</summary>
    public object Status => _certificate?.Current is { } now
        ? new { tls = true, nodeCertificates = _options.MqttNodeCertificates, validUntil = (DateTimeOffset?)now.NotAfter.ToUniversalTime() }
        : new { tls = false, nodeCertificates = false, validUntil = (DateTimeOffset?)null };

    sealed class Line(IServerCertificate certificate, NodeAuthority? authority, bool asksNodes, TimeProvider time) : INodeLineTls
    {
        public X509Certificate2 Certificate => certificate.Current;
        public bool AsksNodes => asksNodes;
        public bool MayEnter(X509Certificate2? shown) => shown is not null && authority!.HasIssued(shown, time.GetUtcNow());

        /// <summary>The certificate says which node it is, so one node's certificate is of no use to another.</summary>
        public bool MayBe(X509Certificate2 shown, string userName) => shown.GetNameInfo(X509NameType.SimpleName, forIssuer: false) == userName;
    }
}

using System.Globalization;
using System.Text;
using FourPerMille.Sensor.Gateway.Ingest.Tls;
using FourPerMille.Sensor.Gateway.Ledger;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Gateway.Provisioning;

/// <summary>The files that a technician deploys to a node. Plain text: whoever holds the node holds its key, and only its key.</summary>
sealed class NodeFiles(LineSecurity line, LedgerBook ledgers) : IIdentitySettings
{
    /// <summary>All zero: the network servers of small installations take any, and ours never was registered.</summary>
    public const string JoinEui = "0000000000000000";

    /// <summary>The highest that a node takes.</summary>
    const uint LastFirstEpoch = 60_000;

    /// <summary>File name on the node's <c>I:</c> drive to content.</summary>
    /// <exception cref="InputRefused">The node could not know this gateway by the host it is to look for.</exception>
    public IReadOnlyDictionary<string, string> Of(Node node) => new Dictionary<string, string>(line.FilesOf(node)) { ["identity.txt"] = Identity(node) };

    /// <exception cref="InputRefused">A node with these settings could not know this gateway by the host it is to look for.</exception>
    public void RequireHost(NodeSettings settings) => line.Cover(settings.Host);

    /// <summary>What the node works with by its file alone, as a configuration would say it.</summary>
    public NodeConfiguration SettingsOf(Node node)
    {
        var settings = new NodeConfiguration { Version = 1 };
        for (byte tag = 1; tag < Setting.BenchOrder; tag++)
            if (Setting.IsKnown(tag) && !Setting.IsText(tag)) settings.Set(tag, Setting.UsualOf(tag));
        settings.Set(Setting.IntervalMinutes, (uint)node.Settings.IntervalMinutes);
        settings.Set(Setting.SpectralEvery, (uint)node.Settings.SpectralEvery);
        settings.Set(Setting.Co2Every, (uint)node.Settings.Co2Every);
        settings.Set(Setting.SendEvery, (uint)node.Settings.SendEvery);
        settings.Set(Setting.Port, (uint)(node.Settings.Port ?? line.Port));
        settings.SetHost(node.Settings.Host);
        NodeSchedule.Set(settings, node.Settings.Schedule ?? new Dictionary<string, int>());
        return settings;
    }

    string Identity(Node node)
    {
        var text = new StringBuilder();
        Line("format", "1");
        Line("node", node.Id);
        Line("key", Convert.ToHexStringLower(node.Key));
        Line("site", node.Settings.Site);
        // Whoever deploys this to an erased node must not bring back names that its earlier life has given.
        if (ledgers.Hints(node) is [.., var newest]) Line("first_epoch", Number((int)Math.Min(newest.Epoch + 1, LastFirstEpoch)));
        Line("link", node.Settings.Link == NodeLink.Lora ? "lora" : "wifi");
        Line("host", node.Settings.Host);
        Line("port", Number(node.Settings.Port ?? line.Port));
        Line("tls", line.Tls is null ? "0" : "1");
        Line("interval_minutes", Number(node.Settings.IntervalMinutes));
        Line("spectral_every", Number(node.Settings.SpectralEvery));
        if (node.Settings.Co2Every > 0) Line("co2_every", Number(node.Settings.Co2Every));
        Line("send_every", Number(node.Settings.SendEvery));
        foreach (var (key, value) in NodeSchedule.Lines(node.Settings.Schedule ?? new Dictionary<string, int>())) Line(key, Number(value));
        if (node.AppKey is { } appKey)
        {
            if (node.Settings.Modem is { } modem) Line("modem", modem == NodeModem.LoRaE5 ? "lora-e5" : "rak3172");
            Line("deveui", node.Id);
            Line("joineui", JoinEui);
            Line("appkey", Convert.ToHexStringLower(appKey));
        }
        return text.ToString();

        void Line(string key, string value) => text.Append(key).Append('=').Append(value).Append('\n');
        static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
    }
}

/// <summary>What a node works with before any configuration reaches it.</summary>
public interface IIdentitySettings
{
    NodeConfiguration SettingsOf(Node node);
}

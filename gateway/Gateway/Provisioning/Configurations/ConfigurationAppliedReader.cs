using FourPerMille.Sensor.Gateway.Ingest;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Gateway.Provisioning.Configurations;

/// <summary>What a node says became of a configuration.</summary>
sealed class ConfigurationAppliedReader(ConfigurationBook configurations, Refusals refusals) : IFrameReader
{
    public byte Kind => FrameKind.ConfigurationApplied;

    public bool TryRead(WriteSession session, Node node, NamedFrame frame)
    {
        var report = new ConfigurationApplied();
        if (!ConfigurationApplied.TryDecode(frame.Bytes, 0, frame.BodyLength, report)) return false;
        configurations.Hear(session, node, report, frame.Received);
        if (report.Result != ConfigurationApplied.Applied) refusals.Alarm(session, node.Id, "configuration", $"version {report.Version}: {Words(report.Result, report.Tag)}");
        return true;
    }

    /// <summary>What happened, and what to do.</summary>
    public static string Words(int result, byte tag) => result switch
    {
        ConfigurationApplied.Applied => "applied.",
        ConfigurationApplied.RolledBack => "the node did not hear the gateway under it and works with its last good settings again. Look what of it kept the node away.",
        ConfigurationApplied.SetAside => "a new identity file was put on the node and has the last word. Send the settings again if they are still wanted.",
        ConfigurationApplied.RefusedUnknown => $"refused: the node's firmware does not know {SettingNames.Of(tag)}. Update the node, or leave the setting out.",
        ConfigurationApplied.RefusedValue => $"refused: the node cannot work with this value of {SettingNames.Of(tag)}.",
        ConfigurationApplied.RefusedTogether => $"refused: {SettingNames.Of(tag)} does not fit the node's other settings. Its identity file may differ from what is known here.",
        _ => "refused: the node could not read it. Its firmware may be older than this gateway.",
    };
}

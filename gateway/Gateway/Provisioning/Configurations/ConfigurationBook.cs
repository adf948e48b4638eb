using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Payload;
using Microsoft.Data.Sqlite;

namespace FourPerMille.Sensor.Gateway.Provisioning.Configurations;

/// <summary>
/// What nodes are wanted to work with. A wish is kept with who and when, goes down with the next answers until the node says what became of
/// it, and is superseded by the next wish. What the node says is kept as it said it.
/// </summary>
public sealed class ConfigurationBook
{
    /// <summary>A downlink that was lost goes again after this; over LoRaWAN it takes the place of an acknowledgement each time.</summary>
    static readonly TimeSpan PauseWifi = TimeSpan.FromSeconds(20), PauseLora = TimeSpan.FromMinutes(15);

    const string Columns = "version, body, wanted_by, wanted_ms, state, sends, last_sent_ms, result, tag, settings_hash, reported_ms";

    readonly Database _database;
    readonly IIdentitySettings _identities;
    readonly TimeProvider _time;
    /// <summary>Nodes with a wish that they have not answered: the intake asks at every message.</summary>
    readonly ConcurrentDictionary<long, byte> _open;

    public ConfigurationBook(Database database, IIdentitySettings identities, TimeProvider time)
    {
        (_database, _identities, _time) = (database, identities, time);
        _open = new(database.Read(session => session.Query("SELECT DISTINCT node FROM configurations WHERE state IN ('wanted', 'sent')",
            row => KeyValuePair.Create(row.GetInt64(0), (byte)1)).ToList()));
    }

    /// <summary>Changes settings of a node; those not named stay as they were wanted before.</summary>
    /// <param name="changes">Names of <see cref="SettingNames"/>; null gives a setting back to the node's identity file.</param>
    /// <exception cref="InputRefused">Settings that the node would refuse.</exception>
    public Task<WantedConfiguration> Want(Node node, JsonObject changes, string by, CancellationToken stop) =>
        _database.Write(session => Keep(session, node, SettingNames.With(Base(session, node), changes), by), stop);

    /// <summary>Orders a bench, with the settings as they are; 0 minutes end one.</summary>
    public Task<WantedConfiguration> OrderBench(Node node, int probe, int minutes, string by, CancellationToken stop) => _database.Write(session =>
    {
        var order = SettingNames.Over(Base(session, node), new NodeConfiguration());
        order.Set(Setting.BenchOrder, (uint)(probe << 8 | minutes));
        return Keep(session, node, order, by);
    }, stop);

    /// <summary>What the next answer to this node brings down, noted as sent; null for nothing.</summary>
    public NodeConfiguration? Due(WriteSession session, Node node, NodeLink link, DateTimeOffset now)
    {
        if (!_open.ContainsKey(node.Number) || Of(session, node, 1).FirstOrDefault() is not { IsOpen: true, Settings: { } settings } wish) return null;
        if (wish.LastSent is { } sent && now - sent < (link == NodeLink.Lora ? PauseLora : PauseWifi)) return null;
        if (link == NodeLink.Lora && Length(settings) > NodeConfiguration.MaxLoRaBodyLength) return null;
        session.Execute("UPDATE configurations SET state = 'sent', sends = sends + 1, last_sent_ms = @2 WHERE node = @0 AND version = @1",
            node.Number, wish.Version, now.ToUnixTimeMilliseconds());
        return settings;
    }

    /// <summary>Keeps a node's word. A version that is not known here is one from before this gateway was restored.</summary>
    public void Hear(WriteSession session, Node node, ConfigurationApplied report, DateTimeOffset received)
    {
        session.Execute("INSERT OR IGNORE INTO configurations (node, version, wanted_by, wanted_ms, state, sends) VALUES (@0, @1, 'unknown', @2, 'sent', 0)",
            node.Number, report.Version, received.ToUnixTimeMilliseconds());
        session.Execute("UPDATE configurations SET state = @2, result = @3, tag = @4, settings_hash = @5, reported_ms = @6 WHERE node = @0 AND version = @1",
            node.Number, report.Version, StateAfter(report.Result), report.Result, report.Tag, report.SettingsHash.ToArray(), received.ToUnixTimeMilliseconds());
        NoteOpen(session, node);
    }

    /// <summary>Newest first.</summary>
    public static IReadOnlyList<WantedConfiguration> Of(Session session, Node node, int most) =>
        [.. session.Query($"SELECT {Columns} FROM configurations WHERE node = @0 ORDER BY version DESC LIMIT @1", Row, node.Number, most)];

    /// <summary>What the node works with as far as is known here: the newest settings that it said it applied, over its identity's.</summary>
    public NodeConfiguration InForce(Session session, Node node) =>
        SettingNames.Over(Newest(session, node, "'applied'") ?? new NodeConfiguration(), _identities.SettingsOf(node));

    WantedConfiguration Keep(WriteSession session, Node node, NodeConfiguration settings, string by)
    {
        var now = DateTimeOffset.FromUnixTimeMilliseconds(_time.GetUtcNow().ToUnixTimeMilliseconds());
        var last = session.Scalar<long>("SELECT COALESCE(MAX(version), 0) FROM configurations WHERE node = @0", node.Number);
        // At least the time: a gateway restored from an old copy must not say a version that the node has heard.
        settings.Version = (uint)Math.Max(last + 1, now.ToUnixTimeSeconds());
        Check(node, settings);
        session.Execute("UPDATE configurations SET state = 'superseded' WHERE node = @0 AND state IN ('wanted', 'sent')", node.Number);
        session.Execute("INSERT INTO configurations (node, version, body, wanted_by, wanted_ms, state, sends) VALUES (@0, @1, @2, @3, @4, 'wanted', 0)",
            node.Number, settings.Version, Body(settings), by, now.ToUnixTimeMilliseconds());
        NoteOpen(session, node);
        return Of(session, node, 1)[0];
    }

    void Check(Node node, NodeConfiguration settings)
    {
        var together = SettingNames.Over(settings, _identities.SettingsOf(node));
        if (together.JudgeTogether(out var tag) != ConfigurationApplied.Applied)
            throw new InputRefused(tag == Setting.SendEvery
                ? $"sendEvery: with intervalMinutes it makes more than {Setting.LongestSilenceMinutes / 1440} days between two sessions; nothing could be told to such a node. Lower one of them."
                : "batteryLowMillivolts: the steps must rise: batteryFloorMillivolts, batterySendMillivolts, batteryLowMillivolts.")
            {
                Key = tag == Setting.SendEvery ? "refusal.silence-too-long" : "refusal.battery-steps", Parts = [Setting.LongestSilenceMinutes / 1440],
            };
        RadioPlan.RequireDutyCycle(node.Settings with
        {
            IntervalMinutes = together.Get(Setting.IntervalMinutes, node.Settings.IntervalMinutes), SpectralEvery = together.Get(Setting.SpectralEvery, node.Settings.SpectralEvery),
        }, "settings");
        if (node.Settings.Link == NodeLink.Lora && Length(settings) > NodeConfiguration.MaxLoRaBodyLength)
            throw new InputRefused($"settings: {Length(settings)} bytes, and a LoRaWAN downlink holds {NodeConfiguration.MaxLoRaBodyLength}. Give some settings back (null), or change host and port by the identity file.") { Key = "refusal.downlink-too-long", Parts = [Length(settings), NodeConfiguration.MaxLoRaBodyLength] };
    }

    /// <summary>The settings that a change starts from: the newest that are on their way or in force, not those that failed.</summary>
    static NodeConfiguration Base(Session session, Node node) => Newest(session, node, "'wanted', 'sent', 'applied'") ?? new NodeConfiguration();

    static NodeConfiguration? Newest(Session session, Node node, string states)
    {
        // A report that the node gave them up ends what was applied before it.
        var ended = session.Scalar<long>("SELECT COALESCE(MAX(version), 0) FROM configurations WHERE node = @0 AND state = 'set-aside'", node.Number);
        return session.Query($"SELECT {Columns} FROM configurations WHERE node = @0 AND version > @1 AND body IS NOT NULL AND state IN ({states}) ORDER BY version DESC LIMIT 1",
            Row, node.Number, ended).FirstOrDefault()?.Settings;
    }

    void NoteOpen(WriteSession session, Node node)
    {
        var isOpen = Of(session, node, 1).Any(wish => wish.IsOpen);
        session.AfterCommit(() =>
        {
            if (isOpen) _open[node.Number] = 1;
            else _open.TryRemove(node.Number, out _);
        });
    }

    static string StateAfter(int result) => result switch
    {
        ConfigurationApplied.Applied => "applied",
        ConfigurationApplied.RolledBack => "rolled-back",
        ConfigurationApplied.SetAside => "set-aside",
        _ => "refused",
    };

    static WantedConfiguration Row(SqliteDataReader row) => new(
        (uint)row.GetInt64(0), row.IsDBNull(1) ? null : Decoded((byte[])row[1]), row.GetString(2), Utc(row.GetInt64(3)), row.GetString(4), row.GetInt32(5),
        row.IsDBNull(6) ? null : Utc(row.GetInt64(6)), row.IsDBNull(7) ? null : row.GetInt32(7), row.IsDBNull(8) ? (byte)0 : row.GetByte(8),
        row.IsDBNull(9) ? null : (byte[])row[9], row.IsDBNull(10) ? null : Utc(row.GetInt64(10)));

    static NodeConfiguration Decoded(byte[] body)
    {
        var settings = new NodeConfiguration();
        return NodeConfiguration.TryDecode(body, 0, body.Length, settings) ? settings : throw new InvalidDataException("configurations: a body of ours does not decode.");
    }

    static byte[] Body(NodeConfiguration settings)
    {
        var buffer = new byte[NodeConfiguration.MaxBodyLength];
        return buffer[..settings.Encode(buffer, 0)];
    }

    static int Length(NodeConfiguration settings) => Body(settings).Length;
    static DateTimeOffset Utc(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}

/// <param name="Settings">Null for a version that only the node knows.</param>
/// <param name="State">wanted, sent, applied, refused, rolled-back, set-aside or superseded.</param>
/// <param name="Result">The node's word: <see cref="ConfigurationApplied"/>.</param>
/// <param name="Tag">The setting that a refusal is about; 0 for none.</param>
/// <param name="SettingsHash">Of what the node works with since its report.</param>
public sealed record WantedConfiguration(uint Version, NodeConfiguration? Settings, string By, DateTimeOffset Wanted, string State, int Sends,
    DateTimeOffset? LastSent, int? Result, byte Tag, byte[]? SettingsHash, DateTimeOffset? Reported)
{
    /// <summary>Whether the node has yet to answer it.</summary>
    public bool IsOpen => State is "wanted" or "sent";
}

using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Calibration;
using FourPerMille.Sensor.Gateway.Observations;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Mrv;
using FourPerMille.Sensor.Mrv.Records;

namespace FourPerMille.Sensor.Gateway.Provisioning.Life;

/// <summary>
/// The lives of nodes on record: one chain a node, each record the whole state from its event on. Records that are computed for a node name
/// the one they were computed with, so its depths, drift and soil are found again years later.
/// </summary>
public sealed class NodeLifeBook(IRecordBook records, CertificateBook certificates, TimeProvider time)
{
    /// <summary>The state on record; a node whose set-up changed since, or that has no record yet, gets one first.</summary>
    public NodeState Of(WriteSession session, Node node)
    {
        var before = InForce(session, node.Id);
        var body = NodeState.Describe(node, before?.Body);
        if (before is not null && JsonNode.DeepEquals(body, before.Body)) return before;
        if (before is not null) (body["event"], body["when"]) = ("configured", RecordEnvelope.WriteTime(time.GetUtcNow()));
        return Write(session, node, body);
    }

    /// <summary>Puts on record what somebody did with a node. Its days are summarised again where the state matters to them.</summary>
    public NodeState Tell(WriteSession session, Node node, NodeEvent told)
    {
        var before = Of(session, node);
        if (before.Body["status"]!.ToString() == "retired")
            throw new InputRefused($"node {node.Id}: is retired since {before.Body["when"]}. Enrol another node, or correct that record by telling 'installed' under a new id.", StatusCodes.Status409Conflict);
        var body = NodeState.Describe(node, before.Body);
        foreach (var once in new[] { "technician", "note" }) body.Remove(once);
        told.Checked().ApplyTo(body, (kind, value) => records.Commit(session, kind, value));
        var state = Write(session, node, body);
        session.AfterCommit(() => certificates.Forget(node));
        foreach (var day in session.Query("SELECT day FROM soil_days WHERE node = @0 AND day >= @1", row => row.GetInt64(0), node.Number, Day.Of(told.When)).ToList())
            ObservationBook.MarkDue(session, node, day);
        return state;
    }

    NodeState Write(WriteSession session, Node node, JsonObject body) =>
        new(records.Write(session, RecordDraft.Of(RecordTypes.NodeLife, node.Id, body)), body);

    /// <summary>The state on record; null before the first.</summary>
    public static NodeState? InForce(Session session, string node) =>
        session.InForce(RecordTypes.NodeLife, node) is { } record ? new NodeState(record.Id, RecordEnvelope.BodyOf(CanonicalJson.Parse(record.Canonical))) : null;
}

/// <summary>What somebody did with a node, as they tell it.</summary>
public sealed record NodeEvent
{
    static readonly string[] Events = ["installed", "moved", "probe-changed", "described", "retired"];
    static readonly string[] ProbeKinds = ["moisture", "temperature", "spectral-head", "co2", "climate"];

    /// <summary>installed, moved, probe-changed, described or retired.</summary>
    public required string Event { get; init; }
    public required DateTimeOffset When { get; init; }
    public double? Latitude { get; init; }
    public double? Longitude { get; init; }
    public ProbeFitted? Probe { get; init; }
    public SoilDescription? Soil { get; init; }
    public double? Co2DepthCm { get; init; }
    public string? Technician { get; init; }
    public string? Note { get; init; }

    public sealed record ProbeFitted(string Kind, int Channel, string Serial);

    /// <exception cref="InputRefused">Something is missing that the event needs.</exception>
    public NodeEvent Checked()
    {
        Require(Events.Contains(Event), $"event: '{Event}' is none of {string.Join(", ", Events)}");
        Require((Latitude is null) == (Longitude is null), "latitude and longitude: go together, in degrees of WGS 84");
        Require(Event != "moved" || Latitude is not null, "latitude and longitude: a node that moved needs its new position");
        Require(Event != "probe-changed" || Probe is not null, "probe: which one was changed? kind, channel (0 the shallowest) and serial");
        Require(Event != "described" || Soil is not null || Co2DepthCm is not null, "soil or co2DepthCm: a description describes something");
        if (Probe is { } probe)
        {
            Require(ProbeKinds.Contains(probe.Kind), $"probe.kind: '{probe.Kind}' is none of {string.Join(", ", ProbeKinds)}");
            Require(!string.IsNullOrWhiteSpace(probe.Serial) && probe.Channel is >= 0 and < 8, "probe: needs its serial number, and its channel from 0");
        }
        Require(Co2DepthCm is null or (> 0 and < 300), $"co2DepthCm: {Co2DepthCm} must lie in 0 to 300");
        Soil?.Checked();
        return this;

        static void Require(bool met, string what)
        {
            if (!met) throw new InputRefused(what + ".");
        }
    }

    internal void ApplyTo(JsonObject body, Func<string, JsonNode, string> commit)
    {
        (body["event"], body["when"]) = (Event, RecordEnvelope.WriteTime(When));
        body["status"] = Event switch { "installed" or "moved" => "installed", "retired" => "retired", _ => body["status"]!.ToString() };
        if (Latitude is { } latitude)
        {
            var position = Understood(() => new Position(latitude, Longitude!.Value));
            (body["position"], body["cell"]) = (commit("position", position.ToJson()), position.Cell());
        }
        if (Probe is { } probe) body["probes"] = WithProbe(body["probes"] as JsonArray ?? [], probe);
        if (Soil is { } soil) body["soil"] = soil.ToJson();
        if (Co2DepthCm is { } depth) body["measures"]!["co2DepthCm"] = Decimals.Exact(depth);
        if (Technician is { } technician) body["technician"] = commit("technician", technician);
        if (Note is { } note) body["note"] = note;
    }

    JsonArray WithProbe(JsonArray probes, ProbeFitted fitted) =>
    [
        .. probes.Where(p => p!["kind"]!.ToString() != fitted.Kind || (int)p["channel"]! != fitted.Channel || p["since"]!.ToString() != RecordEnvelope.WriteTime(When)).Select(p => p!.DeepClone()),
        new JsonObject { ["kind"] = fitted.Kind, ["channel"] = fitted.Channel, ["serial"] = fitted.Serial, ["since"] = RecordEnvelope.WriteTime(When) },
    ];

    static Position Understood(Func<Position> make)
    {
        try { return make(); }
        catch (ArgumentException refused) { throw new InputRefused(refused.Message); }
    }
}

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
        MarkDaysDue(session, node, told.When);
        return state;
    }

    static void MarkDaysDue(WriteSession session, Node node, DateTimeOffset since)
    {
        foreach (var day in session.Query("SELECT day FROM soil_days WHERE node = @0 AND day >= @1", row => row.GetInt64(0), node.Number, Day.Of(since)).ToList())
            ObservationBook.MarkDue(session, node, day);
    }

    /// <summary>Puts on record which probes a node was enrolled with. The same told again changes nothing.</summary>
    /// <exception cref="InputRefused">Another probe is known to be there: an exchange has a time, and is told as one.</exception>
    public void Fit(WriteSession session, Node node, IReadOnlyList<NodeEvent.ProbeFitted> probes)
    {
        var known = InForce(session, node.Id)?.Probes ?? [];
        foreach (var probe in probes)
            if (known.LastOrDefault(there => there.Kind == probe.Kind && there.Channel == probe.Channel) is { } there && there.Serial != probe.Serial)
                throw new InputRefused($"node {node.Id}: {probe.Kind} {probe.Channel} is probe {there.Serial} since {there.Since:yyyy-MM-dd}. Tell the exchange and its time: event probe-changed.", StatusCodes.Status409Conflict) { Key = "refusal.probe-exchanged", Parts = [there.Serial, probe.Serial] };
        List<NodeEvent.ProbeFitted> fresh = [.. probes.Where(probe => !known.Any(there => there.Kind == probe.Kind && there.Channel == probe.Channel))];
        if (fresh.Count == 0) return;
        var body = NodeState.Describe(node, Of(session, node).Body);
        body["probes"] = fresh.Aggregate(body["probes"] as JsonArray ?? [], (all, probe) => NodeEvent.WithProbe(all, probe, node.Enrolled));
        Write(session, node, body);
        session.AfterCommit(() => certificates.Forget(node));
        MarkDaysDue(session, node, node.Enrolled);
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

    public sealed record ProbeFitted(string Kind, int Channel, string Serial)
    {
        /// <exception cref="InputRefused">No kind of ours, no channel, or no serial number.</exception>
        public ProbeFitted Checked()
        {
            if (!ProbeKinds.Contains(Kind)) throw new InputRefused($"probe.kind: '{Kind}' is none of {string.Join(", ", ProbeKinds)}.");
            if (string.IsNullOrWhiteSpace(Serial) || Serial.Length > LongestSerial || Channel is < 0 or >= 8)
                throw new InputRefused($"probe: needs its serial number, of at most {LongestSerial} characters, and its channel from 0.");
            return this with { Serial = Serial.Trim() };
        }
    }

    const int LongestSerial = 64;

    /// <exception cref="InputRefused">Something is missing that the event needs.</exception>
    public NodeEvent Checked()
    {
        Require(Events.Contains(Event), $"event: '{Event}' is none of {string.Join(", ", Events)}");
        Require((Latitude is null) == (Longitude is null), "latitude and longitude: go together, in degrees of WGS 84");
        Require(Event != "moved" || Latitude is not null, "latitude and longitude: a node that moved needs its new position");
        Require(Event != "probe-changed" || Probe is not null, "probe: which one was changed? kind, channel (0 the shallowest) and serial");
        Require(Event != "described" || Soil is not null || Co2DepthCm is not null, "soil or co2DepthCm: a description describes something");
        Probe?.Checked();
        Require(Co2DepthCm is null or (> 0 and < 300), $"co2DepthCm: {Co2DepthCm} must lie in 0 to 300");
        Soil?.Checked();
        return this;

        static void Require(bool met, RefusalSentence what)
        {
            if (!met) throw new InputRefused($"{what}.");
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
        if (Probe is { } probe) body["probes"] = WithProbe(body["probes"] as JsonArray ?? [], probe.Checked(), When);
        if (Soil is { } soil) body["soil"] = soil.ToJson();
        if (Co2DepthCm is { } depth) body["measures"]!["co2DepthCm"] = Decimals.Exact(depth);
        if (Technician is { } technician) body["technician"] = commit("technician", technician);
        if (Note is { } note) body["note"] = note;
    }

    internal static JsonArray WithProbe(JsonArray probes, ProbeFitted fitted, DateTimeOffset since) =>
    [
        .. probes.Where(p => p!["kind"]!.ToString() != fitted.Kind || (int)p["channel"]! != fitted.Channel || p["since"]!.ToString() != RecordEnvelope.WriteTime(since)).Select(p => p!.DeepClone()),
        new JsonObject { ["kind"] = fitted.Kind, ["channel"] = fitted.Channel, ["serial"] = fitted.Serial, ["since"] = RecordEnvelope.WriteTime(since) },
    ];

    static Position Understood(Func<Position> make)
    {
        try { return make(); }
        catch (ArgumentException refused) { throw new InputRefused(refused.Message); }
    }
}

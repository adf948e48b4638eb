using System.Text.Json.Nodes;
using FourPerMille.Sensor.Estimation.Models;
using FourPerMille.Sensor.Gateway.Calibration;
using FourPerMille.Sensor.Gateway.Estimates;
using FourPerMille.Sensor.Gateway.Ledger;
using FourPerMille.Sensor.Gateway.Observations;
using FourPerMille.Sensor.Gateway.Provisioning.Life;
using FourPerMille.Sensor.Mrv;
using FourPerMille.Sensor.Mrv.Records;

namespace FourPerMille.Sensor.Gateway.Records.Replay;

/// <summary>Finds the inputs a record names and makes sure that they are those: a wrong or missing one is named.</summary>
sealed class NamedSource(IReplaySource source)
{
    /// <summary>A record that is named.</summary>
    /// <exception cref="ReplayInputFault">It is missing, or its bytes are not those of its id.</exception>
    public JsonObject Record(RecordId id)
    {
        var bytes = source.Record(id) ?? throw new ReplayInputFault($"record {id} is not at hand");
        if (RecordId.Of(bytes) != id) throw new ReplayInputFault($"record {id}: its bytes were changed, they are those of {RecordId.Of(bytes)}");
        return CanonicalJson.Parse(bytes);
    }

    public static RecordId Id(JsonNode? text) => RecordId.TryParse(text?.ToString(), out var id) ? id : throw new ReplayInputFault($"'{text}' is no record id");

    public NodeState Node(JsonNode? id) => new(Id(id), RecordEnvelope.BodyOf(Record(Id(id))));

    /// <summary>Frames named as <see cref="NamedInputs.Frames"/> does.</summary>
    public IReadOnlyList<StoredFrame> Frames(string node, JsonNode named)
    {
        var frames = new List<StoredFrame>();
        foreach (var run in named["runs"]!.AsArray())
        {
            var (epoch, sequences) = ((uint)run!["epoch"]!, SequenceRuns.Parse(run["sequences"]!.ToString()));
            var found = source.Frames(node, epoch, sequences);
            var missing = sequences.Without(RunsOf(found), long.MaxValue);
            if (missing.Count > 0) throw new ReplayInputFault($"frames of node {node}: epoch {epoch}, sequence {missing} are not at hand");
            frames.AddRange(found);
        }
        if (NamedInputs.Frames(frames)["hash"]!.ToString() != named["hash"]!.ToString()) throw Changed(node, frames);
        return frames;
    }

    /// <summary>The MAC tells which frame was changed; where it cannot, that some were is all that is known.</summary>
    ReplayInputFault Changed(string node, List<StoredFrame> frames)
    {
        var forged = frames.Where(f => source.IsAuthentic(node, f) == false).Select(f => $"epoch {f.Epoch} sequence {f.Sequence}").ToList();
        return new(forged.Count > 0
            ? $"frames of node {node} were changed: the MAC of {string.Join(", ", forged)} does not hold"
            : $"frames of node {node} are not those the record names, though each MAC that could be checked holds: an arrival time, a link or a keyframe was changed");
    }

    public IReadOnlyDictionary<uint, ClockBasis> Clocks(string node, JsonNode named) => named.AsArray().Select(clock =>
    {
        var (epoch, marks) = ((uint)clock!["epoch"]!, clock["marks"]!);
        var found = source.Marks(node, epoch, SequenceRuns.Parse(marks["sequences"]!.ToString()), (long)marks["through"]!);
        var basis = new ClockBasis(epoch, found, [.. Numbers(SequenceRuns.Parse(clock["restarts"]!.ToString()))]);
        return NamedInputs.Clocks([basis])[0]!["marks"]!["hash"]!.ToString() == marks["hash"]!.ToString() ? basis
            : throw new ReplayInputFault($"clock marks of node {node}, epoch {epoch}: {found.Count} at hand are not the {marks["count"]} the record names");
    }).ToDictionary(basis => basis.Epoch);

    /// <summary>Certificates as their records state them, each held against what the gateway computes with.</summary>
    public Certificates Certificates(JsonNode ids, NodeState state) => new([.. ids.AsArray().Select(Certificate).OrderBy(c => c.Content.Issued)], state.Probes);

    IssuedCertificate Certificate(JsonNode? named)
    {
        var id = Id(named);
        var stated = CertificateOf(Record(id));
        if (source.Certificate(id) is { } held && RecordComparison.Of(Statement(stated), Statement(held)) is { Count: > 0 } differences)
            throw new ReplayInputFault($"certificate {id} was changed in the store: {differences[0].Path[2..]} is {differences[0].Recomputed}, its record states {differences[0].Stated}");
        return new(stated.Id(), id, stated);
    }

    static JsonObject Statement(Certificate certificate) => certificate.Record(null, null).Draft().Body;

    public ModelInForce Model(JsonNode? named)
    {
        var (id, record) = (Id(named), Record(Id(named)));
        return new(ModelHash(record)[..16], id, record["name"]!.ToString(), ModelOf(record));
    }

    /// <summary>The model of a model's record.</summary>
    public SocModel ModelOf(JsonObject record)
    {
        var hash = ModelHash(record);
        var file = source.ModelFile(hash) ?? throw new ReplayInputFault($"model {hash}: its file is not at hand");
        try
        {
            var model = SocModel.FromJson(file);
            return model.Hash == hash ? model : throw new ReplayInputFault($"model {hash}: the file at hand is {model.Hash}");
        }
        catch (FormatException broken) { throw new ReplayInputFault($"model {hash}: {broken.Message}"); }
    }

    public JsonNode? Opening(string of, JsonNode? digest)
    {
        var bytes = source.Opening(digest!.ToString());
        if (bytes is null) return null;
        return Commitment.Opens(digest.ToString(), of, bytes, out var value) ? value : throw new ReplayInputFault($"the opening of {digest} does not open it: it was changed");
    }

    static string ModelHash(JsonObject record) => record["artefact"]!.ToString()["sha256:".Length..];

    static Certificate CertificateOf(JsonObject record)
    {
        static double[] Numbers(JsonNode? array) => [.. (array as JsonArray ?? []).Select(n => Decimals.Parse(n!))];
        static double[][]? Rows(JsonNode? array) => array is JsonArray rows ? [.. rows.Select(Numbers)] : null;
        var white = record["white"];
        return new Certificate
        {
            Kind = record["kind"]!.ToString() switch { "moisture" => CertificateKind.Moisture, "temperature" => CertificateKind.Temperature, "co2" => CertificateKind.Co2, _ => CertificateKind.SpectralHead },
            Node = record["node"]!.ToString(), Channel = (int)record["channel"]!, ProbeSerial = record["probeSerial"]!.ToString(), Method = record["method"]!.ToString(),
            Issued = RecordEnvelope.ReadTime(record["issued"]!), AppliesFrom = record["appliesFrom"] is { } from ? RecordEnvelope.ReadTime(from) : null, ValidUntil = RecordEnvelope.ReadTime(record["validUntil"]!),
            Coefficients = Numbers(record["coefficients"]), Covariance = Rows(record["covariance"]), ResidualSd = record["residualSd"] is { } sd ? Decimals.Parse(sd) : 0,
            Points = Rows(record["points"]), Reference = record["reference"]?.ToString(),
            Terms = CalibrationCertificateRecord.TermsOf(record), NotIncluded = record["notIncluded"] is JsonArray missing ? [.. missing.Select(word => word!.ToString())] : null,
            White = white is null ? null : new((int)white["gain"]!, (int)white["integrationCode"]!, [.. white["counts"]!.AsArray().Select(c => (int)c!)], Numbers(white["panel"])),
        };
    }

    static SequenceRuns RunsOf(IEnumerable<StoredFrame> frames)
    {
        var runs = new SequenceRuns();
        foreach (var frame in frames) runs.Add(frame.Sequence);
        return runs;
    }

    static IEnumerable<uint> Numbers(SequenceRuns runs)
    {
        foreach (var (first, last) in runs.Runs)
            for (long number = first; number <= last; number++) yield return (uint)number;
    }
}

using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using FourPerMille.Sensor.Mrv.Keys;
using FourPerMille.Sensor.Mrv.Merkle;
using FourPerMille.Sensor.Mrv.Notes;

namespace FourPerMille.Sensor.Mrv.Records;

/// <summary>What checking a record came to.</summary>
/// <param name="Reason">Null when everything holds, else the first thing that does not.</param>
/// <param name="Index">The record's leaf; -1 where the proof could not be read.</param>
/// <param name="TreeSize">Leaves of the tree it was proven in.</param>
/// <param name="Witnesses">Names of the given witnesses whose cosignatures hold.</param>
public sealed record RecordVerdict(string? Reason, RecordId Id, long Index, long TreeSize, bool IsSimulated, IReadOnlyList<string> Witnesses)
{
    public bool IsVerified => Reason is null;
}

/// <summary>Checks a record as a stranger does: from its bytes, its proof and public keys alone (SPEC.md, "Verifying").</summary>
/// <param name="log">The keys of the log, one of them best had from elsewhere than the record.</param>
/// <param name="witnesses">Witnesses the caller trusts; those that are given must have cosigned where <paramref name="requiredWitnesses"/> says so.</param>
public sealed class RecordVerifier(LogKeyHistory log, IReadOnlyList<VerifierKey>? witnesses = null, int requiredWitnesses = 0)
{
    readonly IReadOnlyList<VerifierKey> _witnesses = witnesses ?? [];

    /// <summary>For a log that never changed its key.</summary>
    public RecordVerifier(VerifierKey log, IReadOnlyList<VerifierKey>? witnesses = null, int requiredWitnesses = 0) : this(LogKeyHistory.Of(log), witnesses, requiredWitnesses) { }

    public RecordVerdict Verify(ReadOnlySpan<byte> record, string proofText)
    {
        var verdict = new RecordVerdict(null, RecordId.Of(record), -1, 0, false, []);
        if (!CanonicalJson.IsCanonical(record, out var reason)) return verdict with { Reason = $"the record is not canonical: {reason}" };
        try
        {
            var stated = CanonicalJson.Parse(record);
            verdict = verdict with { IsSimulated = stated["simulated"] is JsonValue flag && flag.GetValueKind() == JsonValueKind.True };
            var proof = TlogProof.Parse(proofText);
            verdict = verdict with { Index = proof.Index, Witnesses = [.. _witnesses.Where(proof.Note.IsSignedBy).Select(w => w.Name)] };
            if (log.Open(proof.Note, _witnesses, out reason) is not { } checkpoint) return verdict with { Reason = reason };
            verdict = verdict with { TreeSize = checkpoint.Size };
            return verdict with { Reason = Inclusion(record, proof, checkpoint) ?? Origin(stated, verdict.IsSimulated, checkpoint) ?? Witnessed(verdict, proof) };
        }
        catch (FormatException broken)
        {
            return verdict with { Reason = broken.Message };
        }
    }

    static string? Inclusion(ReadOnlySpan<byte> record, TlogProof proof, Checkpoint checkpoint) =>
        MerkleProof.VerifyInclusion(TreeHasher.Leaf(record), proof.Index, checkpoint.Size, proof.Path, checkpoint.Root)
            ? null : "the path does not lead from the record to the root";

    // A record made under a simulated clock must never pass for a measured one, nor the other way about (SPEC.md, "Simulated logs").
    static string? Origin(JsonObject record, bool isSimulated, Checkpoint checkpoint) =>
        LogName.Of(record["gateway"]?.ToString() ?? "") != checkpoint.Origin ? $"the record is of {record["gateway"]}, the log is {checkpoint.Origin}"
        : isSimulated != LogName.IsSimulated(checkpoint.Origin) || (record.ContainsKey("simulated") && !isSimulated)
            ? "record and log disagree on whether this is simulated" : null;

    string? Witnessed(RecordVerdict verdict, TlogProof proof)
    {
        var spoiled = _witnesses.FirstOrDefault(w => proof.Note.Signatures.Any(s => s.IsOf(w)) && !proof.Note.IsSignedBy(w));
        if (spoiled is not null) return $"the cosignature of {spoiled.Name} does not verify";
        return verdict.Witnesses.Count >= requiredWitnesses ? null : $"{verdict.Witnesses.Count} of {requiredWitnesses} witnesses cosigned";
    }
}

/// <summary>Names of gateways and their logs. A simulated gateway's begins so that no policy can mistake it.</summary>
public static partial class LogName
{
    const string SimulatedPrefix = "simulated.", LogSuffix = "/soil";

    /// <summary>Characters of a gateway's name.</summary>
    public const int LongestGateway = 100;

    /// <summary>Whether a gateway may be called so: like a host, so that it stands unharmed in addresses, file names and keys.</summary>
    public static bool IsGateway(string name) => name.Length <= LongestGateway && NamePattern().IsMatch(name) && !name.StartsWith("simulated", StringComparison.Ordinal);

    /// <summary>What a gateway is called in its records.</summary>
    public static string Gateway(string name, bool isSimulated) => (isSimulated ? SimulatedPrefix : "") + name;

    /// <summary>The origin of a gateway's log.</summary>
    public static string Of(string gateway) => gateway + LogSuffix;

    /// <summary>The gateway a log belongs to.</summary>
    public static string GatewayOf(string origin) => origin.EndsWith(LogSuffix, StringComparison.Ordinal) ? origin[..^LogSuffix.Length] : origin;

    public static bool IsSimulated(string origin) => origin.StartsWith(SimulatedPrefix, StringComparison.Ordinal);

    [GeneratedRegex(@"^[a-z0-9]+([.-][a-z0-9]+)*\z")]
    private static partial Regex NamePattern();
}

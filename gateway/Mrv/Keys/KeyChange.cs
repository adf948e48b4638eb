using System.Globalization;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Mrv.Merkle;
using FourPerMille.Sensor.Mrv.Notes;
using FourPerMille.Sensor.Mrv.Records;

namespace FourPerMille.Sensor.Mrv.Keys;

/// <summary>The statement that a log is signed by another key from here on (SPEC.md, "Another key"). Its subject is the log's origin.</summary>
/// <param name="Old">Signed until now.</param>
/// <param name="New">Signs from now on.</param>
/// <param name="Trusted">Null for a planned change. Where the old key was stolen: the last checkpoint of its that counts.</param>
public sealed record KeyChange(VerifierKey Old, VerifierKey New, TrustedHead? Trusted = null)
{
    public const string Type = "fpm.log-key/1";
    const string Planned = "planned", Stolen = "stolen";

    public bool IsPlanned => Trusted is null;

    /// <summary>What the record says beside its envelope.</summary>
    public JsonObject Body()
    {
        var body = new JsonObject { ["follows"] = Old.ToString(), ["key"] = New.ToString(), ["reason"] = IsPlanned ? Planned : Stolen };
        if (Trusted is { } head) body["trusted"] = new JsonObject { ["size"] = head.Size, ["root"] = head.Root.ToBase64() };
        return body;
    }

    /// <exception cref="FormatException">The record is no change of a log's key; the message says where.</exception>
    public static KeyChange Read(ReadOnlySpan<byte> canonical)
    {
        try
        {
            var record = CanonicalJson.Parse(canonical);
            var envelope = RecordEnvelope.Read(record);
            if (envelope.Type != Type) throw new FormatException($"{envelope.Type} is no change of a key");
            var (old, next) = (VerifierKey.Parse(Text(record, "follows")), VerifierKey.Parse(Text(record, "key")));
            if (old.Name != envelope.Subject || next.Name != envelope.Subject || LogName.Of(envelope.Gateway) != envelope.Subject)
                throw new FormatException($"the keys of {envelope.Subject} carry its name");
            return Text(record, "reason") switch
            {
                Planned => new(old, next),
                Stolen => new(old, next, TrustedHead.Read(record["trusted"])),
                var other => throw new FormatException($"reason is {Planned} or {Stolen}, not {other}"),
            };
        }
        catch (CanonicalJsonException broken) { throw new FormatException(broken.Message); }
    }

    static string Text(JsonObject record, string name) => record[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : throw new FormatException($"{name} is missing");
}

/// <summary>How far a stolen key is believed: so many leaves, this root.</summary>
public sealed record TrustedHead(long Size, Hash Root)
{
    /// <summary>Nothing of the key's counts: no witness ever saw a checkpoint of it.</summary>
    public static TrustedHead Nothing { get; } = new(0, TreeHasher.Empty);

    internal static TrustedHead Read(JsonNode? node) =>
        long.TryParse(node?["size"]?.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var size) && Hash.TryParseBase64(node["root"]?.ToString() ?? "", out var root)
            ? new(size, root) : throw new FormatException("trusted is a size and a root");
}

using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Mrv;
using FourPerMille.Sensor.Mrv.Records;

namespace FourPerMille.Sensor.Gateway.Records;

/// <summary>Records as rows; the log follows them.</summary>
sealed class RecordBook(LogKey key, TimeProvider time, RecordLog log) : IRecordBook
{
    public RecordId Write(WriteSession session, RecordDraft draft)
    {
        var inForce = session.InForce(draft.Type, draft.Subject);
        var envelope = new RecordEnvelope(draft.Type, key.Gateway, draft.Subject, time.GetUtcNow(), inForce?.Id, key.IsSimulated);
        if (inForce is not null && Repeats(inForce.Canonical, envelope, draft.Body)) return inForce.Id;

        var canonical = envelope.Seal(draft.Body);
        var id = RecordId.Of(canonical);
        session.Execute("INSERT INTO records (leaf, id, type, subject, recorded_s, supersedes, canonical) SELECT COALESCE(MAX(leaf) + 1, 0), @0, @1, @2, @3, @4, @5 FROM records",
            id.ToString(), draft.Type, draft.Subject, envelope.Recorded.ToUnixTimeSeconds(), envelope.Supersedes?.ToString(), canonical);
        session.AfterCommit(log.GrowSoon);
        return id;
    }

    public string Commit(WriteSession session, string kind, JsonNode value)
    {
        var commitment = Commitment.To(kind, value);
        session.Execute("INSERT INTO openings (digest, kind, opening) VALUES (@0, @1, @2)", commitment.Digest, kind, commitment.Opening);
        return commitment.Digest;
    }

    // The same statement is the same bytes once the moment, the link and the program are the old record's.
    static bool Repeats(byte[] canonical, RecordEnvelope envelope, JsonObject body)
    {
        var stated = CanonicalJson.Parse(canonical);
        var old = RecordEnvelope.Read(stated);
        if (body.ContainsKey(ProgramIdentity.Field) && stated[ProgramIdentity.Field] is { } program)
        {
            body = (JsonObject)body.DeepClone();
            body[ProgramIdentity.Field] = program.DeepClone();
        }
        return (envelope with { Recorded = old.Recorded, Supersedes = old.Supersedes }).Seal(body).AsSpan().SequenceEqual(canonical);
    }
}

/// <summary>A row of the book.</summary>
sealed record StoredRecord(long Leaf, RecordId Id, string Type, string Subject, DateTimeOffset Recorded, string? Supersedes, byte[] Canonical)
{
    public const string Columns = "leaf, id, type, subject, recorded_s, supersedes, canonical";

    public static StoredRecord Map(Microsoft.Data.Sqlite.SqliteDataReader row) => new(
        row.GetInt64(0), RecordId.TryParse(row.GetString(1), out var id) ? id : throw new InvalidDataException("a row of records has no id"),
        row.GetString(2), row.GetString(3), DateTimeOffset.FromUnixTimeSeconds(row.GetInt64(4)), row.IsDBNull(5) ? null : row.GetString(5), (byte[])row[6]);
}

using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Store;
using Microsoft.Data.Sqlite;

namespace FourPerMille.Sensor.Gateway.Ingest;

/// <summary>Keeps every named frame as it came. Nothing here is ever changed but whether a reader has understood it.</summary>
public sealed class FrameBook
{
    const string Columns = "kind, epoch, sequence, link, received_ms, frame";

    public void Keep(WriteSession session, Node node, NamedFrame frame, bool isRead) =>
        session.Execute("INSERT INTO frames (node, epoch, sequence, kind, link, received_ms, frame, is_read) VALUES (@0, @1, @2, @3, @4, @5, @6, @7)",
            node.Number, frame.Epoch, frame.Sequence, frame.Kind, Refusals.Word(frame.Link), frame.Received.ToUnixTimeMilliseconds(), frame.Bytes, isRead);

    public NamedFrame? Find(Session session, Node node, uint epoch, uint sequence) =>
        session.Query($"SELECT {Columns} FROM frames WHERE node = @0 AND epoch = @1 AND sequence = @2", Row, node.Number, epoch, sequence).SingleOrDefault();

    /// <summary>Frames from <paramref name="first"/> to before <paramref name="end"/>, rising.</summary>
    public IEnumerable<NamedFrame> Within(Session session, Node node, uint epoch, uint first, uint end) =>
        session.Query($"SELECT {Columns} FROM frames WHERE node = @0 AND epoch = @1 AND sequence >= @2 AND sequence < @3 ORDER BY sequence", Row, node.Number, epoch, first, end);

    /// <summary>Frames of any epoch whose name follows this one, rising by epoch and sequence.</summary>
    public IEnumerable<NamedFrame> After(Session session, Node node, long epoch, long sequence, int most) =>
        session.Query($"SELECT {Columns} FROM frames WHERE node = @0 AND (epoch, sequence) > (@1, @2) ORDER BY epoch, sequence LIMIT @3", Row, node.Number, epoch, sequence, most);

    /// <summary>Frames of a kind that no reader has understood, rising.</summary>
    public IReadOnlyList<NamedFrame> Unread(Session session, Node node, uint epoch, byte kind) =>
        [.. session.Query($"SELECT {Columns} FROM frames WHERE is_read = 0 AND node = @0 AND epoch = @1 AND kind = @2 ORDER BY sequence", Row, node.Number, epoch, kind)];

    public void MarkRead(WriteSession session, Node node, NamedFrame frame) =>
        session.Execute("UPDATE frames SET is_read = 1 WHERE node = @0 AND epoch = @1 AND sequence = @2", node.Number, frame.Epoch, frame.Sequence);

    /// <summary>Whether the frame kept under this name says the same; the MAC after it may be the other link's prefix of the same one.</summary>
    public bool HoldsSame(Session session, Node node, NamedFrame frame) =>
        Find(session, node, frame.Epoch, frame.Sequence) is { } kept && kept.Kind == frame.Kind && kept.Body.SequenceEqual(frame.Body);

    public bool IsDisputed(Session session, Node node, uint epoch, uint sequence) =>
        session.Scalar<bool>("SELECT EXISTS (SELECT 1 FROM conflicts WHERE node = @0 AND epoch = @1 AND sequence = @2)", node.Number, epoch, sequence);

    /// <returns>False where these very bytes were kept as a conflict before.</returns>
    public bool KeepConflict(WriteSession session, Node node, NamedFrame frame) =>
        session.Execute("INSERT OR IGNORE INTO conflicts (node, epoch, sequence, kind, frame, received_ms, link) VALUES (@0, @1, @2, @3, @4, @5, @6)",
            node.Number, frame.Epoch, frame.Sequence, frame.Kind, frame.Bytes, frame.Received.ToUnixTimeMilliseconds(), Refusals.Word(frame.Link)) == 1;

    /// <summary>How many frames of each epoch are kept without being understood, by node number and epoch.</summary>
    public static IReadOnlyDictionary<(long Node, uint Epoch), long> UnreadCounts(Session session) =>
        session.Query("SELECT node, epoch, COUNT(*) FROM frames WHERE is_read = 0 GROUP BY node, epoch",
            row => (Key: (row.GetInt64(0), (uint)row.GetInt64(1)), Count: row.GetInt64(2))).ToDictionary(line => line.Key, line => line.Count);

    static NamedFrame Row(SqliteDataReader row) => new((byte)row.GetInt64(0), (uint)row.GetInt64(1), (uint)row.GetInt64(2),
        Refusals.Link(row.GetString(3)), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4)), (byte[])row[5]);
}

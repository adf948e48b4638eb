using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Gateway.Time;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Gateway.Ingest;

/// <summary>
/// Hands each named frame to its kind's reader. A frame that none understands (a kind of a later version, a delta whose keyframe is not
/// here) is kept and counted as unread, and tried again when that may have changed.
/// </summary>
public sealed class FrameReaders
{
    readonly FrameBook _frames;
    readonly IReadOnlyDictionary<byte, IFrameReader> _readers;

    public FrameReaders(FrameBook frames, IEnumerable<IFrameReader> readers, Database database, NodeRegistry nodes, Agenda agenda)
    {
        (_frames, _readers) = (frames, readers.ToDictionary(reader => reader.Kind));
        agenda.Begin("reading frames kept by an earlier version", stop => ReadKept(database, nodes, stop));
    }

    /// <summary>Keeps a frame of a new name.</summary>
    /// <returns>False where it was not understood.</returns>
    public bool Take(WriteSession session, Node node, NamedFrame frame)
    {
        var isRead = TryRead(session, node, frame);
        _frames.Keep(session, node, frame, isRead);
        // Deltas never come before their keyframe but to a gateway that lost it and gets it again.
        if (frame.Kind == FrameKind.Keyframe) ReadWaiting(session, node, frame.Epoch, FrameKind.Delta);
        return isRead;
    }

    async Task ReadKept(Database database, NodeRegistry nodes, CancellationToken stop)
    {
        var waiting = database.Read(session => session.Query("SELECT DISTINCT node, epoch, kind FROM frames WHERE is_read = 0",
            row => (Node: row.GetInt64(0), Epoch: (uint)row.GetInt64(1), Kind: (byte)row.GetInt64(2))).ToList());
        foreach (var (node, epoch, kind) in waiting.Where(frames => _readers.ContainsKey(frames.Kind)))
            await database.Write(session => ReadWaiting(session, nodes.ByNumber(node), epoch, kind), stop);
    }

    void ReadWaiting(WriteSession session, Node node, uint epoch, byte kind)
    {
        foreach (var frame in _frames.Unread(session, node, epoch, kind))
            if (TryRead(session, node, frame)) _frames.MarkRead(session, node, frame);
    }

    bool TryRead(WriteSession session, Node node, NamedFrame frame) => _readers.TryGetValue(frame.Kind, out var reader) && reader.TryRead(session, node, frame);
}

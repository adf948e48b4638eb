using FourPerMille.Sensor.Gateway.Calibration;
using FourPerMille.Sensor.Gateway.Ledger;
using FourPerMille.Sensor.Gateway.Observations;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Mrv.Records;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Gateway.Records.Replay;

/// <summary>The gateway's own store.</summary>
sealed class StoreSource(Session session) : IReplaySource
{
    public byte[]? Record(RecordId id) => session.Record(id)?.Canonical;

    public IReadOnlyList<StoredFrame> Frames(string node, uint epoch, SequenceRuns sequences) => StoredReadings.Frames(session, Number(node), epoch, sequences);

    public IReadOnlyList<StoredMark> Marks(string node, uint epoch, SequenceRuns nextSequences, long throughMs) =>
        [.. SteadyClocks.Marks(session, Number(node), epoch, nextSequences, throughMs)];

    public string? ModelFile(string hash) => session.Scalar<string>("SELECT file FROM models WHERE id = @0", hash[..16]);

    public Certificate? Certificate(RecordId id) =>
        session.Scalar<string>("SELECT content FROM certificates WHERE record_id = @0", id.ToString()) is { } content ? Calibration.Certificate.FromJson(content) : null;

    public byte[]? Opening(string digest) => session.Query("SELECT opening FROM openings WHERE digest = @0", row => (byte[])row[0], digest).SingleOrDefault();

    public bool? IsAuthentic(string node, StoredFrame frame)
    {
        var key = session.Query("SELECT node_key FROM nodes WHERE id = @0", row => (byte[])row[0], node).SingleOrDefault();
        if (key is null) return null;
        var keys = new FrameKeys(key, Convert.FromHexString(node));
        return Holds(keys, frame.From is null ? FrameKind.Keyframe : FrameKind.Delta, frame.Epoch, frame.Sequence, frame.Bytes, frame.Link)
            && (frame.From is not { } keyframe || Holds(keys, FrameKind.Keyframe, frame.Epoch, keyframe.Sequence, keyframe.Bytes, keyframe.Link));
    }

    static bool Holds(FrameKeys keys, byte kind, uint epoch, uint sequence, byte[] frame, string link)
    {
        var body = StoredReading.Body(frame, link).Length;
        return keys.VerifyUp(kind, epoch, sequence, frame, 0, body, frame.Length - body);
    }

    long Number(string node) => session.Scalar<long>("SELECT number FROM nodes WHERE id = @0", node);
}

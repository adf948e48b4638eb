using FourPerMille.Sensor.Gateway.Ingest;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Gateway.Observations;

/// <summary>A reading told whole.</summary>
sealed class KeyframeReader(ObservationBook observations) : IFrameReader
{
    public byte Kind => FrameKind.Keyframe;

    public bool TryRead(WriteSession session, Node node, NamedFrame frame)
    {
        if (StoredReadings.Keyframe(frame) is not { } reading) return false;
        observations.Keep(session, node, reading, keyframe: null, frame.Received);
        return true;
    }
}

/// <summary>A reading told as its difference from a keyframe. Without that keyframe it says nothing, and waits for it.</summary>
sealed class DeltaReader(ObservationBook observations, FrameBook frames) : IFrameReader
{
    public byte Kind => FrameKind.Delta;

    public bool TryRead(WriteSession session, Node node, NamedFrame frame)
    {
        if (!DeltaCodec.TryReadName(frame.Bytes, 0, frame.BodyLength, out _, out _, out var back) || back > frame.Sequence) return false;
        var named = frame.Sequence - back;
        // Where two frames claim the keyframe's name, nobody can say which one the node told this from.
        if (frames.IsDisputed(session, node, frame.Epoch, named)) return false;
        if (frames.Find(session, node, frame.Epoch, named) is not { Kind: FrameKind.Keyframe } kept || StoredReadings.Keyframe(kept) is not { } keyframe) return false;
        var reading = new Reading();
        if (!DeltaCodec.TryDecode(frame.Bytes, 0, frame.BodyLength, keyframe, reading)) return false;
        observations.Keep(session, node, reading, named, frame.Received);
        return true;
    }
}

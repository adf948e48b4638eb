using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Calibration;
using FourPerMille.Sensor.Gateway.Ledger;
using FourPerMille.Sensor.Gateway.Observations;
using FourPerMille.Sensor.Mrv.Records;

namespace FourPerMille.Sensor.Gateway.Records.Replay;

/// <summary>Where a replay finds what a record names. Each answer is what lies there; whether it is what was named, the replay finds out.</summary>
interface IReplaySource
{
    /// <summary>The bytes of a record; null where there are none of that id.</summary>
    byte[]? Record(RecordId id);

    IReadOnlyList<StoredFrame> Frames(string node, uint epoch, SequenceRuns sequences);

    IReadOnlyList<StoredMark> Marks(string node, uint epoch, SequenceRuns nextSequences, long throughMs);

    /// <summary>A model's file by its hash, 64 digits; null where there is none.</summary>
    string? ModelFile(string hash);

    /// <summary>The certificate as the gateway computes with it today, by its record; null where only the record is at hand.</summary>
    Certificate? Certificate(RecordId id);

    /// <summary>The opening of a commitment; null where it was destroyed or is not at hand.</summary>
    byte[]? Opening(string digest);

    /// <summary>Whether a frame's MAC holds; null where the node's key is not at hand.</summary>
    bool? IsAuthentic(string node, StoredFrame frame);
}

/// <summary>An input that is not what the record names: which, and how it differs.</summary>
sealed class ReplayInputFault(string message) : Exception(message);

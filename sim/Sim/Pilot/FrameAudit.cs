using FourPerMille.Sensor.Payload;
using FourPerMille.Sensor.Sim.Fleet;

namespace FourPerMille.Sensor.Sim.Pilot;

/// <summary>
/// Checks what the gateway stores of one node by the node's own keys, which the simulator has from the node and not from the gateway's
/// judgement: each frame by its code, each day by its seal, each reading shown by the frame it must come from.
/// </summary>
public static class FrameAudit
{
    /// <param name="shown">The readings as the gateway lists them, each with the body it is read from.</param>
    /// <returns>What does not hold, in words; nothing where all does.</returns>
    public static IEnumerable<string> Faults(FrameKeys keys, IReadOnlyList<StoredFrame> stored, IReadOnlyList<(ReadingKey Name, byte[] Body)> shown) =>
        [.. ForeignFrames(keys, stored), .. BrokenSeals(keys, stored), .. WrongReadings(stored, shown)];

    static IEnumerable<string> ForeignFrames(FrameKeys keys, IEnumerable<StoredFrame> stored) => stored
        .Where(frame => frame.Mac.Length < FrameKeys.LoRaUplinkMacLength
            || !keys.VerifyUp(frame.Kind, frame.Name.Epoch, frame.Name.Sequence, [.. frame.Body, .. frame.Mac], 0, frame.Body.Length, frame.Mac.Length))
        .Select(frame => $"frame {frame.Name} is stored with bytes that the node never sent");

    /// <summary>A seal whose frames are all here must be the end of their chain (SPEC.md section 3b). One that lacks some says nothing.</summary>
    static IEnumerable<string> BrokenSeals(FrameKeys keys, IReadOnlyList<StoredFrame> stored)
    {
        var epochs = stored.ToLookup(frame => frame.Name.Epoch);
        foreach (var frame in stored.Where(frame => frame.Kind == FrameKind.Seal))
        {
            var seal = new Seal();
            if (!Seal.TryDecode(frame.Body, 0, frame.Body.Length, seal))
            {
                yield return $"seal {frame.Name} does not decode";
                continue;
            }
            seal.Sequence = frame.Name.Sequence;
            var chained = epochs[frame.Name.Epoch].Where(f => f.Name.Sequence >= seal.First && f.Name.Sequence < seal.Sequence).OrderBy(f => f.Name).ToArray();
            if (chained.Length < seal.Names - seal.Absent) continue;
            var chain = chained.Aggregate(new byte[FrameKeys.ChainLength], (soFar, f) => keys.Chain(soFar, f.Kind, f.Name.Epoch, f.Name.Sequence, f.Body, 0, f.Body.Length));
            if (!chain.AsSpan(0, Seal.ProofLength).SequenceEqual(seal.Proof)) yield return $"seal {frame.Name} is not the end of the chain of the frames stored";
        }
    }

    /// <summary>Readings shown and frames stored are the same set, once each, byte for byte.</summary>
    static IEnumerable<string> WrongReadings(IReadOnlyList<StoredFrame> stored, IReadOnlyList<(ReadingKey Name, byte[] Body)> shown)
    {
        var bodies = stored.Where(frame => frame.IsReading).ToDictionary(frame => frame.Name, frame => frame.Body);
        foreach (var same in shown.GroupBy(reading => reading.Name))
        {
            if (same.Count() > 1) yield return $"reading {same.Key} is shown {same.Count()} times";
            if (!bodies.Remove(same.Key, out var body)) yield return $"reading {same.Key} is shown, and no frame of it is stored";
            else if (same.Any(reading => !reading.Body.AsSpan().SequenceEqual(body))) yield return $"reading {same.Key} is shown with other bytes than its frame's";
        }
        foreach (var name in bodies.Keys.Order()) yield return $"reading {name} is stored and not shown";
    }
}

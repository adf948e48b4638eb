using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Ledger;
using FourPerMille.Sensor.Gateway.Observations;

namespace FourPerMille.Sensor.Gateway.Records;

/// <summary>How a record names what it was computed from: which rows, and a hash over all of them (SPEC.md of Mrv, "Inputs").</summary>
public static class NamedInputs
{
    /// <summary>Frames by their names, in any order.</summary>
    public static JsonObject Frames(IEnumerable<StoredFrame> frames)
    {
        var ordered = frames.OrderBy(f => f.Epoch).ThenBy(f => f.Sequence).ToList();
        return new JsonObject
        {
            ["count"] = ordered.Count,
            ["hash"] = Hash(ordered.Select(f => f.Line)),
            ["runs"] = new JsonArray([.. ordered.GroupBy(f => f.Epoch).Select(epoch => new JsonObject
            {
                ["epoch"] = epoch.Key, ["sequences"] = Runs(epoch.Select(f => f.Sequence)).ToString(),
            })]),
        };
    }

    public static JsonArray Clocks(IEnumerable<ClockBasis> clocks) => new([.. clocks.OrderBy(c => c.Epoch).Select(clock => new JsonObject
    {
        ["epoch"] = clock.Epoch,
        ["marks"] = new JsonObject
        {
            ["count"] = clock.Marks.Count,
            ["hash"] = Hash(InOrder(clock.Marks).Select(m => m.Line)),
            ["sequences"] = Runs(clock.Marks.Select(m => m.Mark.NextSequence)).ToString(),
            ["through"] = clock.Marks.Select(m => m.ReceivedMs).DefaultIfEmpty(0).Max(),
        },
        ["restarts"] = Runs(clock.Restarts).ToString(),
    })]);

    /// <summary>Of lines, each ended by a line feed.</summary>
    public static string Hash(IEnumerable<string> lines)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var line in lines) hash.AppendData(Encoding.ASCII.GetBytes(line + "\n"));
        return "sha256:" + Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public static IEnumerable<StoredMark> InOrder(IEnumerable<StoredMark> marks) => marks
        .OrderBy(m => m.Mark.NextSequence).ThenBy(m => m.Mark.AskedMonotonicSeconds).ThenBy(m => m.Mark.AnsweredMonotonicSeconds).ThenBy(m => m.Mark.AnsweredUnixSeconds);

    static SequenceRuns Runs(IEnumerable<uint> numbers)
    {
        var runs = new SequenceRuns();
        foreach (var number in numbers) runs.Add(number);
        return runs;
    }
}

using System.Globalization;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Payload;
using Microsoft.Data.Sqlite;

namespace FourPerMille.Sensor.Gateway.Observations;

/// <summary>The keyframe that a delta tells the difference from.</summary>
public sealed record KeyframeOfDelta(uint Sequence, string Link, byte[] Bytes);

/// <summary>A reading's frame with all that its meaning depends on: when it arrived, over which link, and of a delta the keyframe.</summary>
public sealed record StoredFrame(uint Epoch, uint Sequence, DateTimeOffset Received, string Link, byte[] Bytes, KeyframeOfDelta? From)
{
    /// <summary>As records hash it (SPEC.md of Mrv, "Inputs"): epoch, sequence, arrival in ms since 1970, link, frame in hexadecimal; of a delta likewise its keyframe.</summary>
    public string Line => string.Create(CultureInfo.InvariantCulture, $"{Epoch} {Sequence} {Received.ToUnixTimeMilliseconds()} {Link} {Convert.ToHexStringLower(Bytes)}")
        + (From is { } keyframe ? string.Create(CultureInfo.InvariantCulture, $" {keyframe.Sequence} {keyframe.Link} {Convert.ToHexStringLower(keyframe.Bytes)}") : "");

    /// <exception cref="FormatException">The line is none of a frame.</exception>
    public static StoredFrame Parse(string line)
    {
        var words = line.Split(' ');
        if (words.Length is not (5 or 8)) throw new FormatException($"'{line}' is no frame");
        return new(uint.Parse(words[0], CultureInfo.InvariantCulture), uint.Parse(words[1], CultureInfo.InvariantCulture),
            DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(words[2], CultureInfo.InvariantCulture)), words[3], Convert.FromHexString(words[4]),
            words.Length == 8 ? new(uint.Parse(words[5], CultureInfo.InvariantCulture), words[6], Convert.FromHexString(words[7])) : null);
    }
}

/// <summary>A clock mark as it lies in the store.</summary>
public sealed record StoredMark(ClockMark Mark, long ReceivedMs, byte[] Frame)
{
    public string Line => string.Create(CultureInfo.InvariantCulture,
        $"{Mark.NextSequence} {Mark.AskedMonotonicSeconds} {Mark.AnsweredMonotonicSeconds} {Mark.AnsweredUnixSeconds} {ReceivedMs} {Convert.ToHexStringLower(Frame)}");

    /// <exception cref="FormatException">The line is none of a mark.</exception>
    public static StoredMark Parse(string line)
    {
        var words = line.Split(' ');
        if (words.Length != 6) throw new FormatException($"'{line}' is no clock mark");
        uint Number(int i) => uint.Parse(words[i], CultureInfo.InvariantCulture);
        return new(new ClockMark { NextSequence = Number(0), AskedMonotonicSeconds = Number(1), AnsweredMonotonicSeconds = Number(2), AnsweredUnixSeconds = Number(3) },
            long.Parse(words[4], CultureInfo.InvariantCulture), Convert.FromHexString(words[5]));
    }

    internal static StoredMark Map(SqliteDataReader row) => new(SteadyClocks.Mark(row), row.GetInt64(4), (byte[])row[5]);
}

/// <summary>What tells when the readings of an epoch were taken.</summary>
public sealed record ClockBasis(uint Epoch, IReadOnlyList<StoredMark> Marks, IReadOnlyList<uint> Restarts)
{
    /// <summary>The few that matter to one reading.</summary>
    public ClockBasis Near(uint sequence)
    {
        var ordered = Marks.OrderBy(m => m.Mark.NextSequence).ThenBy(m => m.Mark.AnsweredMonotonicSeconds).ToList();
        List<StoredMark> near = [.. ordered.Where(m => m.Mark.NextSequence <= sequence).TakeLast(SteadyClocks.Side), .. ordered.Where(m => m.Mark.NextSequence > sequence).Take(SteadyClocks.Side)];
        if (near.Count == 0) return this with { Marks = [], Restarts = [] };
        var (first, last) = (Math.Min(sequence, near.Min(m => m.Mark.NextSequence)), Math.Max(sequence, near.Max(m => m.Mark.NextSequence)));
        return this with { Marks = near, Restarts = [.. Restarts.Where(r => r >= first && r <= last)] };
    }

    public SteadyClock Clock(Node node) => new(Marks.Select(m => m.Mark), Restarts, node.Settings.DriftPpm, node.Enrolled);
}

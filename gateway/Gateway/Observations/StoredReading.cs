using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Gateway.Observations;

/// <summary>A reading as it lies in the store, decoded, with the time it can be given today.</summary>
/// <param name="IsTimeConsistent">False where its clock marks contradict each other; then the interval spans them all.</param>
public sealed record StoredReading(Node Node, Reading Raw, TimeInterval Time, bool IsTimeConsistent, DateTimeOffset Received, string Link, byte[] Frame)
{
    public bool HasUsableTime => IsTimeConsistent && Time.Width <= Day.WidestTime;

    /// <summary>The frame without its MAC, whose length the link decides.</summary>
    public static ReadOnlySpan<byte> Body(byte[] frame, string link) =>
        frame.AsSpan(0, frame.Length - (link == "lora" ? FrameKeys.LoRaUplinkMacLength : FrameKeys.MacLength));
}

/// <summary>Reads a node's readings in the order they were taken.</summary>
public static class StoredReadings
{
    const string Columns = "epoch, sequence, steady_minutes, received_ms, link, frame";

    /// <summary>Readings whose time may lie in a span, epoch by epoch, each epoch by sequence. Streams; whole only within the session.</summary>
    public static IEnumerable<StoredReading> Within(Session session, Node node, DateTimeOffset from, DateTimeOffset to)
    {
        var epochs = session.Query("SELECT epoch FROM epochs WHERE node = @0 ORDER BY epoch", row => (uint)row.GetInt64(0), node.Number).ToList();
        foreach (var epoch in epochs)
        {
            var clock = SteadyClocks.Of(session, node, epoch);
            // Without a mark a reading's time is open towards the past: only its arrival bounds it.
            var rows = clock.MinutesWithin(from, to) is { } minutes
                ? session.Query($"SELECT {Columns} FROM readings WHERE node = @0 AND epoch = @1 AND steady_minutes BETWEEN @2 AND @3 ORDER BY sequence", Row, node.Number, epoch, minutes.From, minutes.To)
                : session.Query($"SELECT {Columns} FROM readings WHERE node = @0 AND epoch = @1 AND received_ms >= @2 ORDER BY sequence", Row, node.Number, epoch, from.ToUnixTimeMilliseconds());
            foreach (var row in rows)
            {
                var reading = Decode(node, clock, row);
                if (reading.Time.Latest >= from && reading.Time.Earliest < to) yield return reading;
            }
        }
    }

    static StoredReading Decode(Node node, SteadyClock clock, Stored row)
    {
        var raw = new Reading();
        if (!KeyframeCodec.TryDecode(row.Frame, 0, StoredReading.Body(row.Frame, row.Link).Length, raw))
            throw new InvalidDataException($"Node {node.Id}, epoch {row.Epoch}, sequence {row.Sequence}: the stored frame is damaged.");
        (raw.Epoch, raw.Sequence) = (row.Epoch, row.Sequence);
        var (time, isConsistent) = clock.At(row.Sequence, raw.MonotonicMinutes, row.Received);
        return new StoredReading(node, raw, time, isConsistent, row.Received, row.Link, row.Frame);
    }

    static Stored Row(Microsoft.Data.Sqlite.SqliteDataReader row) => new((uint)row.GetInt64(0), (uint)row.GetInt64(1),
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3)), row.GetString(4), (byte[])row[5]);

    readonly record struct Stored(uint Epoch, uint Sequence, DateTimeOffset Received, string Link, byte[] Frame);
}

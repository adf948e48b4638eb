using FourPerMille.Sensor.Gateway.Ingest;
using FourPerMille.Sensor.Gateway.Ledger;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Gateway.Observations;

/// <summary>A reading as it lies in the store, decoded, with the time it can be given today.</summary>
/// <param name="Keyframe">Of a delta, the sequence of the keyframe that tells it in full; null where <paramref name="Frame"/> is a keyframe.</param>
/// <param name="IsTimeConsistent">False where its clock marks contradict each other; then the interval spans them all.</param>
public sealed record StoredReading(Node Node, Reading Raw, TimeInterval Time, bool IsTimeConsistent, DateTimeOffset Received, string Link, byte[] Frame, uint? Keyframe = null)
{
    /// <summary>The rows it was read from, for whoever has to name them.</summary>
    public StoredFrame Stored { get; init; } = new(Raw.Epoch, Raw.Sequence, Received, Link, Frame, null);

    public bool HasUsableTime => IsTimeConsistent && Time.Width <= Day.WidestTime;

    /// <summary>The frame without its MAC, whose length the link decides.</summary>
    public static ReadOnlySpan<byte> Body(byte[] frame, string link) =>
        frame.AsSpan(0, frame.Length - (link == "lora" ? FrameKeys.LoRaUplinkMacLength : FrameKeys.MacLength));
}

/// <summary>Reads a node's readings in the order they were taken.</summary>
public static class StoredReadings
{
    const string Columns = "r.epoch, r.sequence, r.received_ms, f.link, f.frame, r.keyframe, k.link, k.frame";
    const string WithKeyframes = """
        readings r JOIN frames f ON f.node = r.node AND f.epoch = r.epoch AND f.sequence = r.sequence
        LEFT JOIN frames k ON k.node = r.node AND k.epoch = r.epoch AND k.sequence = r.keyframe
        """;

    /// <summary>Readings whose time may lie in a span, epoch by epoch, each epoch by sequence. Streams; whole only within the session.</summary>
    public static IEnumerable<StoredReading> Within(Session session, Node node, DateTimeOffset from, DateTimeOffset to)
    {
        var epochs = session.Query("SELECT epoch FROM epochs WHERE node = @0 ORDER BY epoch", row => (uint)row.GetInt64(0), node.Number).ToList();
        foreach (var epoch in epochs)
        {
            var clock = SteadyClocks.Of(session, node, epoch);
            // Without a mark a reading's time is open towards the past: only its arrival bounds it.
            var rows = clock.MinutesWithin(from, to) is { } minutes
                ? session.Query($"SELECT {Columns} FROM {WithKeyframes} WHERE r.node = @0 AND r.epoch = @1 AND r.steady_minutes BETWEEN @2 AND @3 ORDER BY r.sequence", Row, node.Number, epoch, minutes.From, minutes.To)
                : session.Query($"SELECT {Columns} FROM {WithKeyframes} WHERE r.node = @0 AND r.epoch = @1 AND r.received_ms >= @2 ORDER BY r.sequence", Row, node.Number, epoch, from.ToUnixTimeMilliseconds());
            foreach (var row in rows)
            {
                var reading = Decode(node, clock, row);
                if (reading.Time.Latest >= from && reading.Time.Earliest < to) yield return reading;
            }
        }
    }

    /// <summary>Readings of one epoch by their sequence, both ends included, in order.</summary>
    public static List<StoredReading> Between(Session session, Node node, uint epoch, uint first, uint last)
    {
        var clock = SteadyClocks.Between(session, node, epoch, first, last);
        return session.Query($"SELECT {Columns} FROM {WithKeyframes} WHERE r.node = @0 AND r.epoch = @1 AND r.sequence BETWEEN @2 AND @3 ORDER BY r.sequence",
            Row, node.Number, epoch, first, last).Select(row => Decode(node, clock, row)).ToList();
    }

    /// <summary>The reading taken last, as far as the store knows; null where there is none.</summary>
    public static StoredReading? Latest(Session session, Node node) =>
        session.Query($"SELECT {Columns} FROM {WithKeyframes} WHERE r.node = @0 ORDER BY r.epoch DESC, r.sequence DESC LIMIT 1", Row, node.Number)
            .Select(row => Decode(node, SteadyClocks.Near(session, node, row.Epoch, row.Sequence), row)).SingleOrDefault();

    /// <summary>Back from the reading taken last. Streams, and dates nothing: whoever needs a time decodes the row.</summary>
    public static IEnumerable<(StoredFrame Row, Reading Raw)> NewestFirst(Session session, Node node) =>
        session.Query($"SELECT {Columns} FROM {WithKeyframes} WHERE r.node = @0 ORDER BY r.epoch DESC, r.sequence DESC", Row, node.Number).Select(row => (row, Read(node, row)));

    /// <summary>The rows of an epoch's readings of some sequences, in order.</summary>
    public static List<StoredFrame> Frames(Session session, long node, uint epoch, SequenceRuns sequences) => sequences.Runs.SelectMany(run => session.Query(
        $"SELECT {Columns} FROM {WithKeyframes} WHERE r.node = @0 AND r.epoch = @1 AND r.sequence BETWEEN @2 AND @3 ORDER BY r.sequence", Row, node, epoch, run.First, run.Last)).ToList();

    /// <exception cref="InvalidDataException">The frame's bytes, or its keyframe's, are no reading.</exception>
    public static StoredReading Decode(Node node, SteadyClock clock, StoredFrame row)
    {
        var raw = Read(node, row);
        var (time, isConsistent) = clock.At(row.Sequence, raw.MonotonicMinutes, row.Received);
        return new StoredReading(node, raw, time, isConsistent, row.Received, row.Link, row.Bytes, row.From?.Sequence) { Stored = row };
    }

    static Reading Read(Node node, StoredFrame row) => (row.From is { } keyframe ? Delta(row, keyframe) : Keyframe(row.Bytes, row.Link, row.Epoch, row.Sequence))
        ?? throw new InvalidDataException($"Node {node.Id}, epoch {row.Epoch}, sequence {row.Sequence}: the stored frame is damaged.");

    /// <summary>A keyframe, decoded, under its full name; null for a body that is none.</summary>
    public static Reading? Keyframe(NamedFrame frame) => Keyframe(frame.Bytes, frame.BodyLength, frame.Epoch, frame.Sequence);

    static Reading? Keyframe(byte[] frame, string link, uint epoch, uint sequence) => Keyframe(frame, StoredReading.Body(frame, link).Length, epoch, sequence);

    static Reading? Keyframe(byte[] frame, int bodyLength, uint epoch, uint sequence)
    {
        var reading = new Reading();
        if (!KeyframeCodec.TryDecode(frame, 0, bodyLength, reading)) return null;
        (reading.Epoch, reading.Sequence) = (epoch, sequence);
        return reading;
    }

    static Reading? Delta(StoredFrame row, KeyframeOfDelta from)
    {
        var reading = new Reading();
        return Keyframe(from.Bytes, from.Link, row.Epoch, from.Sequence) is { } keyframe
            && DeltaCodec.TryDecode(row.Bytes, 0, StoredReading.Body(row.Bytes, row.Link).Length, keyframe, reading) ? reading : null;
    }

    static StoredFrame Row(Microsoft.Data.Sqlite.SqliteDataReader row) => new((uint)row.GetInt64(0), (uint)row.GetInt64(1),
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(2)), row.GetString(3), (byte[])row[4],
        row.IsDBNull(5) ? null : new KeyframeOfDelta((uint)row.GetInt64(5), row.GetString(6), (byte[])row[7]));
}

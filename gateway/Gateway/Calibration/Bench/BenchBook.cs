using System.Collections.Concurrent;
using FourPerMille.Sensor.Gateway.Ingest;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Gateway.Calibration.Bench;

/// <param name="Id">Rises with arrival: what a listener asks to go on after.</param>
public sealed record BenchValue(long Id, BenchReading Reading, DateTimeOffset Received)
{
    /// <summary>Steady second in which its bench began: values of one bench share it.</summary>
    public uint Began => Reading.SteadySeconds - Reading.BenchSeconds;
}

/// <summary>
/// What probes under calibration said. It comes by the intake like every named frame, and stays here: nothing of it ever becomes an
/// observation, a summary or an estimate.
/// </summary>
public sealed class BenchBook(Database database) : IFrameReader
{
    readonly ConcurrentDictionary<long, TaskCompletionSource> _arrivals = new();

    public byte Kind => FrameKind.Bench;

    public bool TryRead(WriteSession session, Node node, NamedFrame frame)
    {
        var reading = new BenchReading();
        if (!BenchReading.TryDecode(frame.Bytes, 0, frame.BodyLength, reading)) return false;
        session.Execute("INSERT INTO bench_readings (node, epoch, sequence, began_s, steady_s, probe, body, received_ms) VALUES (@0, @1, @2, @3, @4, @5, @6, @7)",
            node.Number, frame.Epoch, frame.Sequence, (long)reading.SteadySeconds - reading.BenchSeconds, reading.SteadySeconds, reading.Probe, frame.Body.ToArray(), frame.Received.ToUnixTimeMilliseconds());
        session.AfterCommit(() => { if (_arrivals.TryRemove(node.Number, out var arrival)) arrival.TrySetResult(); });
        return true;
    }

    /// <summary>Values that came after a given one, rising; at least the newest bench's so far where none is given.</summary>
    public IReadOnlyList<BenchValue> After(Node node, long id, int most) => database.Read(session => session.Query(
        "SELECT id, epoch, sequence, body, received_ms FROM bench_readings WHERE node = @0 AND id > @1 ORDER BY id LIMIT @2",
        row => Decoded(row.GetInt64(0), (uint)row.GetInt64(1), (uint)row.GetInt64(2), (byte[])row[3], row.GetInt64(4)), node.Number, id, most).ToList());

    /// <summary>The last values of the newest bench and its probe, rising.</summary>
    public IReadOnlyList<BenchValue> Newest(Node node, int most) => database.Read(session =>
    {
        var newest = session.Query("SELECT epoch, began_s, probe FROM bench_readings WHERE node = @0 ORDER BY id DESC LIMIT 1",
            row => (Epoch: row.GetInt64(0), Began: row.GetInt64(1), Probe: row.GetInt64(2)), node.Number).ToList();
        return newest.Count == 0 ? [] : session.Query("""
            SELECT id, epoch, sequence, body, received_ms FROM bench_readings
            WHERE node = @0 AND epoch = @1 AND began_s = @2 AND probe = @3 ORDER BY id DESC LIMIT @4
            """, row => Decoded(row.GetInt64(0), (uint)row.GetInt64(1), (uint)row.GetInt64(2), (byte[])row[3], row.GetInt64(4)),
            node.Number, newest[0].Epoch, newest[0].Began, newest[0].Probe, most).Reverse().ToList();
    });

    /// <summary>As <see cref="After"/>, but waits for a value while there is none.</summary>
    public async Task<IReadOnlyList<BenchValue>> AfterOrArriving(Node node, long id, int most, TimeSpan patience, CancellationToken stop)
    {
        // Asked for before looking, so that a value which comes in between is not slept over.
        var arrival = _arrivals.GetOrAdd(node.Number, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        if (After(node, id, most) is { Count: > 0 } there) return there;
        try
        {
            await arrival.WaitAsync(patience, stop);
        }
        catch (TimeoutException)
        {
            return [];
        }
        return After(node, id, most);
    }

    static BenchValue Decoded(long id, uint epoch, uint sequence, byte[] body, long receivedMilliseconds)
    {
        var reading = new BenchReading();
        if (!BenchReading.TryDecode(body, 0, body.Length, reading)) throw new InvalidDataException($"bench_readings: body of {id} does not decode.");
        (reading.Epoch, reading.Sequence) = (epoch, sequence);
        return new BenchValue(id, reading, DateTimeOffset.FromUnixTimeMilliseconds(receivedMilliseconds));
    }
}

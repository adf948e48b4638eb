using FourPerMille.Sensor.Gateway.Ingest;
using FourPerMille.Sensor.Gateway.Observations;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Payload;
using Microsoft.Data.Sqlite;

namespace FourPerMille.Sensor.Gateway.Ledger;

/// <summary>
/// Keeps nodes' seals and judges them: when they come, and again when frames that they speak of arrive late or are declared lost. Days whose
/// readings change their state are due for a new summary.
/// </summary>
public sealed class SealBook(FrameBook frames, ObservationBook observations, Refusals refusals) : IFrameReader
{
    const string Columns = "epoch, sequence, first, absent, proof, state";

    public byte Kind => FrameKind.Seal;

    public bool TryRead(WriteSession session, Node node, NamedFrame frame)
    {
        var seal = new Seal();
        if (!Seal.TryDecode(frame.Bytes, 0, frame.BodyLength, seal) || seal.Names > frame.Sequence) return false;
        seal.Sequence = frame.Sequence;
        session.Execute("INSERT INTO seals (node, epoch, sequence, first, absent, proof, state) VALUES (@0, @1, @2, @3, @4, @5, @6)",
            node.Number, frame.Epoch, frame.Sequence, seal.First, seal.Absent, seal.Proof.ToArray(), Word(SealState.Pending));
        return true;
    }

    /// <summary>Judges the epoch's seals that are not settled, after what has just been stored or declared lost.</summary>
    public void Review(WriteSession session, Node node, EpochLedger ledger)
    {
        var open = session.Query($"SELECT {Columns} FROM seals WHERE node = @0 AND epoch = @1 AND state IN ('pending', 'unsealable') ORDER BY sequence",
            Row, node.Number, ledger.Epoch).ToList();
        foreach (var (seal, before) in open)
        {
            // Frames are fetched only where the chain can be followed to its end.
            var isWhole = ledger.Stored.CountWithin(seal.First, seal.Sequence) >= seal.Names - seal.Absent;
            var held = isWhole ? frames.Within(session, node, seal.Epoch, seal.First, seal.Sequence).ToList() : [];
            var state = SealVerdict.Of(node.Keys, seal, held, ledger.SettledWithin(seal.First, seal.Sequence));
            if (state != before) Note(session, node, seal, state);
        }
    }

    void Note(WriteSession session, Node node, Seal seal, SealState state)
    {
        session.Execute("UPDATE seals SET state = @3 WHERE node = @0 AND epoch = @1 AND sequence = @2", node.Number, seal.Epoch, seal.Sequence, Word(state));
        observations.MarkDaysOf(session, node, seal.Epoch, seal.First, seal.Sequence);
        if (state == SealState.Broken)
            refusals.Alarm(session, node.Id, "broken seal", $"epoch {seal.Epoch}, sequences {seal.First} to {seal.Sequence - 1}: the frames stored here are not those that the node sealed. "
                + "Keep the database as it is, compare it with the node's own log and with conflicts, and treat the days as unproven.");
    }

    /// <summary>Seals of an epoch behind a name, rising: the first of them may speak of it.</summary>
    public static IReadOnlyList<(Seal Seal, SealState State)> From(Session session, Node node, uint epoch, uint name) =>
        [.. session.Query($"SELECT {Columns} FROM seals WHERE node = @0 AND epoch = @1 AND sequence > @2 ORDER BY sequence", Row, node.Number, epoch, name)];

    /// <summary>How many seals of each epoch are in which state, by node number and epoch.</summary>
    public static ILookup<(long Node, uint Epoch), (SealState State, long Count)> Counts(Session session) =>
        session.Query("SELECT node, epoch, state, COUNT(*) FROM seals GROUP BY node, epoch, state",
            row => (Key: (row.GetInt64(0), (uint)row.GetInt64(1)), State: State(row.GetString(2)), Count: row.GetInt64(3)))
            .ToList().ToLookup(line => line.Key, line => (line.State, line.Count));

    public static string Word(SealState state) => state switch
    {
        SealState.Sealed => "sealed", SealState.Pending => "pending", SealState.Unsealable => "unsealable", SealState.Broken => "broken",
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };

    static SealState State(string word) => Enum.Parse<SealState>(word, ignoreCase: true);

    static (Seal Seal, SealState State) Row(SqliteDataReader row)
    {
        var (sequence, first) = ((uint)row.GetInt64(1), (uint)row.GetInt64(2));
        var seal = new Seal { Epoch = (uint)row.GetInt64(0), Sequence = sequence, Names = sequence - first, Absent = (uint)row.GetInt64(3) };
        ((byte[])row[4]).CopyTo(seal.Proof, 0);
        return (seal, State(row.GetString(5)));
    }
}

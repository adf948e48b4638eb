using FourPerMille.Sensor.Gateway.Ledger;
using FourPerMille.Sensor.Payload;
using FsCheck;
using FsCheck.Fluent;

namespace FourPerMille.Sensor.Unit.Gateway;

public sealed class LedgerTests
{
    [Fact]
    public void Runs_behave_as_the_set_they_stand_for() => Prop.ForAll(Additions().ToArbitrary(), additions =>
    {
        var (runs, set) = (new SequenceRuns(), new HashSet<uint>());
        foreach (var (first, length) in additions)
        {
            runs.Add(first, first + length);
            for (var i = first; i <= first + length; i++) set.Add(i);
        }
        var apart = runs.Runs.Zip(runs.Runs.Skip(1)).All(pair => pair.Second.First > pair.First.Last + 1);
        return apart && runs.Count == set.Count && Enumerable.Range(0, 300).All(i => runs.Contains((uint)i) == set.Contains((uint)i))
            && SequenceRuns.Parse(runs.ToString()).ToString() == runs.ToString();
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Runs_reach_the_last_number()
    {
        var runs = new SequenceRuns();
        runs.Add(uint.MaxValue);
        runs.Add(0, uint.MaxValue - 1);
        Assert.Equal((4_294_967_296, $"0-{uint.MaxValue}"), (runs.Count, runs.ToString()));
    }

    [Fact]
    public void Sampled_is_stored_plus_lost_plus_missing_whatever_happens() => Prop.ForAll(Events().ToArbitrary(), events =>
    {
        var ledger = new EpochLedger(1);
        var (stored, lost) = (new HashSet<uint>(), new HashSet<uint>());
        long sampled = 0;
        foreach (var (kind, sequence, count) in events)
        {
            if (kind == 0)
            {
                ledger.Store(sequence);
                stored.Add(sequence);
                sampled = Math.Max(sampled, sequence + 1);
            }
            else if (kind == 1)
            {
                ledger.DeclareLost(sequence, count);
                for (uint i = 0; i < count; i++) lost.Add(sequence + i);
                sampled = Math.Max(sampled, sequence + count);
            }
            else ledger.Learn(sampled = Math.Max(sampled, sequence));
        }
        lost.ExceptWith(stored);
        return (ledger.Sampled, ledger.Stored.Count, ledger.LostCount, ledger.MissingCount)
            == (sampled, stored.Count, lost.Count, sampled - stored.Count - lost.Count);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void An_acknowledgement_covers_only_what_is_settled_and_survives_the_wire() => Prop.ForAll(Events().ToArbitrary(), Gen.Choose(7, Acknowledgement.MaxBodyLength).ToArbitrary(), (events, room) =>
    {
        var ledger = new EpochLedger(1);
        foreach (var (_, sequence, _) in events) ledger.Store(sequence);
        var acknowledgement = ledger.Acknowledge(room);
        var body = new byte[Acknowledgement.MaxBodyLength];
        var length = acknowledgement.Encode(body, 0);
        var heard = new Acknowledgement();
        return length <= room && Acknowledgement.TryDecode(body, 0, length, heard)
            && Enumerable.Range(0, 300).All(i => !heard.Covers((uint)i) || ledger.Stored.Contains((uint)i));
    }).QuickCheckThrowOnFailure();

    static Gen<(uint First, uint Length)[]> Additions() =>
        (from first in Gen.Choose(0, 200) from length in Gen.Choose(0, 40) select ((uint)first, (uint)length)).ArrayOf();

    static Gen<(int Kind, uint Sequence, uint Count)[]> Events() =>
        (from kind in Gen.Choose(0, 2) from sequence in Gen.Choose(0, 250) from count in Gen.Choose(1, 20) select (kind, (uint)sequence, (uint)count)).ArrayOf();
}

using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Scenarios.Conservation;

/// <summary>The judge is judged: each way of losing a reading, put before it, is found.</summary>
public sealed class AccountTests
{
    static readonly NamedFrame[] Taken = [.. Enumerable.Range(0, 4).Select(sequence => Frame(1, (uint)sequence, (byte)sequence))];
    static readonly LedgerLine Line = new(1, 4, 2, 1, 0, 1);
    static readonly Witness Seen = new(Taken, [Taken[3]], new HashSet<NamedFrame>(), new HashSet<NamedFrame>(), new HashSet<NamedFrame>(), new HashSet<(uint, uint)>());
    static readonly Witness Twice = Seen with { Sampled = [.. Taken, Frame(1, 1, 99)], MayRepeat = new HashSet<(uint, uint)> { (1, 1) } };
    static readonly StoreOfNode Store = new([Row(Taken[0]), Row(Taken[1])], [], [new DeclaredLoss(1, 2, 1, LossDeclaration.LogFull)], [Line]);

    [Fact]
    public void Stored_pending_and_declared_close_the_account() => Assert.Empty(Account.Close(Seen, Store).Findings);

    [Fact]
    public void A_reading_that_is_nowhere_is_found() =>
        Assert.Contains("(1, 3) was sampled and is nowhere", Account.Close(Seen with { OnFlash = [] }, Store).Findings);

    [Fact]
    public void A_loss_that_nobody_declared_is_found() =>
        Assert.Contains("(1, 2) was sampled and is nowhere", Account.Close(Seen, Store with { Losses = [] }).Findings);

    [Fact]
    public void A_reading_whose_name_is_stored_with_other_bytes_was_swallowed() =>
        Assert.Contains("(1, 1) was swallowed: its name is stored with other bytes", Account.Close(Twice, Store).Findings);

    [Fact]
    public void As_a_conflict_it_is_kept() => Assert.Empty(Account.Close(Twice, Store with { Conflicts = [Row(Frame(1, 1, 99))] }).Findings);

    [Fact]
    public void A_name_given_twice_is_the_nodes_fault_where_its_flash_knew_better() =>
        Assert.Contains("(1, 1) was given 2 times, though its flash said that it was taken",
            Account.Close(Twice with { MayRepeat = new HashSet<(uint, uint)> { (1, 2) } }, Store with { Conflicts = [Row(Frame(1, 1, 99))] }).Findings);

    [Fact]
    public void Bytes_that_nobody_sampled_are_found() =>
        Assert.Contains("(1, 1) is stored with bytes that were never sampled", Account.Close(Seen, Store with { Stored = [Row(Taken[0]), Row(Frame(1, 1, 99))] }).Findings);

    [Fact]
    public void A_reading_stored_twice_is_found() =>
        Assert.Contains("(1, 0) is stored 2 times", Account.Close(Seen, Store with { Stored = [Row(Taken[0]), Row(Taken[0]), Row(Taken[1])] }).Findings);

    [Fact]
    public void A_loss_declared_of_what_lies_in_flash_is_found() =>
        Assert.Contains("(1, 3) is declared lost and lies in flash", Account.Close(Seen, Store with { Losses = [.. Store.Losses, new DeclaredLoss(1, 3, 1, LossDeclaration.EntryDamaged)] }).Findings);

    [Fact]
    public void A_ledger_that_says_other_than_the_store_is_found() =>
        Assert.Contains("epoch 1: the ledger says 3 stored, the store holds 2", Account.Close(Seen, Store with { Ledger = [Line with { Stored = 3, Missing = 0 }] }).Findings);

    [Fact]
    public void A_loss_by_restore_is_not_the_nodes()
    {
        var store = Store with { Losses = [new DeclaredLoss(1, 2, 1, LossDeclaration.Released)] };
        var putBack = Seen with { PutBack = new HashSet<NamedFrame> { Taken[2] } };
        Assert.Empty(Account.Close(putBack, store with { Ledger = [Line with { Lost = 0, LostByRestore = 1 }] }).Findings);
        Assert.NotEmpty(Account.Close(putBack, store).Findings);
    }

    [Fact]
    public void Where_nothing_was_put_back_a_loss_by_restore_is_a_broken_promise() =>
        Assert.Contains("(1, 2) was sampled and is nowhere", Account.Close(Seen, Store with { Losses = [new DeclaredLoss(1, 2, 1, LossDeclaration.Released)], Ledger = [Line with { Lost = 0, LostByRestore = 1 }] }).Findings);

    static NamedFrame Frame(uint epoch, uint sequence, byte content) => new(epoch, sequence, FrameKind.Keyframe, [content, .. new byte[20]]);

    static StoredFrame Row(NamedFrame frame) => new(frame.Epoch, frame.Sequence, frame.Bytes);
}

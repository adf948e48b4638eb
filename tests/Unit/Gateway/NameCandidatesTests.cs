using FourPerMille.Sensor.Gateway.Ingest;
using FourPerMille.Sensor.Gateway.Ledger;
using FsCheck;
using FsCheck.Fluent;

namespace FourPerMille.Sensor.Unit.Gateway;

public sealed class NameCandidatesTests
{
    [Fact]
    public void A_name_near_the_newest_known_is_tried_first() => Prop.ForAll(Known().ToArbitrary(), known =>
    {
        var (hint, ahead) = known;
        var name = (hint.Epoch, Sequence: (uint)(hint.Sampled + ahead));
        return NameCandidates.Of(name.Epoch % 8, name.Sequence % 4096, [hint], 3).First() == name;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_candidate_has_the_bits_that_travelled_and_comes_once() => Prop.ForAll(Known().ToArbitrary(), Gen.Choose(0, 4095).ToArbitrary(), (known, wire) =>
    {
        var candidates = NameCandidates.Of(known.Hint.Epoch % 8, (uint)wire, [known.Hint], 64).ToList();
        return candidates.All(c => c.Epoch % 8 == known.Hint.Epoch % 8 && c.Sequence % 4096 == wire) && candidates.Distinct().Count() == candidates.Count;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_reading_up_to_thirty_wraps_away_is_found_among_sixty_four() => Prop.ForAll(Known().ToArbitrary(), Gen.Choose(-30 * 4096, 30 * 4096).ToArbitrary(), (known, away) =>
    {
        var sequence = (uint)Math.Clamp(known.Hint.Sampled + away, 0, uint.MaxValue);
        return NameCandidates.Of(known.Hint.Epoch % 8, sequence % 4096, [known.Hint], 64).Contains((known.Hint.Epoch, sequence));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_link_with_short_MACs_leaves_a_forger_few_chances()
    {
        EpochHint[] ages = [.. Enumerable.Range(1, 100).Select(epoch => new EpochHint((uint)epoch, 100_000))];
        Assert.InRange(NameCandidates.Of(4, 7, ages, 3).Count(), 1, 9);
    }

    [Fact]
    public void The_first_epoch_of_a_new_node_is_guessed() => Assert.Equal((1u, 0u), NameCandidates.Of(1, 0, [], 3).First());

    [Fact]
    public void An_epoch_nobody_has_seen_is_tried_after_those_known() =>
        Assert.Contains((5u, 0u), NameCandidates.Of(5, 0, [new EpochHint(1, 10), new EpochHint(4, 900)], 3));

    [Fact]
    public void An_epoch_that_the_node_went_through_alone_is_tried_though_a_newer_one_is_known() =>
        Assert.Contains((2u, 5u), NameCandidates.Of(2, 5, [new EpochHint(1, 10), new EpochHint(3, 0)], 3));

    [Fact]
    public void The_last_epoch_has_no_successor() => Assert.DoesNotContain(NameCandidates.Of(0, 0, [new EpochHint(65_535, 10)], 3), c => c.Epoch > 65_535);

    static Gen<(EpochHint Hint, int Ahead)> Known() =>
        from epoch in Gen.Choose(1, 60_000)
        from sampled in Gen.OneOf(Gen.Choose(0, 5000), Gen.Choose(0, 10_000_000))
        from ahead in Gen.Choose(-Math.Min(2000, sampled), 2000)
        select (new EpochHint((uint)epoch, sampled), ahead);
}

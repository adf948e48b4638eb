using FourPerMille.Sensor.Payload;
using FsCheck;
using FsCheck.Fluent;

namespace FourPerMille.Sensor.Unit.Payload;

public sealed class AcknowledgementTests
{
    static readonly Arbitrary<(uint Next, uint[] Runs)> Runs = Arb.From(
        from next in Gen.Choose(0, 1 << 30)
        from count in Gen.Choose(0, Acknowledgement.MaxRuns)
        from runs in Gen.Frequency((3, Gen.Choose(1, 20)), (1, Gen.Choose(1, 1 << 26))).ArrayOf(2 * count)
        select ((uint)next, runs.Select(r => (uint)r).ToArray()));

    [Fact]
    public void It_covers_just_what_it_was_given() => Prop.ForAll(Runs, given =>
    {
        var decoded = RoundTrip(Make(given.Next, given.Runs));
        var start = given.Next;
        var right = given.Next == 0 || decoded.Covers(given.Next - 1);
        for (var i = 0; i < given.Runs.Length; i += 2)
        {
            right &= !decoded.Covers(start) && !decoded.Covers(start + given.Runs[i] - 1);
            start += given.Runs[i];
            right &= decoded.Covers(start) && decoded.Covers(start + given.Runs[i + 1] - 1);
            start += given.Runs[i + 1];
        }
        return right && !decoded.Covers(start);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_longest_one_fits_its_stated_length()
    {
        var acknowledgement = Make(0, Enumerable.Repeat(uint.MaxValue / 16, 16).ToArray());
        Assert.True(acknowledgement.Encode(new byte[Acknowledgement.MaxBodyLength], 0) <= Acknowledgement.MaxBodyLength);
    }

    [Theory]
    [InlineData("0001000000000100", "a run without its durable half")]
    [InlineData("00010000000001000001", "an empty run")]
    [InlineData("00010000000009010101010101010101010101010101010101", "more runs than there may be")]
    [InlineData("00010000000001810001", "a varint longer than it need be")]
    [InlineData("000100000000000101", "bytes behind the end")]
    [InlineData("0001ffffffff010101", "runs beyond the last sequence number")]
    [InlineData("00010000", "cut short")]
    public void A_malformed_one_is_refused(string hex, string why)
    {
        var bytes = Convert.FromHexString(hex);
        Assert.False(Acknowledgement.TryDecode(bytes, 0, bytes.Length, new Acknowledgement()), why);
    }

    static Acknowledgement Make(uint next, uint[] runs)
    {
        var acknowledgement = new Acknowledgement();
        acknowledgement.Clear(1, next);
        for (var i = 0; i < runs.Length; i += 2) Assert.True(acknowledgement.TryAdd(runs[i], runs[i + 1]));
        return acknowledgement;
    }

    static Acknowledgement RoundTrip(Acknowledgement acknowledgement)
    {
        var body = new byte[Acknowledgement.MaxBodyLength];
        var length = acknowledgement.Encode(body, 0);
        var decoded = new Acknowledgement();
        Assert.True(Acknowledgement.TryDecode(body, 0, length, decoded));
        return decoded;
    }
}

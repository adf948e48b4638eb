using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Unit.Payload;

public sealed class CompandingTests
{
    [Fact]
    public void Every_value_lies_in_the_step_of_its_code()
    {
        for (var value = 0; value <= Companding.MaxValue; value++)
        {
            var code = Companding.Encode(value);
            var middle = Companding.Decode(code);
            Assert.InRange(value, middle - Companding.Step(code) / 2, middle + Companding.Step(code) / 2 - 1);
        }
    }

    [Fact]
    public void Codes_rise_with_values_and_all_but_the_missing_one_are_used()
    {
        var codes = Enumerable.Range(0, Companding.MaxValue + 1).Select(Companding.Encode).ToArray();
        Assert.True(codes.Zip(codes.Skip(1)).All(p => p.Second == p.First || p.Second == p.First + 1));
        Assert.Equal(2046u, codes[^1]);
    }

    [Fact]
    public void Above_a_thousand_counts_a_step_is_at_most_one_part_in_256() =>
        Assert.All(Enumerable.Range(1024, 60000), value => Assert.True(Companding.Step(Companding.Encode(value)) * 256 <= value));

    [Theory]
    [InlineData(-1), InlineData(Companding.MaxValue + 1), InlineData(65535), InlineData(Reading.Missing)]
    public void What_cannot_be_told_is_missing_never_clipped(int value) => Assert.Equal(Reading.Missing, Companding.Decode(Companding.Encode(value)));
}

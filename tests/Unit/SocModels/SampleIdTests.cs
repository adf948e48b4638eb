using FourPerMille.Sensor.Gateway.SocModels;

namespace FourPerMille.Sensor.Unit.SocModels;

public sealed class SampleIdTests
{
    const string Alphabet = "0123456789ABCDEFGHJKMNPQRTVWXYZ";
    static readonly string Label = SampleId.Of(SampleId.CodeOf("village-2026"), 12, 1);

    [Fact]
    public void A_label_reads_back_however_it_is_typed()
    {
        Assert.Matches("^[0-9A-Z]{4}-012B-[0-9A-Z]$", Label);
        foreach (var typed in new[] { Label, Label.ToLowerInvariant(), Label.Replace("-", ""), " " + Label.Replace('-', ' '), Label.Replace('0', 'o').Replace('1', 'l') })
        {
            Assert.Equal(SampleIdFault.None, SampleId.Read(typed, out var id));
            Assert.Equal(Label, id);
        }
        Assert.Equal(Label[..8], SampleId.CoreOf(Label));
    }

    [Fact]
    public void Every_single_wrong_character_is_caught()
    {
        var plain = Label.Replace("-", "");
        for (var at = 0; at < plain.Length; at++)
            foreach (var wrong in Alphabet.Where(c => c != plain[at]))
                Assert.Equal(SampleIdFault.Check, SampleId.Read(plain[..at] + wrong + plain[(at + 1)..], out _));
    }

    [Fact]
    public void Every_swap_of_two_characters_is_caught()
    {
        foreach (var label in Enumerable.Range(1, 200).Select(number => SampleId.Of("7K3M", number, number % 6).Replace("-", "")))
            for (var a = 0; a < label.Length; a++)
                for (var b = a + 1; b < label.Length; b++)
                    if (label[a] != label[b])
                    {
                        var swapped = label.ToCharArray();
                        (swapped[a], swapped[b]) = (swapped[b], swapped[a]);
                        Assert.Equal(SampleIdFault.Check, SampleId.Read(new string(swapped), out _));
                    }
    }

    [Theory]
    [InlineData("", SampleIdFault.Length)]
    [InlineData("7K3M-012A", SampleIdFault.Length)]
    [InlineData("7K3M-012A-é", SampleIdFault.Letters)]
    public void What_is_no_label_is_told_why(string typed, SampleIdFault fault) => Assert.Equal(fault, SampleId.Read(typed, out _));

    [Fact]
    public void Two_campaigns_have_two_codes() => Assert.Equal(200, Enumerable.Range(0, 200).Select(i => SampleId.CodeOf("campaign-" + i)).Distinct().Count());
}

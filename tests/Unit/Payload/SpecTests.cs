using System.Diagnostics;
using System.Text.RegularExpressions;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Unit.Payload;

/// <summary>SPEC.md promises; these hold it to the encoder.</summary>
public sealed class SpecTests
{
    static readonly string Spec = File.ReadAllText(Path.Combine(Repository.Root, "firmware/Payload/SPEC.md"));

    [Fact]
    public void The_bit_budget_adds_up_to_the_bytes_that_the_encoder_writes()
    {
        var rows = Spec[Spec.IndexOf("## 1.", StringComparison.Ordinal)..Spec.IndexOf("## 2.", StringComparison.Ordinal)].Split('\n')
            .Where(l => l.StartsWith('|')).Select(l => l.Split('|', StringSplitOptions.TrimEntries)).ToArray();
        var fields = rows.Skip(2).TakeWhile(r => r[1] != "**body**").ToArray();
        int Total(int column) => fields.Sum(r => int.TryParse(r[column], out var bits) ? bits : 0);

        Assert.Equal(8 * KeyframeCodec.Encode(new Reading { HasBands = true }, new byte[64], 0), Total(3));
        Assert.Equal(8 * KeyframeCodec.Encode(new Reading(), new byte[64], 0), Total(4));
        Assert.Contains($"**{Total(3)} = {KeyframeCodec.BodyLengthWithBands} bytes**", Spec);
        Assert.Contains($"**{Total(4)} = {KeyframeCodec.BodyLength} bytes**", Spec);
    }

    [Fact]
    public void Every_kind_is_named_with_its_number()
    {
        foreach (var kind in typeof(FrameKind).GetFields().Where(f => f.Name != nameof(FrameKind.Version)))
            Assert.Matches(new Regex($@"\b{kind.GetRawConstantValue()} {kind.Name}\b"), Spec);
    }

    [ToolFact("python3", "python3")]
    public void The_second_implementation_still_makes_the_golden_vectors()
    {
        var python = Tools.Find("python3") ?? throw new InvalidOperationException("python3 is required here: apt-get install python3");
        using var run = Process.Start(new ProcessStartInfo(python, [Path.Combine(Repository.Root, "tests/Vectors/payload.py")]) { RedirectStandardOutput = true })!;
        var made = run.StandardOutput.ReadToEnd();
        run.WaitForExit();

        Assert.Equal(File.ReadAllText(Path.Combine(Repository.Root, "tests/Vectors/payload.json")), made);
    }
}

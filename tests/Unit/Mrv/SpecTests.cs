using System.Text;
using System.Text.RegularExpressions;
using FourPerMille.Sensor.Mrv;
using FourPerMille.Sensor.Mrv.Merkle;
using FourPerMille.Sensor.Mrv.Notes;
using FourPerMille.Sensor.Mrv.Records;
using FourPerMille.Sensor.Mrv.Tiles;

namespace FourPerMille.Sensor.Unit.Mrv;

/// <summary>SPEC.md is what strangers build on: its worked example is held to the code, word for word.</summary>
public sealed class SpecTests
{
    static readonly string Spec = File.ReadAllText(Path.Combine(Repository.Root, "gateway/Mrv/SPEC.md"));
    static readonly SigningKey Log = SigningKey.FromSeed("gw1.example.org/soil", NoteKeyType.Ed25519, [.. Enumerable.Range(0, 32).Select(i => (byte)i)]);
    static readonly SigningKey Witness = SigningKey.FromSeed("observatory.example.org/witness", NoteKeyType.Cosignature, [.. Enumerable.Range(32, 32).Select(i => (byte)i)]);

    [Fact]
    public void The_worked_example_is_what_the_code_does()
    {
        var records = Block("records").TrimEnd('\n').Split('\n').Select(Encoding.UTF8.GetBytes).ToArray();
        Assert.All(records, r => Assert.True(CanonicalJson.IsCanonical(r, out var why), why));
        Assert.Equal(Block("ids"), string.Concat(records.Select(r => RecordId.Of(r) + "\n")));
        Assert.Equal(Block("leaves"), string.Concat(records.Select(r => TreeHasher.Leaf(r) + "\n")));

        var log = TileLog.Open(new MemoryTileStore(), 0);
        log.Append(records);
        var checkpoint = new Checkpoint(Log.VerifierKey.Name, log.Size, log.Root());
        var note = checkpoint.Sign(Log).With(Witness.Cosign(checkpoint.Text, DateTimeOffset.FromUnixTimeSeconds(1_772_366_400)));
        Assert.Equal(Block("keys"), $"{Log.VerifierKey}\n{Witness.VerifierKey}\n");
        Assert.Equal(Block("proof"), new TlogProof(1, log.Tree().InclusionProof(1), note).ToString());

        var verdict = new RecordVerifier(VerifierKey.Parse(Block("keys").Split('\n')[0]), [Witness.VerifierKey], requiredWitnesses: 1).Verify(records[1], Block("proof"));
        Assert.True(verdict.IsVerified, verdict.Reason);
    }

    [Fact]
    public void The_commitment_of_the_example_opens()
    {
        var opening = Encoding.UTF8.GetBytes(Block("opening").TrimEnd('\n'));
        Assert.True(Commitment.Opens(Block("commitment").TrimEnd('\n'), "technician", opening, out _));
    }

    [Fact]
    public void Every_kind_of_record_the_gateway_writes_is_specified()
    {
        foreach (var type in typeof(FourPerMille.Sensor.Gateway.Records.RecordTypes).GetFields().Select(f => (string)f.GetValue(null)!)) Assert.Contains($"`{type}`", Spec);
    }

    static string Block(string name) =>
        Regex.Match(Spec, $"```{name}\n(.*?)```", RegexOptions.Singleline) is { Success: true } found ? found.Groups[1].Value : throw new InvalidDataException($"SPEC.md has no block {name}");
}

using FourPerMille.Sensor.Mrv.Merkle;
using FourPerMille.Sensor.Mrv.Notes;

namespace FourPerMille.Sensor.Unit.Mrv;

public sealed class NoteTests
{
    // The example of C2SP signed-note.
    const string SpecificationKey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
    const string SpecificationNote =
        "This is an example message.\n\n\u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";

    static readonly SigningKey Log = SigningKey.FromSeed("gw1.example.org/soil", NoteKeyType.Ed25519, new byte[32]);
    static readonly SigningKey Witness = SigningKey.FromSeed("witness.example.org", NoteKeyType.Cosignature, [.. Enumerable.Repeat((byte)7, 32)]);
    static readonly Checkpoint Head = new("gw1.example.org/soil", 5, TreeHasher.Leaf("x"u8));

    [Fact]
    public void The_specifications_example_verifies_and_is_written_again_byte_for_byte()
    {
        var note = SignedNote.Parse(SpecificationNote);
        Assert.True(note.IsSignedBy(VerifierKey.Parse(SpecificationKey)));
        Assert.Equal(SpecificationNote, note.ToString());
        Assert.Equal(SpecificationKey, VerifierKey.Parse(SpecificationKey).ToString());
    }

    /// <summary>RFC 8032, section 7.1, test 3.</summary>
    [Fact]
    public void Keys_and_signatures_are_Ed25519()
    {
        var seed = Convert.FromHexString("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7");
        var key = SigningKey.FromSeed("k", NoteKeyType.Ed25519, seed);
        Assert.Equal("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", Convert.ToHexStringLower(key.VerifierKey.PublicKey.Span));
        var signature = SigningKey.FromSeed("k", NoteKeyType.Ed25519, Convert.FromHexString("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")).Sign("").Signature;
        Assert.Equal("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b", Convert.ToHexStringLower(signature));
    }

    [Fact]
    public void A_checkpoint_opens_under_the_key_of_its_origin_only()
    {
        var note = Head.Sign(Log);
        Assert.Equal(Head, Checkpoint.Open(note, Log.VerifierKey, out _));

        var other = SigningKey.FromSeed("gw1.example.org/soil", NoteKeyType.Ed25519, [.. Enumerable.Repeat((byte)1, 32)]);
        Assert.Null(Checkpoint.Open(note, other.VerifierKey, out var reason));
        Assert.Contains("does not verify", reason);

        var impostor = SigningKey.FromSeed("gw2.example.org/soil", NoteKeyType.Ed25519, new byte[32]);
        Assert.Null(Checkpoint.Open(new SignedNote(Head.Text, [impostor.Sign(Head.Text)]), impostor.VerifierKey, out reason));
        Assert.Contains("the key of gw2", reason);
    }

    [Fact]
    public void A_cosignature_states_its_time_and_covers_it()
    {
        var at = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
        var note = SignedNote.Parse(Head.Sign(Log).With(Witness.Cosign(Head.Text, at)).ToString());
        Assert.True(note.IsSignedBy(Witness.VerifierKey));
        Assert.True(note.IsSignedBy(Log.VerifierKey));
        var line = note.Signatures.Single(s => s.IsOf(Witness.VerifierKey));
        Assert.Equal(at, line.CosignedAt);
        line.Signature[7] ^= 1;
        Assert.False(line.VerifiedBy(Witness.VerifierKey, Head.Text));
    }

    [Fact]
    public void A_wrong_line_of_a_known_key_spoils_the_note_even_beside_a_right_one()
    {
        var note = Head.Sign(Log);
        var wrong = note.Signatures[0] with { Signature = new byte[64] };
        Assert.False(note.With(wrong).IsSignedBy(Log.VerifierKey));
        Assert.True(note.With(wrong with { KeyId = 1 }).IsSignedBy(Log.VerifierKey));
    }

    [Fact]
    public void A_secret_key_reads_back_from_its_text()
    {
        var key = SigningKey.Generate("simulated.gw/soil");
        Assert.Equal(key.VerifierKey, SigningKey.Parse(key.ExportSecret() + "\n").VerifierKey);
        Assert.Throws<FormatException>(() => SigningKey.Parse(key.ExportSecret().Replace("simulated", "real")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("text without signatures\n")]
    [InlineData("text\n\n- dash AAAAAAAA\n")]
    [InlineData("text\n\n\u2014 name\n")]
    [InlineData("text\n\n\u2014 name AAAAAA\n")]
    [InlineData("text\r\n\n\u2014 name AAAAAAAA\n")]
    [InlineData("text\n\n\u2014 name AAAAAAAA")]
    public void What_is_no_note_is_refused(string text) => Assert.Throws<FormatException>(() => SignedNote.Parse(text));

    [Theory]
    [InlineData("origin\n05\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n")]
    [InlineData("origin\n-5\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n")]
    [InlineData("origin\n5\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=\n")]
    [InlineData("origin\n5\n47DEQpj8HBSa\n")]
    [InlineData("\n5\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n")]
    [InlineData("origin\n5\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\nextension\n")]
    public void What_is_no_checkpoint_is_refused(string text) => Assert.Throws<FormatException>(() => Checkpoint.Parse(text));

    [Fact]
    public void A_proof_with_extra_data_is_read_and_the_extra_is_not_believed()
    {
        var proof = new TlogProof(3, [TreeHasher.Empty], Head.Sign(Log));
        Assert.Equal(proof, TlogProof.Parse(proof.ToString().Replace("index 3", "extra AAAA\nindex 3")));
        Assert.Throws<FormatException>(() => TlogProof.Parse(proof.ToString().Replace("index 3", "index 03")));
    }

    [Fact]
    public void A_request_to_a_witness_reads_as_it_is_written()
    {
        var request = new AddCheckpoint(3, [TreeHasher.Empty, Head.Root], Head.Sign(Log));
        Assert.Equal(request.ToString(), AddCheckpoint.Parse(request.ToString()).ToString());
    }
}

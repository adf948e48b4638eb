using System.Security.Cryptography;
using System.Text;
using FourPerMille.Sensor.Mrv.Notes;
using FourPerMille.Sensor.Mrv.Records;
using FourPerMille.Sensor.Mrv.Tiles;

namespace FourPerMille.Sensor.Gateway.Records.Page;

/// <summary>Holds a printed code to what an observatory has: the record's own bytes, the path to the root, and the witness's signature over it.</summary>
static class CodeCheck
{
    /// <param name="trusted">The witness's key had from elsewhere; null asks the observatory for it.</param>
    /// <exception cref="FormatException">Something does not hold; the message says what.</exception>
    /// <exception cref="HttpRequestException">The observatory does not answer, or does not have it.</exception>
    public static async Task<(byte[] Record, string Witness, long Size)> Ask(RecordCode code, HttpClient observatory, VerifierKey? trusted, CancellationToken stop)
    {
        var place = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(code.Origin)));
        var witness = trusted ?? VerifierKey.Parse(await observatory.GetStringAsync("witness/vkey", stop));
        var note = SignedNote.Parse(await observatory.GetStringAsync(place + "/checkpoint", stop));
        var checkpoint = Checkpoint.Parse(note.Text);
        if (!note.IsSignedBy(witness)) throw new FormatException($"{witness.Name} has not signed the observatory's checkpoint");
        if (checkpoint.Origin != code.Origin || checkpoint.Size <= code.Leaf) throw new FormatException($"the observatory's checkpoint of {checkpoint.Size} records does not have leaf {code.Leaf} yet");
        var tree = new TileTree(new TilesOverHttp(observatory, $"evidence/{place}/"), checkpoint.Size);
        var record = tree.Entry(code.Leaf);
        if (!code.IsOf(record)) throw new FormatException($"leaf {code.Leaf} of {code.Origin} is another record than the code's");
        if (!Mrv.Merkle.MerkleProof.VerifyInclusion(code.LeafHash, code.Leaf, checkpoint.Size, tree.InclusionProof(code.Leaf), checkpoint.Root))
            throw new FormatException("the path does not lead from the record to the root the witness signed");
        return (record, witness.Name, checkpoint.Size);
    }
}

using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.Technician.Cli;
using FourPerMille.Sensor.Mrv.Keys;
using FourPerMille.Sensor.Mrv.Records;
using FourPerMille.Sensor.Mrv.Tiles;

namespace FourPerMille.Sensor.Unit.Mrv;

/// <summary>An opening is destroyed: proofs hold, the position is nowhere any more and cannot be guessed.</summary>
public sealed class OpeningTests
{
    [Fact]
    public async Task A_destroyed_opening_is_in_no_file_of_the_store_and_every_proof_holds()
    {
        await using var it = new LogInAFolder();
        var digests = new List<string>();
        // Enough to split pages over and over, in an order that is none.
        for (var batch = 0; batch < 8; batch++)
            digests.AddRange(await it.Database.Write(s => Enumerable.Range(0, 60).Select(i =>
            {
                var digest = it.Book.Commit(s, "position", $"9.3372, 2.6303, corner {batch}-{i}");
                it.Book.Write(s, new RecordDraft(RecordTypes.SoilDay, $"day {batch}-{i}", new JsonObject { ["position"] = digest }));
                return digest;
            }).ToList()));
        await it.Log.CatchUp();
        var salts = digests.ConvertAll(d => (Digest: d, Salt: Salt(it.Database.Read(s => s.Opening(d))!)));
        Assert.All(salts.Take(5), opening => Assert.True(FilesHold(it.Folder, opening.Salt)));

        var destroyed = salts.Where((_, i) => i % 3 == 0).ToList();
        Assert.Equal(destroyed.Count, await Openings.Destroy(it.Database, [.. destroyed.Select(o => o.Digest)]));
        Assert.Equal(0, await Openings.Destroy(it.Database, [destroyed[0].Digest]));

        var everything = Everything(it.Folder);
        Assert.All(destroyed, opening => Assert.False(everything.Contains(opening.Salt, StringComparison.Ordinal)));
        Assert.All(salts.Except(destroyed), opening => Assert.True(everything.Contains(opening.Salt, StringComparison.Ordinal)));
        Assert.All(salts.Except(destroyed), opening => Assert.NotNull(it.Database.Read(s => s.Opening(opening.Digest))));

        Assert.Empty(it.Check());
        var verifier = new RecordVerifier(LogKeyHistory.Of(it.Key.Verifier));
        Assert.All(Enumerable.Range(0, digests.Count).Where(leaf => leaf % 40 == 0), leaf =>
            Assert.True(verifier.Verify(new TileTree(it.Log.Tiles, it.Log.Size).Entry(leaf), it.Log.Prove(leaf)!.ToString()).IsVerified));
    }

    [Fact]
    public async Task An_opening_is_shown_and_destroyed_from_the_command_line_beside_the_gateway()
    {
        await using var it = new LogInAFolder();
        var digest = await it.Database.Write(s => it.Book.Commit(s, "technician", "T-17"));
        await it.Grow(1);
        var salt = Salt(it.Database.Read(s => s.Opening(digest))!);
        Assert.Equal(0, await CommandLine.Run(["records", "opening", digest, "--data", it.Folder]));
        Assert.Equal(0, await CommandLine.Run(["records", "opening", digest, "--data", it.Folder, "--destroy"]));
        Assert.Equal(CommandLine.Refused, await CommandLine.Run(["records", "opening", digest, "--data", it.Folder, "--destroy"]));
        Assert.False(FilesHold(it.Folder, salt));
        await it.Grow(1);
        Assert.Empty(it.Check());
    }

    /// <summary>
    /// The digest is SHA-256 over 32 random bytes and the value. Whoever knows every position there is still has 2^256 salts to try for each:
    /// at 10^12 tries a second some 10^57 years. So it is enough to show that the salt is whole, random and hashed.
    /// </summary>
    [Fact]
    public void A_digest_without_its_salt_tells_nothing_of_its_value()
    {
        var commitments = Enumerable.Range(0, 200).Select(_ => Commitment.To("position", "9.3372, 2.6303")).ToList();
        Assert.Equal(200, commitments.Select(c => c.Digest).Distinct().Count());
        var salts = commitments.ConvertAll(c => Convert.FromHexString(Salt(c.Opening)));
        Assert.All(salts, salt => Assert.Equal(32, salt.Length));
        // 51,200 random bits: ones within six standard deviations of half, at every place of the salt some change.
        Assert.InRange(salts.Sum(s => s.Sum(b => int.PopCount(b))), 25_600 - 6 * 113, 25_600 + 6 * 113);
        Assert.All(Enumerable.Range(0, 32), place => Assert.True(salts.Select(s => s[place]).Distinct().Count() > 50));
        // The right value under any other salt opens nothing.
        Assert.All(Enumerable.Range(0, 1000), _ => Assert.NotEqual(commitments[0].Digest, Commitment.To("position", "9.3372, 2.6303", RandomNumberGenerator.GetBytes(32)).Digest));
        Assert.Throws<ArgumentException>(() => Commitment.To("position", "x", new byte[31]));
    }

    static string Salt(byte[] opening) => JsonNode.Parse(opening)!["salt"]!.ToString();

    static bool FilesHold(string folder, string text) => Everything(folder).Contains(text, StringComparison.Ordinal);

    /// <summary>The raw bytes of every file there, journal and shared memory included.</summary>
    static string Everything(string folder)
    {
        var all = new StringBuilder();
        foreach (var file in Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            all.Append(Encoding.Latin1.GetString(bytes));
        }
        return all.ToString();
    }
}

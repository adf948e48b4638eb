using System.Diagnostics;
using System.Text.RegularExpressions;
using FourPerMille.Sensor.Gateway.Forwarding;
using FourPerMille.Sensor.Gateway.Records.Page;
using FourPerMille.Sensor.Gateway.Technician.Cli;
using FourPerMille.Sensor.Mrv.Notes;
using FourPerMille.Sensor.Mrv.Records;
using FourPerMille.Sensor.Mrv.Tiles;
using FourPerMille.Sensor.Sim.Observatory;

namespace FourPerMille.Sensor.Unit.Mrv;

/// <summary>The printed page, its code, and the auditor's page: what a stranger holds in the hand.</summary>
public sealed partial class RecordPageTests : IAsyncLifetime
{
    static readonly SigningKey Witness = SigningKey.FromSeed("observatory.example.org", NoteKeyType.Cosignature, [.. Enumerable.Repeat((byte)6, 32)]);

    readonly LogInAFolder _it = new();
    string Bundle => Path.Combine(_it.Folder, "bundle");

    public async Task InitializeAsync()
    {
        await _it.Grow(9);
        await _it.KeepWitnessed(Witness);
    }

    public async Task DisposeAsync() => await _it.DisposeAsync();

    [Fact]
    public void A_code_reads_as_it_is_written_and_no_other_text_does()
    {
        var code = RecordCode.Of(Record(3), 3, "gw1.example.org/soil", new Uri("https://observatory.example.org/soil/"));
        Assert.Equal(code.ToString(), RecordCode.Parse(code.ToString()).ToString());
        Assert.EndsWith(" 3 gw1.example.org/soil https://observatory.example.org/soil", code.ToString());
        Assert.Null(RecordCode.Parse(RecordCode.Of(Record(3), 3, "gw1.example.org/soil", null).ToString()).Observatory);
        Assert.True(code.IsOf(Record(3)));
        Assert.False(code.IsOf(Record(4)));
        foreach (var other in new[] { "", "fpm-record:2 x", code + " x", code.ToString().Replace(" 3 ", " 03 "), code.ToString().Replace("https", "file"), code.ToString().ToUpperInvariant() })
            Assert.Throws<FormatException>(() => RecordCode.Parse(other));
    }

    [Fact]
    public void The_page_opens_without_a_line_says_the_proof_and_carries_the_code()
    {
        var proven = new ProvenRecord(Record(3), _it.Log.Prove(3)!);
        var page = RecordPage.Write(proven, _it.Key.Verifier, new Uri("https://observatory.example.org"));
        Assert.DoesNotContain("<script", page);
        Assert.DoesNotMatch("(src|href)=|url\\(|@import", page);
        Assert.DoesNotContain("{{", page);
        foreach (var line in proven.Proof.ToString().Split('\n').Where(l => l.Length > 0)) Assert.Contains(System.Net.WebUtility.HtmlEncode(line), page);
        Assert.Contains(RecordId.Of(proven.Record).ToString(), page);
        Assert.Contains("observatory.example.org", page);
        // The squares of the code are what the library's own reader of its matrix expects: three finder patterns and the payload's size.
        var side = int.Parse(ViewBox().Match(page).Groups[1].Value);
        Assert.InRange(side, 57, 97);
        Assert.True(SquareCount().Count(page) > side * side / 4);
    }

    [Fact]
    public void A_page_escapes_what_a_record_says()
    {
        var hostile = new RecordEnvelope("fpm.soil-day/1", "gw1.example.org", "<script>alert(1)</script>", LogInAFolder.Noon, null, true).Seal(new() { ["note"] = "</pre><img src=x>" });
        var page = RecordPage.Write(new ProvenRecord(hostile, _it.Log.Prove(0)!), _it.Key.Verifier, null);
        Assert.DoesNotContain("<script", page);
        Assert.DoesNotContain("<img", page);
        Assert.Contains("Simulated", page);
    }

    [Fact]
    public async Task A_code_is_held_to_a_bundle_and_to_the_observatory()
    {
        await using var observatory = await SimulatedObservatory.Start(new ObservatoryOptions());
        observatory.Trust(_it.Key.Verifier.ToString());
        using var http = new HttpClient { BaseAddress = observatory.Url };
        await _it.Database.Write(s => { s.Execute("DELETE FROM witness_keys"); s.Execute("DELETE FROM witnessed"); });
        await new EvidenceForwarder(_it.Database, _it.Log, _it.Key, http).Forward(default);
        Assert.Equal(0, await CommandLine.Run(["records", "bundle", "--data", _it.Folder, "--out", Bundle, "--observatory", observatory.Url.ToString()]));
        var code = System.Net.WebUtility.HtmlDecode(CodeLine().Match(File.ReadAllText(Path.Combine(Bundle, "records/00000003.html"))).Groups[1].Value);
        Assert.Equal(0, await CommandLine.Run(["records", "verify", "--qr", code, "--bundle", Bundle]));
        Assert.Equal(0, await CommandLine.Run(["records", "verify", "--qr", code]));
        Assert.Equal(0, await CommandLine.Run(["records", "verify", "--qr", code, "--witness", observatory.WitnessKey.ToString()]));
        Assert.Equal(1, await CommandLine.Run(["records", "verify", "--qr", code, "--witness", Witness.VerifierKey.ToString()]));
        var other = code.Replace(" 3 gw1", " 4 gw1");
        Assert.Equal(1, await CommandLine.Run(["records", "verify", "--qr", other, "--bundle", Bundle]));
        Assert.Equal(1, await CommandLine.Run(["records", "verify", "--qr", other]));
        Assert.Equal(CommandLine.Refused, await CommandLine.Run(["records", "verify", "--qr", "nonsense"]));
        Assert.Equal(CommandLine.Refused, await CommandLine.Run(["records", "verify"]));
    }

    /// <summary>The auditor's page, typed in as it stands, one block after the other in one shell.</summary>
    [ToolFact("bash jq openssl", "jq openssl")]
    public void Every_command_of_the_auditors_page_holds()
    {
        RecordBundle.Write(Bundle, _it.Key.Verifier, [Witness.VerifierKey], new[] { 3, 5 }.Select(l => new ProvenRecord(Record(l), _it.Log.Prove(l)!)));
        var opening = Commitment.To("position", "9.3372, 2.6303");
        File.WriteAllBytes(Path.Combine(Bundle, "opening.json"), opening.Opening);
        var blocks = ShellBlock().Matches(File.ReadAllText(Path.Combine(Repository.Root, "gateway/Mrv/AUDITOR.md"))).Select(m => m.Groups[1].Value).ToList();
        Assert.Equal(6, blocks.Count);
        File.WriteAllText(Path.Combine(Bundle, "typed.sh"), "set -e -o pipefail\n" + string.Concat(blocks));
        using var shell = Process.Start(new ProcessStartInfo(Tools.Find("bash")!, ["typed.sh"]) { WorkingDirectory = Bundle, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (shell.StandardOutput.ReadToEndAsync(), shell.StandardError.ReadToEndAsync());
        shell.WaitForExit();
        Assert.True(shell.ExitCode == 0, output.Result + error.Result);
        Assert.Contains("2 records verified", output.Result);
        Assert.Contains("Signature Verified Successfully", output.Result);
        Assert.Contains(RecordId.Of(Record(3)).Hex, output.Result);
        Assert.Contains(FourPerMille.Sensor.Mrv.Merkle.TreeHasher.Leaf(Record(3)).ToHex(), output.Result);
        Assert.Contains(opening.Digest["sha256:".Length..], output.Result);
    }

    byte[] Record(int leaf) => new TileTree(_it.Log.Tiles, _it.Log.Size).Entry(leaf);

    [GeneratedRegex("```bash\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex ShellBlock();

    [GeneratedRegex("viewBox=\"0 0 ([0-9]+) ")]
    private static partial Regex ViewBox();

    [GeneratedRegex("h1v1h-1z")]
    private static partial Regex SquareCount();

    [GeneratedRegex("<pre>(fpm-record:1 [^<]+)</pre>")]
    private static partial Regex CodeLine();
}

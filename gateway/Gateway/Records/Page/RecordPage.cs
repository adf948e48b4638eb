using System.Net;
using System.Text;
using FourPerMille.Sensor.Mrv;
using FourPerMille.Sensor.Mrv.Notes;
using FourPerMille.Sensor.Mrv.Records;

namespace FourPerMille.Sensor.Gateway.Records.Page;

/// <summary>A record on paper: what it says, its code, its proof, and what each check means. One file, no script, no line needed.</summary>
static class RecordPage
{
    /// <param name="observatory">Printed into the code; null leaves it out.</param>
    public static string Write(ProvenRecord proven, VerifierKey log, Uri? observatory)
    {
        var stated = CanonicalJson.Parse(proven.Record);
        var envelope = RecordEnvelope.Read(stated);
        var code = RecordCode.Of(proven.Record, proven.Proof.Index, log.Name, observatory);
        var size = Checkpoint.Parse(proven.Proof.Note.Text).Size;
        return Template
            .Replace("{{type}}", Text(envelope.Type)).Replace("{{subject}}", Text(envelope.Subject)).Replace("{{gateway}}", Text(envelope.Gateway))
            .Replace("{{recorded}}", RecordEnvelope.WriteTime(envelope.Recorded)).Replace("{{simulated}}", envelope.IsSimulated ? Simulated : "")
            .Replace("{{supersedes}}", envelope.Supersedes is { } old ? $"<tr><th>takes the place of</th><td class=\"hash\">{old}</td></tr>" : "")
            .Replace("{{id}}", code.Id.ToString()).Replace("{{leafHash}}", code.LeafHash.ToHex()).Replace("{{leaf}}", $"{code.Leaf}").Replace("{{size}}", $"{size}")
            .Replace("{{vkey}}", Text(log.ToString())).Replace("{{observatory}}", Text(observatory?.ToString() ?? "none")).Replace("{{code}}", Text(code.ToString()))
            .Replace("{{witnesses}}", Text(Witnesses(proven.Proof.Note, log))).Replace("{{file}}", $"{code.Leaf:00000000}")
            .Replace("{{qr}}", Qr(code.ToString())).Replace("{{proof}}", Text(proven.Proof.ToString())).Replace("{{record}}", Text(Encoding.UTF8.GetString(proven.Record)));
    }

    static string Witnesses(SignedNote note, VerifierKey log) =>
        note.Signatures.Where(s => s.Name != log.Name).Select(s => s.Name).ToList() is { Count: > 0 } names ? string.Join(", ", names) : "nobody yet";

    static string Qr(string payload)
    {
        var code = QrCode.Of(payload);
        return $"<svg role=\"img\" aria-label=\"code of the record\" viewBox=\"0 0 {code.Size} {code.Size}\" shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"{code.Ground}\"/><path d=\"{code.Modules}\"/></svg>";
    }

    const string Simulated = "<p class=\"simulated\">Simulated: made by a simulator. It stands for no soil.</p>";

    static string Text(string text) => WebUtility.HtmlEncode(text);

    static string Template { get; } = Resource();

    static string Resource()
    {
        using var stream = typeof(RecordPage).Assembly.GetManifestResourceStream("record-page.html")!;
        return new StreamReader(stream).ReadToEnd();
    }
}

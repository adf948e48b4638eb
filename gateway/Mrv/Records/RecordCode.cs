using System.Globalization;
using System.Text.RegularExpressions;
using FourPerMille.Sensor.Mrv.Merkle;

namespace FourPerMille.Sensor.Mrv.Records;

/// <summary>What a printed code says of a record (SPEC.md, "The printed page"): enough to find it at an observatory and to know it again.</summary>
/// <param name="Observatory">Base address; null where the gateway has none.</param>
public sealed partial record RecordCode(RecordId Id, Hash LeafHash, long Leaf, string Origin, Uri? Observatory)
{
    public static RecordCode Of(ReadOnlySpan<byte> record, long leaf, string origin, Uri? observatory) =>
        new(RecordId.Of(record), TreeHasher.Leaf(record), leaf, origin, observatory);

    /// <summary>Whether these are the bytes the code was printed for.</summary>
    public bool IsOf(ReadOnlySpan<byte> record) => RecordId.Of(record) == Id && TreeHasher.Leaf(record) == LeafHash;

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"fpm-record:1 {Id.Hex} {LeafHash.ToHex()} {Leaf} {Origin} {Observatory?.ToString().TrimEnd('/') ?? "-"}");

    /// <exception cref="FormatException">The text is no such code.</exception>
    public static RecordCode Parse(string text)
    {
        var code = Pattern().Match(text.Trim());
        if (!code.Success || !RecordId.TryParse(code.Groups["id"].Value, out var id)) throw new FormatException("a record's code reads: fpm-record:1 ID LEAFHASH LEAF ORIGIN OBSERVATORY");
        Uri? observatory = null;
        if (code.Groups["at"].Value != "-" && !(Uri.TryCreate(code.Groups["at"].Value, UriKind.Absolute, out observatory) && observatory.Scheme is "http" or "https"))
            throw new FormatException("the code's last word is the observatory's address, or -");
        return new(id, new Hash(Convert.FromHexString(code.Groups["hash"].Value)), long.Parse(code.Groups["leaf"].Value, CultureInfo.InvariantCulture), code.Groups["origin"].Value, observatory);
    }

    [GeneratedRegex(@"\Afpm-record:1 (?<id>[0-9a-f]{64}) (?<hash>[0-9a-f]{64}) (?<leaf>0|[1-9][0-9]{0,17}) (?<origin>[^ +]+) (?<at>[^ ]+)\z")]
    private static partial Regex Pattern();
}

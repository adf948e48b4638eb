using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FourPerMille.Sensor.Mrv;

/// <summary>
/// The one way a record is written in bytes: RFC 8785 (JSON Canonicalization Scheme), limited so that <c>jq -cS</c> writes the same.
/// </summary>
/// <remarks>
/// The limits, each where jq 1.6 or a reader's floating point would differ from RFC 8785: names are printable ASCII (jq sorts by code point,
/// RFC 8785 by UTF-16 unit), numbers are integers of at most 2^53-1 (everything else is a decimal written as a string),
/// no U+007F in strings (jq escapes it, RFC 8785 does not), no lone surrogate, no name twice, no byte order mark.
/// </remarks>
public static class CanonicalJson
{
    /// <summary>2^53-1, the largest integer every reader of JSON holds exactly.</summary>
    public const long LargestInteger = 9_007_199_254_740_991;

    const int DeepestNesting = 64;

    static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = DeepestNesting };

    /// <summary>The canonical bytes (UTF-8, no trailing newline) of a tree.</summary>
    /// <exception cref="CanonicalJsonException">The tree holds something that has no canonical form here; the message names its place.</exception>
    public static byte[] Bytes(JsonNode node)
    {
        var text = new StringBuilder();
        Write(node, text, "$", 0);
        return Utf8.GetBytes(text.ToString());
    }

    /// <summary>Reads any JSON text of ours; names that occur twice and bytes that are no UTF-8 are refused.</summary>
    /// <exception cref="CanonicalJsonException">The bytes are no such text.</exception>
    public static JsonObject Parse(ReadOnlySpan<byte> bytes)
    {
        try
        {
            Utf8.GetCharCount(bytes);
            return JsonNode.Parse(bytes, documentOptions: Strict) as JsonObject ?? throw new CanonicalJsonException("$ is not an object");
        }
        catch (Exception broken) when (broken is JsonException or DecoderFallbackException or ArgumentException)
        {
            throw new CanonicalJsonException("no JSON: " + broken.Message);
        }
    }

    /// <summary>Whether the bytes are exactly the canonical form of the object they hold; otherwise why not.</summary>
    public static bool IsCanonical(ReadOnlySpan<byte> bytes, out string? reason)
    {
        try
        {
            reason = Bytes(Parse(bytes)).AsSpan().SequenceEqual(bytes) ? null : "the bytes differ from their canonical form";
        }
        catch (CanonicalJsonException refused)
        {
            reason = refused.Message;
        }
        return reason is null;
    }

    static void Write(JsonNode? node, StringBuilder text, string place, int depth)
    {
        if (depth > DeepestNesting) throw new CanonicalJsonException($"{place} is nested deeper than {DeepestNesting}");
        switch (node)
        {
            case null: text.Append("null"); break;
            case JsonObject entries: WriteObject(entries, text, place, depth); break;
            case JsonArray items: WriteArray(items, text, place, depth); break;
            case JsonValue value: WriteValue(value, text, place); break;
        }
    }

    static void WriteObject(JsonObject entries, StringBuilder text, string place, int depth)
    {
        text.Append('{');
        var first = true;
        foreach (var (name, value) in entries.OrderBy(e => e.Key, StringComparer.Ordinal))
        {
            if (name.AsSpan().ContainsAnyExceptInRange(' ', '~')) throw new CanonicalJsonException($"a name in {place} is not printable ASCII");
            if (!first) text.Append(',');
            first = false;
            WriteString(name, text, place);
            text.Append(':');
            Write(value, text, $"{place}.{name}", depth + 1);
        }
        text.Append('}');
    }

    static void WriteArray(JsonArray items, StringBuilder text, string place, int depth)
    {
        text.Append('[');
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0) text.Append(',');
            Write(items[i], text, $"{place}[{i}]", depth + 1);
        }
        text.Append(']');
    }

    static void WriteValue(JsonValue value, StringBuilder text, string place)
    {
        switch (value.GetValueKind())
        {
            case JsonValueKind.True: text.Append("true"); break;
            case JsonValueKind.False: text.Append("false"); break;
            case JsonValueKind.String: WriteString(value.GetValue<string>(), text, place); break;
            case JsonValueKind.Number: text.Append(Integer(value, place)); break;
            default: throw new CanonicalJsonException($"{place} has no canonical form");
        }
    }

    static string Integer(JsonValue value, string place)
    {
        // A double that happens to be whole would pass today and fail on tomorrow's data: refused by its type, not by its value.
        if (value.TryGetValue<object>(out var boxed) && boxed is double or float or decimal)
            throw new CanonicalJsonException($"{place} is a floating number: write decimals as strings");
        var written = value.ToJsonString();
        if (!long.TryParse(written, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer)
            || integer is > LargestInteger or < -LargestInteger || integer.ToString(CultureInfo.InvariantCulture) != written)
            throw new CanonicalJsonException($"{place} is not an integer within 2^53: write decimals as strings");
        return written;
    }

    static readonly SearchValues<char> NeedsCare = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(c => (char)c), '"', '\\', '\u007f', .. Enumerable.Range(0xd800, 0x800).Select(c => (char)c)]);

    static void WriteString(string value, StringBuilder text, string place)
    {
        text.Append('"');
        if (!value.AsSpan().ContainsAny(NeedsCare)) text.Append(value);
        else foreach (var rune in Runes(value, place)) WriteRune(rune, text, place);
        text.Append('"');
    }

    static IEnumerable<Rune> Runes(string value, string place)
    {
        for (var i = 0; i < value.Length;)
        {
            if (!Rune.TryGetRuneAt(value, i, out var rune)) throw new CanonicalJsonException($"{place} holds a lone surrogate");
            i += rune.Utf16SequenceLength;
            yield return rune;
        }
    }

    static void WriteRune(Rune rune, StringBuilder text, string place)
    {
        switch (rune.Value)
        {
            case '"': text.Append("\\\""); break;
            case '\\': text.Append("\\\\"); break;
            case '\b': text.Append("\\b"); break;
            case '\t': text.Append("\\t"); break;
            case '\n': text.Append("\\n"); break;
            case '\f': text.Append("\\f"); break;
            case '\r': text.Append("\\r"); break;
            case < 0x20: text.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}"); break;
            case 0x7f: throw new CanonicalJsonException($"{place} holds U+007F, which jq and RFC 8785 write differently");
            default: text.Append(rune.ToString()); break;
        }
    }
}

/// <summary>A tree or text without a canonical form; the message says where and why.</summary>
public sealed class CanonicalJsonException(string message) : Exception(message);

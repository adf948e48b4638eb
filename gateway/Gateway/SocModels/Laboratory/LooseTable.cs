using System.Globalization;
using System.Text;

namespace FourPerMille.Sensor.Gateway.SocModels.Laboratory;

/// <summary>
/// A table as laboratories send it: comma, semicolon or tab; UTF-8 with or without a mark, UTF-16, or Windows-1252; column names in four languages. A line
/// that cannot be split stays as a line, so that one mistake costs one line and not the file.
/// </summary>
public sealed class LooseTable
{
    /// <summary>A year of a national laboratory; more is another kind of file.</summary>
    public const int LargestBytes = 5_000_000;
    const int MostRows = 20_000;

    readonly Dictionary<string, int> _columns = [];

    readonly Dictionary<string, string> _brackets = [];

    LooseTable() { }

    /// <summary>Rows below the header that hold anything.</summary>
    public IReadOnlyList<LooseRow> Rows { get; private set; } = [];

    /// <summary>Columns whose names are nobody's here; they are not read.</summary>
    public IReadOnlyList<string> Ignored { get; private set; } = [];

    /// <summary>What a column's name says in brackets, such as the unit in <c>SOC (g/kg)</c>.</summary>
    public string? InBrackets(string column) => _brackets.GetValueOrDefault(column);

    public bool Has(string column) => _columns.ContainsKey(column);

    /// <param name="name">The column a heading stands for, or null; it is asked with small letters and figures only.</param>
    /// <param name="needed">Columns without which no line can be read.</param>
    /// <exception cref="InputRefused">Not a table, or a needed column is missing.</exception>
    public static LooseTable Read(byte[] bytes, Func<string, string?> name, params string[] needed)
    {
        if (bytes.Length > LargestBytes) throw new InputRefused("file: is larger than 5 MB.") { Key = "model.refused-file-size", Parts = [5] };
        var lines = Decoded(bytes).Split('\n').Select((text, i) => (Number: i + 1, Text: text.TrimEnd('\r'))).Where(line => line.Text.Trim(' ', '\t', ';', ',').Length > 0).ToList();
        if (lines.Count < 2) throw new InputRefused("file: holds no table: a line of column names, then a line for each sample.") { Key = "model.refused-file-empty" };
        if (lines.Count > MostRows + 1) throw new InputRefused($"file: holds more than {MostRows} lines.") { Key = "model.refused-file-lines", Parts = [MostRows] };
        var header = lines[0].Text;
        var delimiter = header.Contains(';') ? ';' : header.Contains('\t') ? '\t' : ',';
        var table = new LooseTable();
        table.ReadHeader(Split(header, delimiter) ?? [], name);
        if (needed.FirstOrDefault(column => !table.Has(column)) is { } missing)
            throw new InputRefused($"file: has no column '{missing}'. Its columns are: {header}.") { Key = "model.refused-file-column", Parts = [missing, header] };
        table.Rows = [.. lines.Skip(1).Select(line => new LooseRow(line.Number, line.Text, Split(line.Text, delimiter), table._columns))];
        return table;
    }

    void ReadHeader(List<string> headings, Func<string, string?> name)
    {
        var ignored = new List<string>();
        for (var i = 0; i < headings.Count; i++)
        {
            var (plain, brackets) = Heading(headings[i]);
            if (name(plain) is not { } column) { if (headings[i].Trim().Length > 0) ignored.Add(headings[i].Trim()); }
            else if (!_columns.TryAdd(column, i)) throw new InputRefused($"file: column '{column}' stands there twice.") { Key = "model.refused-file-twice", Parts = [column] };
            else if (brackets.Length > 0) _brackets[column] = brackets;
        }
        Ignored = ignored;
    }

    /// <summary>Small letters and figures without accents; what stands in brackets apart.</summary>
    static (string Plain, string Brackets) Heading(string heading)
    {
        var open = heading.IndexOfAny(['(', '[']);
        var brackets = open < 0 ? "" : heading[(open + 1)..].Trim(' ', ')', ']');
        var letters = (open < 0 ? heading : heading[..open]).Normalize(NormalizationForm.FormD).Where(c => char.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark && char.IsLetterOrDigit(c));
        return (string.Concat(letters).ToLowerInvariant(), brackets);
    }

    /// <summary>As its mark says, else UTF-8 where the bytes are that, else Windows-1252, which old programs still write.</summary>
    static string Decoded(byte[] bytes)
    {
        if (bytes is [0xEF, 0xBB, 0xBF, ..]) return Encoding.UTF8.GetString(bytes, 3, bytes.Length - 3);
        if (bytes is [0xFF, 0xFE, ..]) return Encoding.Unicode.GetString(bytes, 2, bytes.Length - 2);
        if (bytes is [0xFE, 0xFF, ..]) return Encoding.BigEndianUnicode.GetString(bytes, 2, bytes.Length - 2);
        try { return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes); }
        // Latin-1 is Windows-1252 but for 32 signs that no number, name or unit here is written with.
        catch (DecoderFallbackException) { return Encoding.Latin1.GetString(bytes); }
    }

    /// <summary>Null where a quote is never closed.</summary>
    static List<string>? Split(string line, char delimiter)
    {
        var fields = new List<string>();
        var (field, quoted) = (new StringBuilder(), false);
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '"' && quoted && i + 1 < line.Length && line[i + 1] == '"') { field.Append('"'); i++; }
            else if (line[i] == '"') quoted = !quoted;
            else if (line[i] == delimiter && !quoted) { fields.Add(field.ToString()); field.Clear(); }
            else field.Append(line[i]);
        }
        fields.Add(field.ToString());
        return quoted ? null : fields;
    }
}

/// <summary>One line of a <see cref="LooseTable"/>.</summary>
/// <param name="Line">As an editor counts.</param>
/// <param name="Text">As it stands in the file.</param>
public sealed record LooseRow(int Line, string Text, List<string>? Fields, IReadOnlyDictionary<string, int> Columns)
{
    /// <summary>Null where it is empty or not there.</summary>
    /// <exception cref="InputRefused">The line cannot be split.</exception>
    public string? this[string column]
    {
        get
        {
            if (Fields is null) throw new InputRefused("a quotation mark is never closed.") { Key = "model.line-quote" };
            return Columns.TryGetValue(column, out var at) && at < Fields.Count && Fields[at].Trim() is { Length: > 0 } text ? text : null;
        }
    }

    /// <summary>A number with a point or a comma; both in one are ambiguous, and so is a limit of detection.</summary>
    public double? Number(string column)
    {
        if (this[column] is not { } text || text is "NA" or "-" or "n.a." || text.Equals("nan", StringComparison.OrdinalIgnoreCase)) return null;
        if (text[0] is '<' or '>') throw new InputRefused($"{column}: '{text}' is a limit of detection and no value. Leave the line out, or have the laboratory state its value and u.") { Key = "model.line-limit", Parts = [column, text] };
        var plain = text.Replace("\u00a0", "").Replace("\u202f", "").Replace(" ", "").Replace('−', '-');
        if (plain.Contains(',') && plain.Contains('.')) throw new InputRefused($"{column}: '{text}' has a point and a comma; write one number one way, without groups of thousands.") { Key = "model.line-ambiguous", Parts = [column, text] };
        return double.TryParse(plain.Replace(',', '.'), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value
            : throw new InputRefused($"{column}: '{text}' is not a number.") { Key = "model.line-number", Parts = [column, text] };
    }
}

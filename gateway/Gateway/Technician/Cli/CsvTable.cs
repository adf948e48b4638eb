using System.Globalization;
using System.Text;

namespace FourPerMille.Sensor.Gateway.Technician.Cli;

/// <summary>
/// A comma-separated table (RFC 4180, UTF-8, invariant numbers) read strictly: every row has the header's width, every
/// column name is found by name, and a missing value (empty, NA or NaN) is missing, never a zero.
/// Lines are counted as an editor counts them, the header being line 1.
/// </summary>
public sealed class CsvTable
{
    readonly Dictionary<string, int> _indexOf = new(StringComparer.OrdinalIgnoreCase);

    CsvTable(string file, string[] columns)
    {
        (File, Columns) = (file, columns);
        for (int i = 0; i < columns.Length; i++)
            if (!_indexOf.TryAdd(columns[i], i))
                throw new InputRefused($"{file}, line 1: column '{columns[i]}' stands there twice. Remove one.");
    }

    /// <summary>The file's name as it appears in messages.</summary>
    public string File { get; }
    public IReadOnlyList<string> Columns { get; }
    public IReadOnlyList<CsvRow> Rows { get; private set; } = [];

    public bool Has(string column) => _indexOf.ContainsKey(column);

    /// <summary>The index of a column, by name (case does not matter).</summary>
    /// <exception cref="InputRefused">The table has no such column; the message lists those it has.</exception>
    public int IndexOf(string column) => _indexOf.TryGetValue(column, out int index)
        ? index
        : throw new InputRefused($"{File}, line 1: no column '{column}'; the columns are {string.Join(", ", Columns.Take(20))}{(Columns.Count > 20 ? ", …" : "")}");

    /// <exception cref="InputRefused">The file is absent, empty or not a table.</exception>
    public static CsvTable Read(string path)
    {
        if (!System.IO.File.Exists(path)) throw new InputRefused($"{path}: no such file");
        using var reader = new StreamReader(path, Encoding.UTF8);
        return Read(reader, path);
    }

    public static CsvTable Read(TextReader reader, string name)
    {
        var records = new RecordReader(reader, name);
        var header = records.Next() ?? throw new InputRefused($"{name}: empty, not even a header");
        var table = new CsvTable(name, header.Fields.Select(f => f.Trim()).ToArray());
        var rows = new List<CsvRow>();
        while (records.Next() is { } record)
        {
            if (record.Fields.Length != header.Fields.Length)
                throw new InputRefused($"{name}, line {record.Line}: {record.Fields.Length} fields where the header has {header.Fields.Length}");
            rows.Add(new CsvRow(table, record.Line, record.Fields));
        }
        table.Rows = rows;
        return table;
    }

    /// <summary>Splits text into records; a quoted field may hold commas, doubled quotes and line ends. Blank lines are skipped.</summary>
    sealed class RecordReader(TextReader reader, string name)
    {
        int _line;

        public (int Line, string[] Fields)? Next()
        {
            string? text;
            do
            {
                text = reader.ReadLine();
                _line++;
                if (text is null) return null;
            }
            while (text.Length == 0);
            int first = _line;
            if (!text.Contains('"')) return (first, text.Split(','));
            return (first, SplitQuoted(text, first));
        }

        string[] SplitQuoted(string text, int first)
        {
            var fields = new List<string>();
            var field = new StringBuilder();
            bool quoted = false;
            for (int i = 0; ; i++)
            {
                if (i == text.Length)
                {
                    if (!quoted) break;
                    text = reader.ReadLine() ?? throw new InputRefused($"{name}, line {first}: a quote is never closed");
                    _line++;
                    field.Append('\n');
                    i = -1;
                }
                else if (text[i] == '"' && quoted && i + 1 < text.Length && text[i + 1] == '"') { field.Append('"'); i++; }
                else if (text[i] == '"') quoted = !quoted;
                else if (text[i] == ',' && !quoted) { fields.Add(field.ToString()); field.Clear(); }
                else field.Append(text[i]);
            }
            fields.Add(field.ToString());
            return [.. fields];
        }
    }
}

/// <summary>One row of a <see cref="CsvTable"/>; every refusal names file, line and column.</summary>
public sealed class CsvRow(CsvTable table, int line, string[] fields)
{
    public int Line => line;
    public IReadOnlyList<string> Fields => fields;

    public bool Has(string column) => table.Has(column);

    public string Text(string column) => fields[table.IndexOf(column)].Trim();

    /// <summary>A number that must be there.</summary>
    public double Number(string column) => Number(table.IndexOf(column));

    public double Number(int column) => NumberOrMissing(column)
        ?? throw Refuse(column, "the value is missing, and a missing value is never taken as zero");

    /// <summary>A number, or null where the field is empty, NA or NaN.</summary>
    public double? NumberOrMissing(string column) => NumberOrMissing(table.IndexOf(column));

    public double? NumberOrMissing(int column)
    {
        var text = fields[column].AsSpan().Trim();
        if (text.IsEmpty || text is "NA" || text.Equals("NaN", StringComparison.OrdinalIgnoreCase)) return null;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)) return value;
        throw Refuse(column, $"'{text}' is not a number");
    }

    public int Integer(string column)
    {
        double value = Number(column);
        return value == Math.Floor(value) && Math.Abs(value) < int.MaxValue ? (int)value : throw Refuse(column, $"{Text(column)} is not a whole number");
    }

    /// <summary>An instant; without an offset it is read as UTC.</summary>
    public DateTimeOffset Utc(string column) => DateTimeOffset.TryParse(Text(column), CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant)
        ? instant
        : throw Refuse(table.IndexOf(column), $"'{Text(column)}' is not a date and time");

    /// <summary>Makes a value of the row's fields; what the science refuses is refused with the row's place.</summary>
    public T Make<T>(Func<CsvRow, T> make)
    {
        try
        {
            return make(this);
        }
        catch (ArgumentException refusal)
        {
            throw new InputRefused($"{table.File}, line {line}: {Verb.Reason(refusal)}");
        }
    }

    public InputRefused Refuse(string column, string reason) => Refuse(table.IndexOf(column), reason);

    InputRefused Refuse(int column, string reason) => new($"{table.File}, line {line}, column '{table.Columns[column]}': {reason}");
}

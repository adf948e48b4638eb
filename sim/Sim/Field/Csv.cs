using System.Globalization;

namespace FourPerMille.Sensor.Sim.Field;

/// <summary>A plain comma-separated table with one header line and no quoting, which is all the reference data uses.</summary>
public sealed class Csv
{
    readonly string file;
    readonly string[] header;

    Csv(string file, string[] header, IReadOnlyList<string[]> rows) => (this.file, this.header, Rows) = (file, header, rows);

    public IReadOnlyList<string[]> Rows { get; }

    /// <exception cref="FormatException">The file is empty or a row has another number of cells than the header.</exception>
    public static Csv Read(string file)
    {
        var lines = File.ReadAllLines(file);
        if (lines.Length == 0) throw new FormatException($"{file} is empty.");
        var header = lines[0].TrimStart('\uFEFF').Split(',').Select(cell => cell.Trim().Trim('"')).ToArray();
        var rows = new List<string[]>(lines.Length);
        for (var line = 1; line < lines.Length; line++)
        {
            if (lines[line].Length == 0) continue;
            var cells = lines[line].Split(',');
            if (cells.Length != header.Length)
                throw new FormatException($"{file}, line {line + 1}: {cells.Length} cells, the header has {header.Length}.");
            rows.Add(cells);
        }
        return new Csv(file, header, rows);
    }

    /// <exception cref="FormatException">There is no such column.</exception>
    public int Column(string name)
    {
        var column = Array.IndexOf(header, name);
        return column >= 0 ? column : throw new FormatException($"{file} has no column {name}; it has {string.Join(", ", header.Take(8))}.");
    }

    public int? FindColumn(string name) => Array.IndexOf(header, name) is >= 0 and var column ? column : null;

    public double Number(string[] row, int column) =>
        double.TryParse(row[column], NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? value : throw new FormatException($"{file}, column {header[column]}: '{row[column]}' is no number.");
}

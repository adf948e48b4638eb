using System.Globalization;
using System.Text.RegularExpressions;

namespace FourPerMille.Sensor.Gateway.Technician.Cli;

/// <summary>Which columns of a table are bands, and at what wavelength: a letter and nanometres (A1100, R410), or named by the user.</summary>
public sealed partial class SpectralColumns
{
    readonly CsvTable _table;
    readonly int[] _columns;

    SpectralColumns(CsvTable table, IEnumerable<(int Column, double Nanometres)> bands)
    {
        var rising = bands.OrderBy(b => b.Nanometres).ToArray();
        _table = table;
        _columns = [.. rising.Select(b => b.Column)];
        WavelengthsNm = [.. rising.Select(b => b.Nanometres)];
        for (var i = 1; i < rising.Length; i++)
            if (WavelengthsNm[i] == WavelengthsNm[i - 1])
                throw new InputRefused($"{table.File}, line 1: columns '{table.Columns[_columns[i - 1]]}' and '{table.Columns[_columns[i]]}' are the same wavelength");
    }

    public double[] WavelengthsNm { get; }

    /// <param name="bands">Null: every column that is one letter and a wavelength, of the letter that most have. Else names, or a first and a last joined by '..', with commas.</param>
    public static SpectralColumns Of(CsvTable table, string? bands)
    {
        if (bands is not null) return new(table, Named(table, bands).Select(c => (c, WavelengthIn(table, c))));
        var letters = Enumerable.Range(0, table.Columns.Count).Where(c => LetterAndWavelength().IsMatch(table.Columns[c]))
            .GroupBy(c => table.Columns[c][0]).OrderByDescending(g => g.Count()).FirstOrDefault()
            ?? throw new InputRefused($"{table.File}, line 1: no column is a letter and a wavelength, such as R410 or A1100; --bands names the spectral columns");
        return new(table, letters.Select(c => (c, WavelengthIn(table, c))));
    }

    /// <summary>The columns at a model's wavelengths.</summary>
    public SpectralColumns At(double[] wavelengthsNm) => new(_table, wavelengthsNm.Select(nm =>
    {
        var at = Array.FindIndex(WavelengthsNm, w => Math.Abs(w - nm) < 0.01);
        return at >= 0 ? (_columns[at], nm)
            : throw new InputRefused($"{_table.File}, line 1: no band at {nm.ToString(CultureInfo.InvariantCulture)} nm, which the model needs");
    }));

    /// <summary>All bands of a row; a missing one is refused with line and column.</summary>
    public double[] Whole(CsvRow row) => [.. _columns.Select(row.Number)];

    /// <summary>All bands of a row; a missing one is not a number, and never zero.</summary>
    public double[] WithGaps(CsvRow row) => [.. _columns.Select(c => row.NumberOrMissing(c) ?? double.NaN)];

    static IEnumerable<int> Named(CsvTable table, string bands)
    {
        foreach (var name in bands.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var ends = name.Split("..");
            var (first, last) = (table.IndexOf(ends[0]), table.IndexOf(ends[^1]));
            for (var column = first; column <= last; column++) yield return column;
        }
    }

    static double WavelengthIn(CsvTable table, int column)
    {
        var match = Digits().Match(table.Columns[column]);
        return match.Success ? double.Parse(match.Value, CultureInfo.InvariantCulture)
            : throw new InputRefused($"{table.File}, line 1: column '{table.Columns[column]}' names no wavelength");
    }

    [GeneratedRegex(@"^[A-Za-z]\d{3,5}(\.\d+)?$")] private static partial Regex LetterAndWavelength();
    [GeneratedRegex(@"\d+(\.\d+)?$")] private static partial Regex Digits();
}

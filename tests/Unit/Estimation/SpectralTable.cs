using System.Globalization;
using FourPerMille.Sensor.Estimation.Algebra;

namespace FourPerMille.Sensor.Unit.Estimation;

/// <summary>A reference data file of spectra, read the plain way: the tests of the reader itself are the command line's.</summary>
sealed class SpectralTable
{
    readonly string[] _header;
    readonly string[][] _rows;

    public SpectralTable(string file)
    {
        var lines = File.ReadAllLines(Repository.Data(file)!);
        _header = lines[0].Split(',');
        _rows = [.. lines.Skip(1).Where(l => l.Length > 0).Select(l => l.Split(','))];
        var bands = Enumerable.Range(0, _header.Length).Where(IsBand).ToArray();
        Wavelengths = [.. bands.Select(b => Number(_header[b][1..]))];
        Spectra = RowMatrix.FromRows([.. _rows.Select(r => bands.Select(b => Number(r[b])).ToArray())]);
    }

    public double[] Wavelengths { get; }
    public RowMatrix Spectra { get; }
    public string[] Text(string column) => [.. _rows.Select(r => r[Array.IndexOf(_header, column)])];
    public double[] Numbers(string column) => [.. Text(column).Select(Number)];

    bool IsBand(int column) => _header[column].Length > 3 && _header[column][0] is 'A' or 'R' && char.IsAsciiDigit(_header[column][1]);
    static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}

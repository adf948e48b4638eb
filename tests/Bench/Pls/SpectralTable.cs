using System.Globalization;
using FourPerMille.Sensor.Estimation.Algebra;
using FourPerMille.Sensor.Estimation.Models;

namespace FourPerMille.Sensor.Bench.Pls;

/// <summary>A reference table of spectra, from <c>$FOURPERMILLE_DATA</c> or beside the checkout.</summary>
sealed class SpectralTable
{
    readonly string[] _header;
    readonly string[][] _rows;
    readonly int[] _bands;

    SpectralTable(string path)
    {
        var lines = File.ReadAllLines(path).Where(l => l.Length > 0).Select(l => l.Split(',')).ToArray();
        (_header, _rows) = (lines[0], lines[1..]);
        _bands = [.. Enumerable.Range(0, _header.Length).Where(j => _header[j].Length > 3 && _header[j][0] is 'A' or 'R' && char.IsAsciiDigit(_header[j][1]))];
    }

    public static SpectralTable? Find(string file)
    {
        var folders = new[] { Environment.GetEnvironmentVariable("FOURPERMILLE_DATA"), Path.Combine("..", "shared", "data") };
        var path = folders.OfType<string>().Select(f => Path.Combine(f, file)).FirstOrDefault(File.Exists);
        if (path is null) Console.WriteLine($"study: {file} is not here ($FOURPERMILLE_DATA or ../shared/data)");
        return path is null ? null : new(path) { FullPath = Path.GetFullPath(path) };
    }

    public required string FullPath { get; init; }
    public int Count => _rows.Length;
    public string[] Text(string column) => [.. _rows.Select(r => r[Array.IndexOf(_header, column)])];
    public double[] Numbers(string column) => [.. Text(column).Select(Number)];

    /// <summary>Some rows, at some wavelengths (null = all), as a training set with a column as target.</summary>
    public TrainingSet Set(IReadOnlyList<int> rows, string target, string? group = null, double[]? wavelengthsNm = null, Func<int, double>? moisture = null)
    {
        var bands = _bands.Where(b => wavelengthsNm is null || wavelengthsNm.Contains(Number(_header[b][1..]))).ToArray();
        var (targets, groups) = (Numbers(target), group is null ? null : Text(group));
        return new([.. rows.Select(r => $"{r}")], [.. bands.Select(b => Number(_header[b][1..]))],
            RowMatrix.FromRows([.. rows.Select(r => bands.Select(b => Number(_rows[r][b])).ToArray())]), [.. rows.Select(r => targets[r])],
            groups is null ? null : [.. rows.Select(r => groups[r])], moisture is null ? null : [.. rows.Select(moisture)]);
    }

    static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using FourPerMille.Sensor.Estimation.Algebra;

namespace FourPerMille.Sensor.Estimation.Spectra;

/// <summary>
/// What is done to a spectrum before a model sees it: a value with a name (<c>absorbance,sg:11:2:1,snv</c>) that says every step and
/// parameter, and a hash of that name. The order matters; each step works on one spectrum alone, so nothing of the training set leaks in.
/// </summary>
/// <remarks>
/// Steps: <c>absorbance</c>; <c>snv</c>; <c>sg:window:order:derivative</c> with the edges dropped, or <c>…:fit</c> with the edges read off
/// the outermost polynomials. The empty text is the chain that does nothing.
/// </remarks>
public sealed class PreprocessingChain : IEquatable<PreprocessingChain>
{
    readonly PreprocessingStep[] _steps;

    PreprocessingChain(PreprocessingStep[] steps)
    {
        _steps = steps;
        Name = string.Join(',', steps.Select(s => s.Name));
        Hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("fpm-preprocessing/1:" + Name)));
    }

    public static PreprocessingChain None { get; } = new([]);

    public IReadOnlyList<PreprocessingStep> Steps => _steps;

    /// <summary>The chain as text; parsing it gives an equal chain.</summary>
    public string Name { get; }

    /// <summary>SHA-256, lower-case hex, of <c>fpm-preprocessing/1:</c> and the name.</summary>
    public string Hash { get; }

    /// <exception cref="FormatException">A step is unknown or its parameters are impossible; the message names it.</exception>
    public static PreprocessingChain Parse(string text) =>
        new([.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Where(s => s is not ("none" or "raw")).Select(ParseStep)]);

    /// <summary>The wavelengths that remain, nm; checks that every step can work on these bands.</summary>
    /// <exception cref="ArgumentException">A step cannot.</exception>
    public double[] Wavelengths(double[] nanometres) => _steps.Aggregate(nanometres, (left, step) => step.Wavelengths(left));

    public int OutputLength(int bands) => _steps.Aggregate(bands, (left, step) => step.OutputLength(left));

    public double[] Apply(double[] spectrum) => Apply(new RowMatrix(1, spectrum.Length, spectrum)).Data;

    /// <summary>Every row pretreated on its own; rows × <see cref="OutputLength"/>. The chain without steps gives the same table back, uncopied.</summary>
    public RowMatrix Apply(RowMatrix spectra)
    {
        foreach (var step in _steps)
        {
            var treated = new RowMatrix(spectra.Rows, step.OutputLength(spectra.Columns));
            for (var row = 0; row < spectra.Rows; row++) step.Apply(spectra.Row(row), treated.Row(row));
            spectra = treated;
        }
        return spectra;
    }

    public bool Equals(PreprocessingChain? other) => other is not null && other.Name == Name;
    public override bool Equals(object? obj) => Equals(obj as PreprocessingChain);
    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);
    public override string ToString() => Name.Length == 0 ? "none" : Name;

    static PreprocessingStep ParseStep(string text)
    {
        var parts = text.Split(':');
        try
        {
            return (parts[0], parts.Length) switch
            {
                ("absorbance", 1) => new AbsorbanceStep(),
                ("snv", 1) => new SnvStep(),
                ("sg", 4) => new SavitzkyGolayStep(Whole(parts[1]), Whole(parts[2]), Whole(parts[3]), SavitzkyGolayEdges.Drop),
                ("sg", 5) when parts[4] == "fit" => new SavitzkyGolayStep(Whole(parts[1]), Whole(parts[2]), Whole(parts[3]), SavitzkyGolayEdges.Fit),
                _ => throw new FormatException("known are absorbance, snv, sg:window:order:derivative and sg:window:order:derivative:fit"),
            };
        }
        catch (Exception e) when (e is FormatException or ArgumentOutOfRangeException or OverflowException)
        {
            throw new FormatException($"'{text}' is no preprocessing step: {e.Message}", e);
        }
    }

    static int Whole(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}

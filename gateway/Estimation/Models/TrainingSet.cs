using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using FourPerMille.Sensor.Estimation.Algebra;

namespace FourPerMille.Sensor.Estimation.Models;

/// <summary>Spectra with their laboratory values. Checked at birth: whole, finite, of one shape.</summary>
public sealed class TrainingSet
{
    /// <param name="wavelengthsNm">One a band, nm, rising.</param>
    /// <param name="spectra">Samples × bands, as measured: the model pretreats them.</param>
    /// <param name="targets">One laboratory value a sample, in the unit the model is to speak.</param>
    /// <param name="groups">Site, soil or core of each sample; samples of one group are never on both sides of a validation.</param>
    /// <param name="moistureM3PerM3">Water content of each sample when its spectrum was taken.</param>
    /// <param name="weights">How many ordinary samples each counts for; null = 1.</param>
    /// <exception cref="ArgumentException">Something is missing, not finite or of the wrong length; the message names sample and band.</exception>
    public TrainingSet(IReadOnlyList<string> ids, double[] wavelengthsNm, RowMatrix spectra, double[] targets,
        IReadOnlyList<string>? groups = null, double[]? moistureM3PerM3 = null, double[]? weights = null)
    {
        var n = spectra.Rows;
        if (wavelengthsNm.Length != spectra.Columns) throw new ArgumentException($"{wavelengthsNm.Length} wavelengths for {spectra.Columns} bands.");
        if (ids.Count != n || targets.Length != n || (groups?.Count ?? n) != n || (moistureM3PerM3?.Length ?? n) != n || (weights?.Length ?? n) != n)
            throw new ArgumentException($"{n} spectra need as many ids, targets, groups, moistures and weights.");
        for (var j = 1; j < wavelengthsNm.Length; j++)
            if (!(wavelengthsNm[j] > wavelengthsNm[j - 1])) throw new ArgumentException($"Wavelengths rise; {wavelengthsNm[j]} nm follows {wavelengthsNm[j - 1]} nm.");
        for (var i = 0; i < n; i++)
        {
            if (!double.IsFinite(targets[i])) throw new ArgumentException($"Sample {ids[i]} has no finite target.");
            if (moistureM3PerM3 is not null && !double.IsFinite(moistureM3PerM3[i])) throw new ArgumentException($"Sample {ids[i]} has no finite moisture.");
            if (weights is not null && !(weights[i] > 0 && double.IsFinite(weights[i]))) throw new ArgumentException($"Sample {ids[i]} needs a weight above zero.");
            for (var j = 0; j < spectra.Columns; j++)
                if (!double.IsFinite(spectra[i, j])) throw new ArgumentException($"Sample {ids[i]} has no finite value at {wavelengthsNm[j]} nm.");
        }
        (Ids, WavelengthsNm, Spectra, Targets, Groups, MoistureM3PerM3, Weights) =
            ([.. ids], wavelengthsNm, spectra, targets, groups?.ToArray(), moistureM3PerM3, weights ?? [.. Enumerable.Repeat(1.0, n)]);
        Hash = ComputeHash();
    }

    public IReadOnlyList<string> Ids { get; }
    public double[] WavelengthsNm { get; }
    public RowMatrix Spectra { get; }
    public double[] Targets { get; }
    public IReadOnlyList<string>? Groups { get; }
    public double[]? MoistureM3PerM3 { get; }
    public double[] Weights { get; }
    public int Count => Targets.Length;

    /// <summary>
    /// SHA-256, lower-case hex, of: <c>fpm-training-set/1</c>, line feed; then for wavelengths, and per sample id (UTF-8, line feed), target,
    /// weight, moisture (NaN where none) and spectrum, every number as eight bytes, little-endian IEEE 754; groups last, a line each.
    /// </summary>
    public string Hash { get; }

    /// <summary>Only some samples, in the order given.</summary>
    public TrainingSet Take(IReadOnlyList<int> rows) => new([.. rows.Select(r => Ids[r])], WavelengthsNm, Spectra.Take(rows), [.. rows.Select(r => Targets[r])],
        Groups is null ? null : [.. rows.Select(r => Groups[r])], MoistureM3PerM3 is null ? null : [.. rows.Select(r => MoistureM3PerM3[r])],
        [.. rows.Select(r => Weights[r])]);

    /// <summary>This set with local samples added, each counting <paramref name="weight"/> times.</summary>
    /// <exception cref="ArgumentException">The wavelengths differ.</exception>
    public TrainingSet SpikedWith(TrainingSet local, double weight)
    {
        if (!local.WavelengthsNm.SequenceEqual(WavelengthsNm)) throw new ArgumentException("Local samples need the wavelengths of the calibration.");
        if (!(weight > 0)) throw new ArgumentOutOfRangeException(nameof(weight), weight, "A weight is above zero.");
        var spectra = new RowMatrix(Count + local.Count, WavelengthsNm.Length, [.. Spectra.Data, .. local.Spectra.Data]);
        var groups = Groups is null && local.Groups is null ? null : (IReadOnlyList<string>)[.. Groups ?? Ids, .. local.Groups ?? local.Ids];
        var moisture = MoistureM3PerM3 is null || local.MoistureM3PerM3 is null ? null : (double[])[.. MoistureM3PerM3, .. local.MoistureM3PerM3];
        return new([.. Ids, .. local.Ids], WavelengthsNm, spectra, [.. Targets, .. local.Targets], groups, moisture,
            [.. Weights, .. local.Weights.Select(w => w * weight)]);
    }

    string ComputeHash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var number = new byte[8];
        void Text(string line) => hash.AppendData(Encoding.UTF8.GetBytes(line + "\n"));
        void Number(double value)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(number, value);
            hash.AppendData(number);
        }
        Text("fpm-training-set/1");
        foreach (var nanometres in WavelengthsNm) Number(nanometres);
        for (var i = 0; i < Count; i++)
        {
            Text(Ids[i]);
            Number(Targets[i]);
            Number(Weights[i]);
            Number(MoistureM3PerM3?[i] ?? double.NaN);
            foreach (var value in Spectra.Row(i)) Number(value);
        }
        foreach (var group in Groups ?? []) Text(group);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

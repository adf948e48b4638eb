using FourPerMille.Sensor.Estimation.Algebra;
using FourPerMille.Sensor.Estimation.Spectra;

namespace FourPerMille.Sensor.Estimation.Models;

/// <summary>What a model looks at: the pretreated bands and, where it takes moisture, one more column.</summary>
/// <param name="MoistureScale">
/// What a water content of 1 m3/m3 becomes beside the bands; null = bands alone. PLS and principal components weigh columns by their variance, so
/// the column is given half the standard deviation of all bands together: seen, and not ruling.
/// </param>
sealed record Features(PreprocessingChain Pretreatment, double? MoistureScale)
{
    const double ShareOfSpread = 0.5;

    /// <exception cref="ArgumentException">A sample lacks its moisture, or all have the same.</exception>
    public static Features Of(TrainingSet set, TrainingOptions options)
    {
        if (!options.MoistureCovariate) return new(options.Pretreatment, null);
        var moisture = set.MoistureM3PerM3 ?? throw new ArgumentException("A model with moisture needs the moisture of every sample.", nameof(set));
        var treated = options.Pretreatment.Apply(set.Spectra);
        var spread = Math.Sqrt(Enumerable.Range(0, treated.Columns).Sum(j => Variance([.. Enumerable.Range(0, treated.Rows).Select(i => treated[i, j])])));
        var deviation = Math.Sqrt(Variance(moisture));
        if (!(deviation > 0)) throw new ArgumentException("All samples have the same moisture: nothing can be learnt from it.", nameof(set));
        return new(options.Pretreatment, ShareOfSpread * spread / deviation);
    }

    /// <param name="moisture">Water content of a row, m3/m3; not a number where unknown.</param>
    public RowMatrix Apply(RowMatrix spectra, Func<int, double> moisture)
    {
        var treated = Pretreatment.Apply(spectra);
        if (MoistureScale is not { } scale) return treated;
        var features = new RowMatrix(treated.Rows, treated.Columns + 1);
        for (var i = 0; i < treated.Rows; i++)
        {
            treated.Row(i).CopyTo(features.Row(i));
            features[i, treated.Columns] = moisture(i) * scale;
        }
        return features;
    }

    static double Variance(double[] values)
    {
        var mean = values.Average();
        return values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1);
    }
}

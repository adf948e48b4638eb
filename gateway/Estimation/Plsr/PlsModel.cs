using FourPerMille.Sensor.Estimation.Algebra;

namespace FourPerMille.Sensor.Estimation.Plsr;

/// <summary>
/// A fitted PLS1 model in the space of bands, as its bidiagonalisation: estimate, T² and Q of a spectrum all follow from its projections on
/// the components + 1 unit weight vectors, so a batch costs one product of tables.
/// </summary>
public sealed class PlsModel
{
    readonly double[] _norms, _loads;
    readonly RowMatrix _mixing;

    /// <param name="mean">Weighted mean spectrum, one value a band.</param>
    /// <param name="weightVectors">(components + 1) × bands, rows of unit length; a last row of zeros says the spectra are exhausted.</param>
    /// <param name="mixing">s_a = norms_a t_a + Σ_b&lt;a mixing_ab t_b; (components + 1) × (components + 1).</param>
    /// <param name="loads">Change of the target along each score.</param>
    public PlsModel(double[] mean, RowMatrix weightVectors, RowMatrix mixing, double[] norms, double[] loads, double targetMean, double effectiveRows, double t2Scale)
    {
        var a = weightVectors.Rows - 1;
        if (a < 1 || mean.Length != weightVectors.Columns || mixing.Rows != a + 1 || mixing.Columns != a + 1 || norms.Length != a + 1 || loads.Length < a)
            throw new ArgumentException("The parts of the model do not fit together.");
        (Mean, WeightVectors, _mixing, _norms, _loads, TargetMean, EffectiveRows, T2Scale) =
            (mean, weightVectors, mixing, norms, loads, targetMean, effectiveRows, t2Scale);
    }

    public double[] Mean { get; }
    public RowMatrix WeightVectors { get; }
    public RowMatrix Mixing => _mixing;
    public double[] Norms => _norms;
    public double[] Loads => _loads;
    public double TargetMean { get; }
    public double EffectiveRows { get; }
    /// <summary>T² per squared length of the score vector: n - 1 for n rows of equal weight.</summary>
    public double T2Scale { get; }
    public int Components => WeightVectors.Rows - 1;
    public int Bands => Mean.Length;

    /// <summary>The first <paramref name="components"/> components of a path as a model on bands.</summary>
    public static PlsModel From(PlsPath path, RowProducts rows, int components)
    {
        if (components < 1 || components > path.Components) throw new ArgumentOutOfRangeException(nameof(components), components, $"The fit has {path.Components} components.");
        var mean = rows.Centre.ToArray();
        var shift = new double[mean.Length];
        for (var i = 0; i < rows.Rows; i++) Products.AddScaled(shift, path.Weights[i] / path.TotalWeight, rows.Centred.Row(i));
        for (var j = 0; j < mean.Length; j++) mean[j] += shift[j];

        var vectors = new RowMatrix(components + 1, mean.Length);
        var mixing = new RowMatrix(components + 1, components + 1);
        for (var a = 0; a <= components; a++)
        {
            // A dual sums to zero over the rows, so the centred rows serve whatever the weighted mean is.
            for (var i = 0; i < rows.Rows; i++) Products.AddScaled(vectors.Row(a), path.Duals[a, i], rows.Centred.Row(i));
            for (var b = 0; b <= components; b++) mixing[a, b] = path.Mixing[a, b];
        }
        return new(mean, vectors, mixing, path.Norms[..(components + 1)], path.Loads[..components], path.TargetMean, path.EffectiveRows,
            path.TotalWeight * (1 - 1 / path.EffectiveRows));
    }

    /// <summary>One coefficient a band: estimate = TargetMean + Σ coefficient (x - Mean).</summary>
    public double[] Coefficients()
    {
        // Walk the recursion of the scores backwards: what is asked of t_a becomes a demand on s_a and on the scores before it.
        var demand = _loads[..Components].ToArray();
        var coefficients = new double[Bands];
        for (var a = Components - 1; a >= 0; a--)
        {
            var onWeight = demand[a] / _norms[a];
            Products.AddScaled(coefficients, onWeight, WeightVectors.Row(a));
            for (var b = 0; b < a; b++) demand[b] -= onWeight * _mixing[a, b];
        }
        return coefficients;
    }

    /// <summary>Rows a block: small enough that the centred block and the weight vectors stay in the second-level cache.</summary>
    internal const int BlockRows = 24;

    /// <summary>Scratch for one block; make one a thread.</summary>
    internal sealed class Workspace(PlsModel model)
    {
        internal RowMatrix Centred { get; } = new(BlockRows, model.Bands);
        internal double[] Projections { get; } = new double[BlockRows * (model.Components + 1)];
        internal double[] Scores { get; } = new double[model.Components];
    }

    /// <summary>Estimate, T² and Q of rows first … first+count-1 (count ≤ <see cref="BlockRows"/>).</summary>
    internal void Predict(RowMatrix spectra, int first, int count, Workspace work, Span<double> estimates, Span<double> t2, Span<double> q)
    {
        var width = Components + 1;
        for (var i = 0; i < count; i++)
        {
            spectra.Row(first + i).CopyTo(work.Centred.Row(i));
            q[i] = Products.SubtractAndSquare(work.Centred.Row(i), Mean);
        }
        Products.TimesTransposed(work.Centred, 0, count, WeightVectors, work.Projections, width);
        for (var i = 0; i < count; i++)
            (estimates[i], t2[i], q[i]) = FromProjections(work.Projections.AsSpan(i * width, width), q[i], work.Scores);
    }

    (double Estimate, double T2, double Q) FromProjections(ReadOnlySpan<double> s, double squaredLength, Span<double> t)
    {
        double estimate = TargetMean, t2 = 0, outside = squaredLength;
        for (var a = 0; a < s.Length; a++)
        {
            outside -= s[a] * s[a];
            var along = s[a];
            var mixing = _mixing.Row(a);
            for (var b = 0; b < a; b++) along -= mixing[b] * t[b];
            if (a == t.Length) return (estimate, t2 * T2Scale, Math.Max(0, outside + along * along));
            t[a] = along / _norms[a];
            estimate += _loads[a] * t[a];
            t2 += t[a] * t[a];
        }
        throw new InvalidOperationException("A model has one weight vector more than components.");
    }

    /// <summary>The first scores of pretreated spectra, rows × <paramref name="components"/>; over the calibration they sum to 1 in squares.</summary>
    public RowMatrix Scores(RowMatrix spectra, int components)
    {
        var scores = new RowMatrix(spectra.Rows, components);
        var centred = new double[Bands];
        for (var i = 0; i < spectra.Rows; i++)
        {
            spectra.Row(i).CopyTo(centred);
            Products.AddScaled(centred, -1, Mean);
            for (var a = 0; a < components; a++)
            {
                var along = Products.Dot(WeightVectors.Row(a), centred);
                for (var b = 0; b < a; b++) along -= _mixing[a, b] * scores[i, b];
                scores[i, a] = along / _norms[a];
            }
        }
        return scores;
    }

    /// <summary>Estimates, T² and Q of all rows of pretreated spectra; each result has one value a row. Blocks run in parallel.</summary>
    public void Predict(RowMatrix spectra, double[] estimates, double[] t2, double[] q)
    {
        if (spectra.Columns != Bands) throw new ArgumentException($"The model has {Bands} bands, the spectra {spectra.Columns}.", nameof(spectra));
        var blocks = (spectra.Rows + BlockRows - 1) / BlockRows;
        Parallel.For(0, blocks, () => new Workspace(this), (block, _, work) =>
        {
            var first = block * BlockRows;
            var count = Math.Min(BlockRows, spectra.Rows - first);
            Predict(spectra, first, count, work, estimates.AsSpan(first, count), t2.AsSpan(first, count), q.AsSpan(first, count));
            return work;
        }, _ => { });
    }
}

using FourPerMille.Sensor.Estimation.Algebra;

namespace FourPerMille.Sensor.Estimation.Plsr;

/// <summary>What a PLS model reads in one spectrum.</summary>
/// <param name="Estimate">On the model's scale.</param>
/// <param name="T2">Hotelling's T² in the components of the estimate.</param>
/// <param name="Q">Squared distance from them.</param>
/// <param name="DomainT2">T² in the components of the domain.</param>
/// <param name="DomainQ">Squared distance from those.</param>
public readonly record struct PlsReading(double Estimate, double T2, double Q, double DomainT2, double DomainQ);

/// <summary>
/// A fitted PLS1 model in the space of bands, as its bidiagonalisation: estimate, T² and Q of a spectrum all follow from its projections on
/// the unit weight vectors, so a batch costs one product of tables.
/// </summary>
/// <remarks>
/// The estimate takes the first <see cref="Components"/>; the domain is watched in at least as many. A model of two components describes
/// carbon well and soils badly: water moves a spectrum along directions it does not look at.
/// </remarks>
public sealed class PlsModel
{
    readonly double[] _norms, _loads, _projectedMean;
    readonly RowMatrix _mixing;
    readonly int[] _firstMixed;

    /// <param name="mean">Weighted mean spectrum, one value a band.</param>
    /// <param name="components">Components of the estimate.</param>
    /// <param name="weightVectors">(domain components + 1) × bands, rows of unit length; a last row of zeros says the spectra are exhausted.</param>
    /// <param name="mixing">s_a = norms_a t_a + Σ_b&lt;a mixing_ab t_b; (domain components + 1) squared.</param>
    /// <param name="loads">Change of the target along each score.</param>
    public PlsModel(int components, double[] mean, RowMatrix weightVectors, RowMatrix mixing, double[] norms, double[] loads, double targetMean, double effectiveRows, double t2Scale)
    {
        var a = weightVectors.Rows - 1;
        if (components < 1 || components > a || mean.Length != weightVectors.Columns || mixing.Rows != a + 1 || mixing.Columns != a + 1 || norms.Length != a + 1 || loads.Length != components)
            throw new ArgumentException("The parts of the model do not fit together.");
        Components = components;
        _firstMixed = [.. Enumerable.Range(0, a + 1).Select(row => FirstMixed(mixing.Row(row)[..row], norms[row]))];
        _projectedMean = [.. Enumerable.Range(0, weightVectors.Rows).Select(r => Products.Dot(weightVectors.Row(r), mean))];
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
    public int Components { get; }
    public int DomainComponents => WeightVectors.Rows - 1;
    public int Bands => Mean.Length;

    /// <summary>A path as a model on bands: estimate with some components, domain with as many or more.</summary>
    public static PlsModel From(PlsPath path, RowProducts rows, int components, int? domainComponents = null)
    {
        var wide = domainComponents ?? components;
        if (components < 1 || components > wide || wide > path.Components)
            throw new ArgumentOutOfRangeException(nameof(components), components, $"The fit has {path.Components} components.");
        var mean = rows.Centre.ToArray();
        var shift = new double[mean.Length];
        for (var i = 0; i < rows.Rows; i++) Products.AddScaled(shift, path.Weights[i] / path.TotalWeight, rows.Centred.Row(i));
        for (var j = 0; j < mean.Length; j++) mean[j] += shift[j];

        var vectors = new RowMatrix(wide + 1, mean.Length);
        var mixing = new RowMatrix(wide + 1, wide + 1);
        for (var a = 0; a <= wide; a++)
        {
            // A dual sums to zero over the rows, so the centred rows serve whatever the weighted mean is.
            for (var i = 0; i < rows.Rows; i++) Products.AddScaled(vectors.Row(a), path.Duals[a, i], rows.Centred.Row(i));
            for (var b = 0; b <= wide; b++) mixing[a, b] = path.Mixing[a, b];
        }
        return new(components, mean, vectors, mixing, path.Norms[..(wide + 1)], path.Loads[..components], path.TargetMean, path.EffectiveRows,
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

    // Rows a block: small enough that block and weight vectors stay in the second-level cache between the product and the distance.
    const int BlockRows = 24;

    /// <summary>Scratch for one block; one a thread.</summary>
    sealed class Workspace(PlsModel model)
    {
        public double[] Projections { get; } = new double[BlockRows * (model.DomainComponents + 1)];
        public double[] Scores { get; } = new double[model.DomainComponents];
    }

    /// <summary>Readings of all rows of pretreated spectra; blocks of rows run in parallel.</summary>
    public PlsReading[] Predict(RowMatrix spectra)
    {
        if (spectra.Columns != Bands) throw new ArgumentException($"The model has {Bands} bands, the spectra {spectra.Columns}.", nameof(spectra));
        var readings = new PlsReading[spectra.Rows];
        Parallel.For(0, (spectra.Rows + BlockRows - 1) / BlockRows, () => new Workspace(this), (block, _, work) =>
        {
            var first = block * BlockRows;
            Predict(spectra, first, work, readings.AsSpan(first, Math.Min(BlockRows, spectra.Rows - first)));
            return work;
        }, _ => { });
        return readings;
    }

    void Predict(RowMatrix spectra, int first, Workspace work, Span<PlsReading> readings)
    {
        var width = DomainComponents + 1;
        // The distances first: they walk straight through the rows and leave them in the cache for the product.
        Span<double> squaredLengths = stackalloc double[BlockRows];
        for (var i = 0; i < readings.Length; i++) squaredLengths[i] = Products.SquaredDistance(spectra.Row(first + i), Mean);
        Products.TimesTransposed(spectra, first, readings.Length, WeightVectors, work.Projections, width);
        for (var i = 0; i < readings.Length; i++)
        {
            var projections = work.Projections.AsSpan(i * width, width);
            for (var a = 0; a < width; a++) projections[a] -= _projectedMean[a];
            readings[i] = Read(projections, squaredLengths[i], work.Scores);
        }
    }

    // One pass over the projections s: scores t, and what is left outside; the reading of the estimate is taken in passing.
    PlsReading Read(ReadOnlySpan<double> s, double squaredLength, Span<double> t)
    {
        double estimate = TargetMean, t2 = 0, outside = squaredLength, ownT2 = 0, ownQ = 0;
        for (var a = 0; a <= t.Length; a++)
        {
            outside -= s[a] * s[a];
            var along = s[a];
            var mixing = _mixing.Row(a);
            for (var b = _firstMixed[a]; b < a; b++) along -= mixing[b] * t[b];
            var q = Math.Max(0, outside + along * along);
            if (a == Components) (ownT2, ownQ) = (t2 * T2Scale, q);
            if (a == t.Length) return new(estimate, ownT2, ownQ, t2 * T2Scale, q);
            t[a] = along / _norms[a];
            if (a < Components) estimate += _loads[a] * t[a];
            t2 += t[a] * t[a];
        }
        throw new InvalidOperationException("A model has one weight vector more than components.");
    }

    // A bidiagonalisation mixes a score with the one before it; what stands before that is rounding, and is skipped where it is no more.
    static int FirstMixed(ReadOnlySpan<double> mixing, double norm)
    {
        var first = 0;
        while (first < mixing.Length - 1 && Math.Abs(mixing[first]) < 1e-10 * norm) first++;
        return first;
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
}

using FourPerMille.Sensor.Estimation.Algebra;

namespace FourPerMille.Sensor.Estimation.Plsr;

/// <summary>
/// K = X·Xᵀ of a calibration set as something that multiplies vectors. Many bands and few rows: K itself, computed once, serves every
/// fold and every weighting. Few bands and many rows: K is never formed, Kq = X(Xᵀq).
/// </summary>
/// <remarks>X is centred by its column means first: K keeps more digits that way, and each fit removes its own weighted mean again.</remarks>
public sealed class RowProducts
{
    readonly RowMatrix? _gram;
    readonly RowMatrix? _bands; // Xᵀ, bands × rows

    public RowProducts(RowMatrix x)
    {
        Centred = x.Copy();
        var mean = new double[x.Columns];
        for (var i = 0; i < x.Rows; i++) Products.AddScaled(mean, 1.0 / x.Rows, x.Row(i));
        for (var i = 0; i < x.Rows; i++) Products.AddScaled(Centred.Row(i), -1, mean);
        Centre = mean;
        if (x.Rows <= 2 * x.Columns) _gram = Products.Gram(Centred);
        else _bands = Centred.Transposed();
        SquaredLengths = new double[x.Rows];
        for (var i = 0; i < x.Rows; i++) SquaredLengths[i] = Products.Dot(Centred.Row(i), Centred.Row(i));
    }

    RowProducts(RowMatrix gram, double[] squaredLengths) =>
        (_gram, Centred, Centre, SquaredLengths) = (gram, new(gram.Rows, 0), [], squaredLengths);

    /// <summary>A Gram matrix computed elsewhere: enough to fit and to predict rows of weight zero, not to make a model of bands.</summary>
    public static RowProducts OfGram(RowMatrix gram) => new(gram, [.. Enumerable.Range(0, gram.Rows).Select(i => gram[i, i])]);

    public int Rows => Centred.Rows;

    /// <summary>The rows less <see cref="Centre"/>.</summary>
    public RowMatrix Centred { get; }

    /// <summary>The rows as they were.</summary>
    public RowMatrix Uncentred()
    {
        var spectra = Centred.Copy();
        var centre = Centre.ToArray();
        for (var i = 0; i < spectra.Rows; i++) Products.AddScaled(spectra.Row(i), 1, centre);
        return spectra;
    }

    /// <summary>The plain mean of all rows, one value a band.</summary>
    public IReadOnlyList<double> Centre { get; }

    /// <summary>The diagonal of K.</summary>
    public double[] SquaredLengths { get; }

    /// <summary>Each row q of <paramref name="vectors"/> becomes Kq.</summary>
    public RowMatrix Times(RowMatrix vectors) => _gram is not null
        ? Products.TimesTransposed(vectors, _gram)
        : Products.TimesTransposed(Products.TimesTransposed(vectors, _bands!), Centred);

    /// <summary>K itself, formed now where it was not needed before.</summary>
    public RowMatrix Gram() => _gram ?? Products.Gram(Centred);
}

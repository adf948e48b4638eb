namespace FourPerMille.Sensor.Estimation.Spectra;

/// <summary>How a standard uncertainty was found (GUM 4.2 and 4.3): from repeated readings, or from anything else.</summary>
public enum Evaluation { A, B }

/// <summary>
/// One source of error of a measured spectrum. What bands have in common does not average over them, so a source says which err as one:
/// the covariance of the spectrum is the sum of such sources (GUM F.1.2.3), and never needs to be written down as a matrix.
/// </summary>
public sealed record InstrumentError
{
    /// <param name="source">A fixed word; sources of one word are one line of a budget.</param>
    /// <param name="relative">Standard uncertainty of each band's reflectance, as a share of it, k = 1.</param>
    /// <param name="together">Bands of one number err by one and the same share; null: each for itself.</param>
    /// <param name="degreesOfFreedom">How well the uncertainty itself is known; infinite for a stated limit.</param>
    /// <param name="from">The record that it comes from, if one states it.</param>
    public InstrumentError(string source, double[] relative, int[]? together, Evaluation evaluation, double degreesOfFreedom = double.PositiveInfinity, string? from = null)
    {
        if (relative.Any(u => !(u >= 0) || double.IsInfinity(u))) throw new ArgumentOutOfRangeException(nameof(relative), $"{source}: an uncertainty is finite and not below zero.");
        if (together is not null && together.Length != relative.Length) throw new ArgumentException($"{source}: {relative.Length} bands, {together.Length} of them told what they err with.", nameof(together));
        if (!(degreesOfFreedom > 0)) throw new ArgumentOutOfRangeException(nameof(degreesOfFreedom), $"{source}: degrees of freedom are above zero.");
        (Source, Relative, Together, Evaluation, DegreesOfFreedom, From) = (source, relative, together, evaluation, degreesOfFreedom, from);
    }

    public string Source { get; }
    public IReadOnlyList<double> Relative { get; }
    public IReadOnlyList<int>? Together { get; }
    public Evaluation Evaluation { get; }
    public double DegreesOfFreedom { get; }
    public string? From { get; }

    /// <summary>The same share in every band, and of one sign: a panel, a lamp.</summary>
    public static InstrumentError Common(string source, int bands, double relative, Evaluation evaluation, double degreesOfFreedom = double.PositiveInfinity, string? from = null) =>
        new(source, [.. Enumerable.Repeat(relative, bands)], new int[bands], evaluation, degreesOfFreedom, from);

    /// <summary>Variance of f where <paramref name="sensitivities"/> are df/d ln R of each band (GUM eq. 13 with correlations of 0 and 1).</summary>
    public double VarianceOf(ReadOnlySpan<double> sensitivities)
    {
        if (sensitivities.Length != Relative.Count) throw new ArgumentException($"{Source}: {Relative.Count} bands, {sensitivities.Length} sensitivities.", nameof(sensitivities));
        var variance = 0.0;
        if (Together is null)
        {
            for (var band = 0; band < sensitivities.Length; band++) variance += Square(sensitivities[band] * Relative[band]);
            return variance;
        }
        foreach (var group in Together.Distinct())
        {
            var asOne = 0.0;
            for (var band = 0; band < sensitivities.Length; band++)
                if (Together[band] == group) asOne += sensitivities[band] * Relative[band];
            variance += Square(asOne);
        }
        return variance;
    }

    static double Square(double x) => x * x;
}

namespace FourPerMille.Sensor.Estimation.Spectra;

/// <summary>One step of a <see cref="PreprocessingChain"/>: a pure function of one spectrum, with a name that says all of it.</summary>
public abstract record PreprocessingStep
{
    /// <summary>As it is written in a chain, for example <c>sg:11:2:1</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The wavelengths that come out, nm.</summary>
    /// <exception cref="ArgumentException">The step cannot work on these bands.</exception>
    public virtual double[] Wavelengths(double[] nanometres) => nanometres;

    /// <summary>Bands that come out of <paramref name="bands"/>.</summary>
    public virtual int OutputLength(int bands) => bands;

    /// <summary>Works on one spectrum; <paramref name="result"/> never overlaps it.</summary>
    public abstract void Apply(ReadOnlySpan<double> spectrum, Span<double> result);
}

/// <summary>A = -log10 R (log(1/R)) of a reflectance 0..1. A reflectance that is not above zero has no absorbance: the result is not a number.</summary>
public sealed record AbsorbanceStep : PreprocessingStep
{
    public override string Name => "absorbance";

    public override void Apply(ReadOnlySpan<double> spectrum, Span<double> result)
    {
        for (var i = 0; i < spectrum.Length; i++) result[i] = spectrum[i] > 0 ? -Math.Log10(spectrum[i]) : double.NaN;
    }
}

/// <summary>
/// Standard normal variate: the row minus its mean, over its standard deviation with n - 1 (Barnes, Dhanoa and Lister 1989, Appl. Spectrosc.
/// 43:772-777). It takes out scatter, and with few bands the albedo that carries most of the carbon signal. A flat spectrum has none: not a number.
/// </summary>
public sealed record SnvStep : PreprocessingStep
{
    public override string Name => "snv";

    public override void Apply(ReadOnlySpan<double> spectrum, Span<double> result)
    {
        double sum = 0, squares = 0;
        foreach (var value in spectrum) sum += value;
        var mean = sum / spectrum.Length;
        foreach (var value in spectrum) squares += (value - mean) * (value - mean);
        var deviation = Math.Sqrt(squares / (spectrum.Length - 1));
        for (var i = 0; i < spectrum.Length; i++) result[i] = deviation > 0 ? (spectrum[i] - mean) / deviation : double.NaN;
    }
}

/// <summary>A Savitzky-Golay filter; it needs evenly spaced bands.</summary>
public sealed record SavitzkyGolayStep : PreprocessingStep
{
    readonly SavitzkyGolay _filter;

    public SavitzkyGolayStep(int window, int order, int derivative, SavitzkyGolayEdges edges) => _filter = new(window, order, derivative, edges);

    public override string Name =>
        $"sg:{_filter.Window}:{_filter.Order}:{_filter.Derivative}" + (_filter.Edges == SavitzkyGolayEdges.Fit ? ":fit" : "");

    public override int OutputLength(int bands) => _filter.OutputLength(bands);

    public override double[] Wavelengths(double[] nanometres)
    {
        var kept = OutputLength(nanometres.Length);
        var step = (nanometres[^1] - nanometres[0]) / (nanometres.Length - 1);
        for (var i = 1; i < nanometres.Length; i++)
            if (Math.Abs(nanometres[i] - nanometres[i - 1] - step) > 0.01 * Math.Abs(step))
                throw new ArgumentException($"{Name} needs evenly spaced bands; {nanometres[i - 1]} and {nanometres[i]} nm are not {step:G4} nm apart.");
        return nanometres.AsSpan((nanometres.Length - kept) / 2, kept).ToArray();
    }

    public override void Apply(ReadOnlySpan<double> spectrum, Span<double> result) => _filter.Apply(spectrum, result);

    public bool Equals(SavitzkyGolayStep? other) => other is not null && other.Name == Name;
    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);
}

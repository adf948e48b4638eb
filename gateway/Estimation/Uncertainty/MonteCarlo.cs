using System.Buffers;
using System.Numerics;

namespace FourPerMille.Sensor.Estimation.Uncertainty;

/// <summary>How an input is distributed about its estimate (JCGM 101:2008, 6.4); all by standard deviation.</summary>
public enum InputShape { Normal, Rectangular, Triangular, StudentT }

/// <summary>One block of draws, a row of equal length for each input; a model reads rows and fills a result of that length.</summary>
public readonly ref struct DrawBlock(ReadOnlySpan<double> rows, int length)
{
    readonly ReadOnlySpan<double> _rows = rows;
    public int Length { get; } = length;
    public ReadOnlySpan<double> this[int input] => _rows.Slice(input * Length, Length);
}

public delegate void BlockModel(DrawBlock draws, Span<double> result);

/// <summary>What a Monte Carlo propagation gives: moments, a coverage interval, and how many draws it took.</summary>
public readonly record struct MonteCarloResult(double Estimate, double StandardUncertainty, double Lower, double Upper, int Draws, ulong Seed);

/// <summary>
/// Propagation of distributions (JCGM 101:2008). Normal inputs may correlate; other shapes are drawn independently. The coverage interval
/// is the probabilistically symmetric one (7.7.2); <see cref="ShortestInterval"/> gives the other.
/// </summary>
public sealed class MonteCarlo
{
    const int BlockLength = 2048, ChunkLength = 32 * BlockLength;
    readonly IReadOnlyList<InputQuantity> _inputs;
    readonly InputShape[] _shapes;
    readonly Correlations _correlations;
    readonly BlockModel _model;

    public MonteCarlo(IReadOnlyList<InputQuantity> inputs, BlockModel model, Correlations? correlations = null, IReadOnlyList<InputShape>? shapes = null)
    {
        (_inputs, _model) = (inputs, model);
        _correlations = correlations ?? new Correlations(inputs.Count);
        _shapes = shapes?.ToArray() ?? new InputShape[inputs.Count];
        if (_shapes.Length != inputs.Count || _correlations.Count != inputs.Count) throw new ArgumentException("Shapes and correlations need one entry an input.");
        for (int i = 0; i < inputs.Count; i++)
            for (int j = 0; j < i; j++)
                if (_correlations[i, j] != 0 && (_shapes[i] != InputShape.Normal || _shapes[j] != InputShape.Normal))
                    throw new ArgumentException($"{inputs[i].Name} and {inputs[j].Name} correlate, so both must be normal.");
    }

    /// <summary>A fixed number of draws.</summary>
    public MonteCarloResult Run(int draws, double probability = 0.95, ulong seed = 20150601)
    {
        // Pooled: a fresh array of a million draws costs a page fault every 512 of them.
        double[] pooled = ArrayPool<double>.Shared.Rent(draws);
        try
        {
            var values = pooled.AsMemory(0, draws);
            Fill(values, seed, firstStream: 0);
            return Summarise(values.Span, probability, seed);
        }
        finally { ArrayPool<double>.Shared.Return(pooled); }
    }

    /// <summary>
    /// JCGM 101, 7.9: blocks of max(100/(1-p), 10^4) draws until estimate, uncertainty and both ends are each stable
    /// (two standard errors) within half a unit of the last of so many significant digits of u.
    /// </summary>
    /// <param name="tolerance">The delta of 7.9.2 in the unit of the result; null: from <paramref name="significantDigits"/> of u.</param>
    public MonteCarloResult RunAdaptive(double probability = 0.95, int significantDigits = 2, ulong seed = 20150601, double? tolerance = null, int maximumDraws = 20_000_000)
    {
        int block = Math.Max((int)Math.Ceiling(100 / (1 - probability)), 10_000);
        var blocks = new List<double[]>();
        var summaries = new List<MonteCarloResult>();
        ulong stream = 0;
        do
        {
            var values = new double[block];
            stream = Fill(values, seed, stream);
            blocks.Add(values);
            summaries.Add(Summarise(values, probability, seed));
        }
        while (!AreStable(summaries, significantDigits, tolerance) && (long)(blocks.Count + 1) * block <= maximumDraws);
        return Summarise([.. blocks.SelectMany(v => v)], probability, seed);
    }

    /// <summary>Two standard errors of each figure's mean over the blocks, against delta from u over all of them.</summary>
    static bool AreStable(List<MonteCarloResult> blocks, int significantDigits, double? tolerance)
    {
        if (blocks.Count < 2) return false;
        double u = Math.Sqrt(blocks.Average(b => b.StandardUncertainty * b.StandardUncertainty));
        double delta = tolerance ?? NumericalTolerance(u, significantDigits);
        return new Func<MonteCarloResult, double>[] { b => b.Estimate, b => b.StandardUncertainty, b => b.Lower, b => b.Upper }.All(figure =>
        {
            double mean = blocks.Average(figure);
            double variance = blocks.Sum(b => (figure(b) - mean) * (figure(b) - mean)) / (blocks.Count - 1) / blocks.Count;
            return 2 * Math.Sqrt(variance) <= delta;
        });
    }

    /// <summary>7.9.2: u = c 10^l with c of so many digits; delta = 10^l / 2.</summary>
    public static double NumericalTolerance(double u, int significantDigits) =>
        u > 0 ? 0.5 * Math.Pow(10, Math.Floor(Math.Log10(u)) - significantDigits + 1) : double.PositiveInfinity;

    /// <summary>The shortest interval holding the probability (5.3.4), over all that start at an order statistic. Sorts the values.</summary>
    public static (double Lower, double Upper) ShortestInterval(double[] values, double probability)
    {
        Array.Sort(values);
        int held = (int)(probability * values.Length + 0.5), best = 0;
        for (int r = 1; r + held < values.Length; r++)
            if (values[r + held] - values[r] < values[best + held] - values[best]) best = r;
        return (values[best], values[best + held]);
    }

    /// <summary>
    /// Draws of the result, for whoever needs more than a summary of them. Each chunk has a stream of its own, so the draws are the
    /// same however many processors share the work. Returns the next unused stream.
    /// </summary>
    public ulong Fill(Memory<double> results, ulong seed, ulong firstStream)
    {
        int chunks = (results.Length + ChunkLength - 1) / ChunkLength;
        Parallel.For(0, chunks, chunk =>
        {
            int start = chunk * ChunkLength;
            Fill(results.Span.Slice(start, Math.Min(ChunkLength, results.Length - start)), new NormalGenerator(seed, firstStream + (ulong)chunk));
        });
        return firstStream + (ulong)chunks;
    }

    void Fill(Span<double> results, NormalGenerator generator)
    {
        int n = _inputs.Count;
        double[] rows = new double[n * BlockLength];
        while (!results.IsEmpty)
        {
            int length = Math.Min(BlockLength, results.Length);
            var block = rows.AsSpan(0, n * length);
            for (int i = 0; i < n; i++) Draw(block.Slice(i * length, length), i, generator);
            Correlate(block, length);
            for (int i = 0; i < n; i++) Scale(block.Slice(i * length, length), _inputs[i].Estimate, _inputs[i].StandardUncertainty);
            _model(new DrawBlock(block, length), results[..length]);
            results = results[length..];
        }
    }

    /// <summary>Standardised draws: mean zero, standard deviation one (Student's t: the scale of JCGM 101, 6.4.9).</summary>
    void Draw(Span<double> into, int input, NormalGenerator generator)
    {
        switch (_shapes[input])
        {
            case InputShape.Normal:
                generator.FillNormal(into);
                break;
            case InputShape.Rectangular:
                generator.FillUniform(into);
                foreach (ref double x in into) x = (2 * x - 1) * Math.Sqrt(3);
                break;
            case InputShape.Triangular:
                double[] second = new double[into.Length];
                generator.FillUniform(into);
                generator.FillUniform(second);
                for (int i = 0; i < into.Length; i++) into[i] = (into[i] + second[i] - 1) * Math.Sqrt(6);
                break;
            case InputShape.StudentT:
                DrawStudent(into, _inputs[input].DegreesOfFreedom, generator);
                break;
        }
    }

    /// <summary>Normal over the root of a mean of squares, for whole degrees of freedom; JCGM 101, 6.4.9.4.</summary>
    static void DrawStudent(Span<double> into, double degreesOfFreedom, NormalGenerator generator)
    {
        generator.FillNormal(into);
        if (double.IsInfinity(degreesOfFreedom)) return;
        int whole = Math.Max(1, (int)degreesOfFreedom);
        double[] squares = new double[whole];
        foreach (ref double x in into)
        {
            generator.FillNormal(squares);
            double sum = 0;
            foreach (double s in squares) sum += s * s;
            x /= Math.Sqrt(sum / whole);
        }
    }

    /// <summary>x = L z, from the last input up, so that the z a later row needs are still there.</summary>
    void Correlate(Span<double> block, int length)
    {
        var l = _correlations.Factor;
        for (int i = _inputs.Count - 1; i > 0; i--)
        {
            bool independent = true;
            for (int j = 0; j < i; j++) independent &= l[i, j] == 0;
            if (independent) continue;
            var row = block.Slice(i * length, length);
            Scale(row, 0, l[i, i]);
            for (int j = 0; j < i; j++)
                if (l[i, j] != 0) AddScaled(row, block.Slice(j * length, length), l[i, j]);
        }
    }

    static void Scale(Span<double> row, double mean, double factor)
    {
        int width = Vector<double>.Count, i = 0;
        for (; i <= row.Length - width; i += width) (new Vector<double>(row[i..]) * factor + new Vector<double>(mean)).CopyTo(row[i..]);
        for (; i < row.Length; i++) row[i] = row[i] * factor + mean;
    }

    static void AddScaled(Span<double> row, ReadOnlySpan<double> other, double factor)
    {
        int width = Vector<double>.Count, i = 0;
        for (; i <= row.Length - width; i += width) (new Vector<double>(row[i..]) + new Vector<double>(other[i..]) * factor).CopyTo(row[i..]);
        for (; i < row.Length; i++) row[i] += other[i] * factor;
    }

    static MonteCarloResult Summarise(ReadOnlySpan<double> values, double probability, ulong seed)
    {
        double mean = Sum(values, 0, squared: false) / values.Length;
        double variance = Sum(values, mean, squared: true) / (values.Length - 1);
        // 7.7.2: q values inside, the rest split evenly.
        int held = (int)(probability * values.Length + 0.5), low = Math.Max(1, (values.Length - held + 1) / 2);
        double[] ends = OrderStatistics.At(values, low - 1, Math.Min(values.Length, low + held) - 1);
        return new(mean, Math.Sqrt(variance), ends[0], ends[1], values.Length, seed);
    }

    static double Sum(ReadOnlySpan<double> values, double about, bool squared)
    {
        int width = Vector<double>.Count, i = 0;
        Vector<double> centre = new(about), a = Vector<double>.Zero, b = Vector<double>.Zero;
        for (; i <= values.Length - 2 * width; i += 2 * width)
        {
            var x = new Vector<double>(values[i..]) - centre;
            var y = new Vector<double>(values[(i + width)..]) - centre;
            a += squared ? x * x : x;
            b += squared ? y * y : y;
        }
        double sum = Vector.Sum(a + b);
        for (; i < values.Length; i++) sum += squared ? (values[i] - about) * (values[i] - about) : values[i] - about;
        return sum;
    }
}

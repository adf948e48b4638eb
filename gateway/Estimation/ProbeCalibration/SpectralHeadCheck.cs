namespace FourPerMille.Sensor.Estimation.ProbeCalibration;

/// <summary>What repeated shots of dark and white say of one band: level, repeatability, and what is wrong with it.</summary>
public readonly record struct BandCheck(double White, double Dark, double RelativeRepeatability, double? ChangeSinceLast, Complaint? Complaint);

/// <summary>How shots of one panel differ, as shares of it: what all bands have in common (lamp, placement), and what each has of its own (noise).</summary>
/// <param name="DarkCounts">Standard deviation of one band's dark count over the dark shots; null where there was but one.</param>
public sealed record HeadRepeatability(int Shots, double Common, double EachBand, double CommonFreedom, double EachBandFreedom, double? DarkCounts, double DarkFreedom)
{
    /// <summary>Type A, from the shots of the panel and of the dark (GUM 4.2).</summary>
    public static HeadRepeatability Of(IReadOnlyList<double[]> white, IReadOnlyList<double[]> dark)
    {
        var (shots, bands) = (white.Count, white[0].Length);
        double[] darkMean = [.. Enumerable.Range(0, bands).Select(b => dark.Average(s => s[b]))];
        double[] mean = [.. Enumerable.Range(0, bands).Select(b => white.Average(s => s[b]) - darkMean[b])];
        double[][] relative = [.. white.Select(s => s.Select((v, b) => (v - darkMean[b]) / mean[b] - 1).ToArray())];
        double[] together = [.. relative.Select(r => r.Average())];
        double commonFreedom = shots - 1, eachFreedom = (shots - 1) * (bands - 1.0);
        var each = relative.Select((r, s) => r.Sum(v => Square(v - together[s]))).Sum() / eachFreedom;
        // The mean over the bands still holds a share of their own noise.
        var common = Math.Max(0, together.Sum(Square) / commonFreedom - each / bands);
        var darkFreedom = (dark.Count - 1) * (double)bands;
        double? darkCounts = dark.Count < 2 ? null : Math.Sqrt(dark.Sum(s => s.Select((v, b) => Square(v - darkMean[b])).Sum()) / darkFreedom);
        return new(shots, Math.Sqrt(common), Math.Sqrt(each), commonFreedom, eachFreedom, darkCounts, darkFreedom);
    }

    static double Square(double x) => x * x;
}

/// <summary>
/// The white reference of a reflectance head from repeated shots, band by band. R = (S - D)/(W - D) R_panel, so a relative error
/// of W - D is one of every reflectance until the next white: it is shared by all of them, and goes into the error group of the certificate.
/// </summary>
public static class SpectralHeadCheck
{
    public const int SaturationCounts = 65_535, LeastShots = 3;
    const double LeastSignalCounts = 500, LargestRepeatability = 0.01, LargestChange = 0.05, LargestDarkShare = 0.02;

    /// <param name="white">Shots of the panel, each with a count for every band.</param>
    /// <param name="dark">Shots with the lamp off.</param>
    /// <param name="lastWhite">White less dark of the last certificate at the same settings, to see the drift.</param>
    public static BandCheck[] Of(IReadOnlyList<double[]> white, IReadOnlyList<double[]> dark, double[]? lastWhite = null)
    {
        if (white.Count < LeastShots || dark.Count < 1) throw new ArgumentException($"A white reference needs {LeastShots} shots of the panel and one of the dark.");
        int bands = white[0].Length;
        if (white.Concat(dark).Any(s => s.Length != bands) || (lastWhite is not null && lastWhite.Length != bands)) throw new ArgumentException("Every shot has a count for every band.");
        return Enumerable.Range(0, bands).Select(band =>
        {
            double[] shots = white.Select(s => s[band]).ToArray();
            double mean = shots.Average(), darkMean = dark.Average(s => s[band]), signal = mean - darkMean;
            double repeatability = Math.Sqrt(shots.Sum(s => (s - mean) * (s - mean)) / (shots.Length - 1)) / signal;
            double? change = lastWhite is null ? null : signal / lastWhite[band] - 1;
            return new BandCheck(mean, darkMean, repeatability, change, KindOf(shots, darkMean, signal, repeatability, change) is { } kind ? new Complaint(kind, band + 1) : null);
        }).ToArray();
    }

    static ComplaintKind? KindOf(double[] shots, double dark, double signal, double repeatability, double? change) =>
        shots.Any(s => s >= SaturationCounts) ? ComplaintKind.BandSaturated
        : signal < LeastSignalCounts ? ComplaintKind.BandTooDark
        : dark > LargestDarkShare * signal ? ComplaintKind.BandDarkIsLit
        : repeatability > LargestRepeatability ? ComplaintKind.BandUnrepeatable
        : change is { } c && Math.Abs(c) > LargestChange ? ComplaintKind.BandChanged
        : null;
}

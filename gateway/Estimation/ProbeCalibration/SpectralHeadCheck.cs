namespace FourPerMille.Sensor.Estimation.ProbeCalibration;

/// <summary>What repeated shots of dark and white say of one band: level, repeatability, and what is wrong with it.</summary>
public readonly record struct BandCheck(double White, double Dark, double RelativeRepeatability, double? ChangeSinceLast, Complaint? Complaint);

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

using FourPerMille.Sensor.Estimation.ProbeCalibration;
using FourPerMille.Sensor.Estimation.Spectra;
using FourPerMille.Sensor.Gateway.Observations;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Gateway.Calibration;

/// <summary>
/// What is uncertain in a head's reflectance R = S / W · panel, source by source: of the panel and its shots as the certificate states them, of the lamps
/// since then, and of the shot itself. Pure; the reasons for each figure are in Estimation/DESIGN.md, "The head's own errors".
/// </summary>
public static class HeadErrors
{
    /// <summary>Relative standard uncertainty of a panel's or tile's stated reflectance, where its maker's certificate says no other: half a percent.</summary>
    public const double PanelShare = 0.005;

    /// <summary>A white that changed by more than this since the last is complained of (<see cref="ComplaintKind.BandChanged"/>): so far a head may go unnoticed until its certificate ends.</summary>
    public const double DriftLimit = 0.05;

    /// <summary>
    /// Which of the three lamps gives most of a band's light: violet, 405 nm; white, 5700 K; infrared, 875 nm (board of the AS7265x). A lamp ages as one, and each by itself.
    /// </summary>
    static readonly int[] Lamps = [0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2]; // 410, 435 | 460 … 730 | 760 … 940 nm

    static readonly double RoundingShare = 1 / Math.Sqrt(12), LimitShare = 1 / Math.Sqrt(3);

    /// <summary>What a certificate says of its white, in its own terms; one that was written without terms speaks by its residual and by what is usual.</summary>
    public static IReadOnlyList<CertificateTerm> Terms(Certificate head) => head.Terms ??
    [
        new(TermSource.Panel, PanelShare, "1", Evaluation.B, true, null, "usual"),
        new(TermSource.White, head.ResidualSd / Math.Sqrt(SpectralHeadCheck.LeastShots), "1", Evaluation.A, false),
        new(TermSource.Shot, head.ResidualSd, "1", Evaluation.A, false),
        Drift(),
    ];

    /// <summary>What is not in the budget of an estimate from this shot.</summary>
    public static IReadOnlyList<string> NotIncluded(ReflectanceSpectrum shot)
    {
        var head = shot.Certificate.Content;
        List<string> missing = [.. head.NotIncluded ?? TermSource.NotIncluded(CertificateKind.SpectralHead)];
        if (Terms(head).All(t => t.Source != TermSource.Tile)) missing.Add(TermSource.Tile);
        // The panel restated at another gain goes by the nominal ratio of gains.
        if (shot.Notes.Contains(Note.OtherGain)) missing.Add(TermSource.Gain);
        return missing;
    }

    /// <summary>By the end of the validity, as the standard uncertainty of a rectangular distribution (GUM 4.3.7).</summary>
    public static CertificateTerm Drift() => new(TermSource.Drift, DriftLimit * LimitShare, "1", Evaluation.B, true, null, "limit between two whites, reached when the certificate ends; each lamp by itself");

    /// <summary>Terms of a new certificate, from the shots on the bench.</summary>
    /// <param name="tileErrors">Of each band: what the tile reflects by this white over what its maker says, less one; null where no tile was shot at these settings.</param>
    /// <param name="panelShare">Relative standard uncertainty of the panel's reflectance.</param>
    public static IReadOnlyList<CertificateTerm> TermsOf(HeadRepeatability shots, double panelShare, double[]? tileErrors)
    {
        var rootOfShots = Math.Sqrt(shots.Shots);
        List<CertificateTerm> terms =
        [
            new(TermSource.Panel, panelShare, "1", Evaluation.B, true, null, "as typed in from the panel's own certificate"),
            new(TermSource.White, shots.Common / rootOfShots, "1", Evaluation.A, true, shots.CommonFreedom),
            new(TermSource.White, shots.EachBand / rootOfShots, "1", Evaluation.A, false, shots.EachBandFreedom),
            new(TermSource.Shot, shots.Common, "1", Evaluation.A, true, shots.CommonFreedom),
            new(TermSource.Shot, shots.EachBand, "1", Evaluation.A, false, shots.EachBandFreedom),
        ];
        if (shots.DarkCounts is { } dark) terms.Add(new(TermSource.Dark, dark, "counts", Evaluation.A, false, shots.DarkFreedom));
        if (tileErrors is { Length: > 1 })
        {
            // What the tile shows to be wrong is not corrected, so it is uncertain by as much (GUM F.2.4.5).
            var mean = tileErrors.Average();
            terms.Add(new(TermSource.Tile, Math.Abs(mean), "1", Evaluation.B, true));
            terms.Add(new(TermSource.Tile, Math.Sqrt(tileErrors.Sum(e => (e - mean) * (e - mean)) / (tileErrors.Length - 1)), "1", Evaluation.A, false, tileErrors.Length - 1));
        }
        terms.Add(Drift());
        return terms;
    }

    /// <summary>The errors of one shot's reflectance.</summary>
    public static IReadOnlyList<InstrumentError> Of(StoredReading shot, IssuedCertificate head)
    {
        var (counts, from) = (shot.Raw.BandCounts.Select(c => Math.Max(1.0, c)).ToArray(), head.RecordId.ToString());
        var errors = Terms(head.Content).Select(term => Error(term, counts, Age(head.Content, shot.Time.Middle), from)).ToList();
        if (errors.All(e => e.Source != TermSource.Dark))
            // Lit and dark are whole counts each.
            errors.Add(new(TermSource.Dark, [.. counts.Select(c => Math.Sqrt(2) * RoundingShare / c)], null, Evaluation.B));
        errors.Add(new(TermSource.Companding, [.. counts.Select(c => RoundingShare * Companding.Step(Companding.Encode((int)c)) / c)], null, Evaluation.B));
        return errors;
    }

    static InstrumentError Error(CertificateTerm term, double[] counts, double age, string from)
    {
        var freedom = term.DegreesOfFreedom ?? double.PositiveInfinity;
        return term.Source switch
        {
            TermSource.Drift => new(term.Source, [.. counts.Select(_ => term.U * age)], Lamps, term.Type, freedom, from),
            // Two readings, lit and dark, each with the scatter of the dark.
            TermSource.Dark => new(term.Source, [.. counts.Select(c => Math.Sqrt(2) * term.U / c)], null, term.Type, freedom, from),
            _ when term.IsShared => InstrumentError.Common(term.Source, counts.Length, term.U, term.Type, freedom, from),
            _ => new(term.Source, [.. counts.Select(_ => term.U)], null, term.Type, freedom, from),
        };
    }

    /// <summary>Time since the white was taken over the time it was to serve; above 1 once it has expired. In whole seconds, as records carry them.</summary>
    static double Age(Certificate head, DateTimeOffset at)
    {
        var (issued, until) = (head.Issued.ToUnixTimeSeconds(), head.ValidUntil.ToUnixTimeSeconds());
        return Math.Abs(at.ToUnixTimeSeconds() - issued) / Math.Max(1.0, until - issued);
    }
}

using System.Globalization;
using FourPerMille.Sensor.Estimation.ProbeCalibration;
using FourPerMille.Sensor.Estimation.Spectra;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Gateway.Calibration.Sessions;

/// <summary>What the points so far come to: a curve with what is wrong with it, or why there is none yet. Pure.</summary>
/// <param name="Missing">What is still wanted: a step, or <c>oven</c> (dry masses), or <c>more</c> (the points do not fix the curve); null where a certificate can be made.</param>
/// <param name="Terms">What the uncertainty comes from, source by source; what points share is in the covariance.</param>
/// <param name="Complaints">What an eye would look for: outliers, a point that carries the fit alone, scatter the uncertainties do not explain.</param>
public sealed record CalibrationFit(string? Missing, int MissingCount, double[] Coefficients, double[][]? Covariance, double ResidualSd,
    double[][] Points, double[] Residuals, WhiteReference? White, IReadOnlyList<Complaint> Complaints, IReadOnlyList<CertificateTerm>? Terms = null)
{
    /// <summary>A usual capacitive probe spans some 1000 counts from air to water; one that spans less sees water badly.</summary>
    const double LeastSpanCounts = 400;

    /// <summary>Beyond this the head does not reflect what the tile's maker says: panel, window or lamp are not what they should be.</summary>
    const double LargestTileError = 0.03;

    /// <summary>A parabola through fewer points follows their scatter.</summary>
    const int LeastForParabola = 7;

    public bool IsComplete => Missing is null;

    public static CalibrationFit Of(CalibrationSession session)
    {
        var used = session.Points.Where(point => !point.IsLeftOut).ToList();
        if (Wanted(session.Kind, used) is var (what, count)) return Wants(what, count);
        try
        {
            return session.Kind switch
            {
                CertificateKind.Moisture => Moisture(used),
                CertificateKind.Temperature => Temperature(used),
                CertificateKind.Co2 => CarbonDioxide(used),
                _ => Head(used),
            };
        }
        catch (CannotFitException unfixed)
        {
            return Wants("more", 1) with { Complaints = [unfixed.Complaint] };
        }
    }

    static (string What, int Count)? Wanted(CertificateKind kind, List<CalibrationPoint> used)
    {
        foreach (var step in CalibrationPlan.Of(kind).Where(step => step.IsInFit))
        {
            var taken = used.Where(point => point.Step == step.Word).ToList();
            if (taken.Count < step.Times) return (step.Word, step.Times - taken.Count);
            if (step.Times - taken.Count(point => point.Reference is not null) is > 0 and var unweighed) return ("oven", unweighed);
        }
        return null;
    }

    static CalibrationFit Wants(string what, int count) => new(what, count, [], null, 0, [], [], null, []);

    static CalibrationFit Moisture(List<CalibrationPoint> used)
    {
        var soil = used.Where(point => point.Step == "soil" && point.Reference is not null).ToList();
        var curve = MoistureCurve.Of([.. soil.Select(point => (point.Probe, point.Reference!.Value))], degree: soil.Count < LeastForParabola ? 1 : 2,
            // A ring is known by its volume; its error is that of all its cores.
            rings: [.. soil.Select(point => point.Inputs.GetValueOrDefault("volume"))]);
        var complaints = new List<Complaint>(curve.Complaints);
        if (used.LastOrDefault(point => point.Step == "air") is { } air && used.LastOrDefault(point => point.Step == "water") is { } water && Math.Abs(air.Probe - water.Probe) < LeastSpanCounts)
            complaints.Add(new(ComplaintKind.SpanSmall, Math.Round(Math.Abs(air.Probe - water.Probe)), LeastSpanCounts));
        return Made(curve.Fit, complaints.Concat(Restless(used)), soil.Select(point => new[] { point.Probe / 1000, point.Reference!.Value }),
        [
            new(TermSource.RingVolume, GravimetricSample.VolumeShare, "1", Evaluation.B, true, null, "a ring driven in by hand, ISO 11272; common to all cores of a ring, in the covariance"),
            new(TermSource.Balance, GravimetricSample.BalanceGrams, "g", Evaluation.B, false, null, "one weighing; in the scatter of the points"),
        ]);
    }

    static CalibrationFit Temperature(List<CalibrationPoint> used)
    {
        var correction = TemperatureCorrection.Of([.. used.Select(point => new TemperaturePoint(point.Probe, point.Reference!.Value, Combined(point), point.ReferenceUncertainty!.Value, point.Step))]);
        return Made(correction.Fit, correction.Complaints.Concat(Restless(used)), used.Select(Pair),
            [.. used.GroupBy(point => point.Step).Select(standard => new CertificateTerm(standard.Key == "ice" ? TermSource.Ice : TermSource.Thermometer, standard.Max(point => point.ReferenceUncertainty!.Value), "Cel",
                Evaluation.B, true, null, "common to all its points, in the covariance"))]);
    }

    static CalibrationFit CarbonDioxide(List<CalibrationPoint> used)
    {
        var correction = CarbonDioxideCorrection.Of([.. used.Select(point => (point.Probe, point.Reference!.Value, Combined(point)))],
            // One bottle is known by what its certificate states.
            [.. used.Select(point => ((string?)point.Reference!.Value.ToString("R", CultureInfo.InvariantCulture), point.ReferenceUncertainty!.Value))]);
        return Made(correction.Fit, correction.Complaints.Concat(Restless(used)), used.Select(Pair),
            [.. used.GroupBy(point => point.Reference!.Value).Select(gas => new CertificateTerm(TermSource.Gas, gas.Max(point => point.ReferenceUncertainty!.Value), "ppm",
                Evaluation.B, true, null, FormattableString.Invariant($"gas of {gas.Key} ppm; common to all its points, in the covariance")))]);
    }

    static CalibrationFit Head(List<CalibrationPoint> used)
    {
        var panel = used.Last(point => point.Step == "panel");
        var bands = SpectralHeadCheck.Of(panel.Shots!.Lit, panel.Shots.Dark);
        var white = new WhiteReference(panel.Shots.Gain, panel.Shots.IntegrationCode, [.. bands.Select(band => Math.Max(1, (int)Math.Round(band.White - band.Dark)))],
            [.. Enumerable.Repeat(panel.Reference!.Value, Reading.BandCount)]);
        var complaints = bands.Select(band => band.Complaint).OfType<Complaint>()
            .Concat(used.Where(point => point.Step == "tile").SelectMany(tile => TileErrors(tile, bands, panel))).Concat(Restless(used));
        var shots = HeadRepeatability.Of(panel.Shots.Lit, panel.Shots.Dark);
        var checks = used.Where(point => point.Step == "tile").Select(tile => TileReflectance(tile, bands, panel) is { } seen ? seen.Select(r => r / tile.Reference!.Value - 1).ToArray() : null);
        // A relative error of the white is one of every reflectance until the next: it goes into the certificate's own error group.
        var repeatability = Math.Sqrt(bands.Average(band => band.RelativeRepeatability * band.RelativeRepeatability));
        return new(null, 0, [], null, repeatability, [], [.. bands.Select(band => band.RelativeRepeatability)], white, [.. complaints], HeadErrors.TermsOf(shots, panel.ReferenceUncertainty ?? HeadErrors.PanelShare, checks.OfType<double[]>().LastOrDefault()));
    }

    /// <summary>The tile as this white makes it, against what its maker says.</summary>
    static IEnumerable<Complaint> TileErrors(CalibrationPoint tile, BandCheck[] bands, CalibrationPoint panel)
    {
        if (TileReflectance(tile, bands, panel) is not { } reflectance)
        {
            yield return new(ComplaintKind.TileAtOtherGain);
            yield break;
        }
        for (var band = 0; band < bands.Length; band++)
            if (Math.Abs(reflectance[band] - tile.Reference!.Value) > LargestTileError)
                yield return new(ComplaintKind.TileDiffers, band + 1, Math.Round(reflectance[band], 3), Math.Round(tile.Reference!.Value, 3));
    }

    /// <summary>By this white, band by band; null where tile and panel were shot at different settings.</summary>
    static double[]? TileReflectance(CalibrationPoint tile, BandCheck[] bands, CalibrationPoint panel) =>
        tile.Shots!.Gain != panel.Shots!.Gain || tile.Shots.IntegrationCode != panel.Shots.IntegrationCode ? null :
        [
            .. bands.Select((band, b) => (tile.Shots.Lit.Average(shot => shot[b]) - tile.Shots.Dark.Average(shot => shot[b])) / (band.White - band.Dark) * panel.Reference!.Value),
        ];

    static CalibrationFit Made(LeastSquares fit, IEnumerable<Complaint> complaints, IEnumerable<double[]> points, IReadOnlyList<CertificateTerm> terms) =>
        new(null, 0, fit.Coefficients, fit.Covariance, fit.ResidualSd, [.. points], fit.Residuals, null, [.. complaints], terms);

    static double[] Pair(CalibrationPoint point) => [point.Probe, point.Reference!.Value];

    static double Combined(CalibrationPoint point) => double.Hypot(point.ProbeUncertainty, point.ReferenceUncertainty!.Value);

    static IEnumerable<Complaint> Restless(List<CalibrationPoint> used) =>
        used.Where(point => !point.WasStable).Select(point => new Complaint(ComplaintKind.TakenUnsettled, point.Step, point.Restless ?? ""));
}

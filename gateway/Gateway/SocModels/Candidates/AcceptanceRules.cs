using FourPerMille.Sensor.Estimation.Domain;
using FourPerMille.Sensor.Gateway.SocModels.Cores;
using FourPerMille.Sensor.Gateway.SocModels.Laboratory;
using MathNet.Numerics.Distributions;

namespace FourPerMille.Sensor.Gateway.SocModels.Candidates;

/// <summary>How a rule comes out: it holds, it is worth a look, or it bars.</summary>
public enum RuleVerdict { Holds, Note, Bars }

/// <summary>A number with the decimals it is shown with.</summary>
public readonly record struct Figure(double Value, int Decimals);

/// <summary>One line of the gate.</summary>
/// <param name="Rule">Names its sentences in the language files: <c>model.gate-{rule}-{case}</c>.</param>
/// <param name="Case">Which of them: holds, note, bars, or a word of its own.</param>
/// <param name="Parts">Texts, whole numbers and <see cref="Figure"/>s that fill it in.</param>
public sealed record RuleLine(string Rule, RuleVerdict Verdict, string Case, IReadOnlyList<object> Parts)
{
    public string Key => $"gate-{Rule}-{Case}";
}

/// <summary>How wet the region was.</summary>
/// <param name="Days">Node-days on record that state a water content.</param>
/// <param name="Wetter">Those whose mean lies above the wettest core.</param>
public sealed record WetDays(int Days, int Wetter);

/// <summary>
/// Whether a candidate may be accepted, rule by rule, with what to do where it may not. The rules are stated before anybody has seen a figure and are
/// the same for all; a technician can refuse what they let pass, never accept what they bar. Pure.
/// </summary>
public static class AcceptanceRules
{
    /// <summary>A point fewer, and a stratum's spread is a guess.</summary>
    const int PointsPerStratum = 3;

    const double LeastJudged = 0.8, MostLeftOut = 0.1, MostWetDays = 0.2, Level = 0.9, Band = 0.95;

    /// <summary>Standard deviation over RMSECV: below 1.4 a calibration cannot be relied on (category C of Chang et al. 2001, Soil Sci. Soc. Am. J. 65:480-490).</summary>
    const double LeastRpd = 1.4;

    /// <summary>Modified z-score beyond which a value is labelled an outlier (Iglewicz and Hoaglin 1993, How to Detect and Handle Outliers, ASQC).</summary>
    const double OutlierScore = 3.5, NormalMad = 0.6745;

    const int FewestWetCores = 5, NamesShown = 6;

    /// <param name="planned">Points of each stratum in the plan.</param>
    public static IReadOnlyList<RuleLine> Judge(ModelCandidate candidate, IReadOnlyList<CoreEntry> entries, IReadOnlyList<(string Stratum, int Points)> planned, WetDays wet)
    {
        var lines = new List<RuleLine> { Cores(candidate, planned), Strata(candidate, planned), Inputs(candidate, entries), Method(candidate, entries), Replicates(entries), LeftOut(candidate) };
        if (candidate.Figures is { } figures) lines.AddRange([Judged(candidate, figures), Coverage(figures), Spread(candidate, figures), Bias(candidate), Outliers(candidate, entries), Wet(candidate, wet)]);
        else lines.Add(Line("judged", RuleVerdict.Bars, 0, candidate.Cores.Count));
        return lines;
    }

    public static bool MayBeAccepted(IEnumerable<RuleLine> lines) => lines.All(line => line.Verdict != RuleVerdict.Bars);

    /// <summary>Thirty points: layers of one core are no thirty cores.</summary>
    static RuleLine Cores(ModelCandidate candidate, IReadOnlyList<(string Stratum, int Points)> planned)
    {
        if (candidate.Points >= CoreCount.ForModel) return Line("cores", RuleVerdict.Holds, candidate.Points, candidate.Cores.Count);
        var missing = CoreCount.ForModel - candidate.Points;
        var open = planned.Select(p => (p.Stratum, Open: p.Points - PointsIn(candidate, p.Stratum))).Where(p => p.Open > 0).ToList();
        return open.Sum(p => p.Open) >= missing
            ? Line("cores", RuleVerdict.Bars, candidate.Points, CoreCount.ForModel, missing, string.Join(", ", open.Select(p => $"{p.Stratum}: {p.Open}")))
            : new("cores", RuleVerdict.Bars, "bars-new", [candidate.Points, CoreCount.ForModel, missing]);
    }

    static RuleLine Strata(ModelCandidate candidate, IReadOnlyList<(string Stratum, int Points)> planned)
    {
        var thin = planned.Select(p => (p.Stratum, Missing: PointsPerStratum - PointsIn(candidate, p.Stratum))).Where(p => p.Missing > 0).ToList();
        return thin.Count == 0 ? Line("strata", RuleVerdict.Holds, planned.Count, PointsPerStratum) : Line("strata", RuleVerdict.Bars, string.Join(", ", thin.Select(p => $"{p.Stratum}: {p.Missing}")));
    }

    static RuleLine Inputs(ModelCandidate candidate, IReadOnlyList<CoreEntry> entries) =>
        CandidateTraining.InputsOf(entries) == candidate.Inputs ? Line("inputs", RuleVerdict.Holds) : Line("inputs", RuleVerdict.Bars);

    /// <summary>Wet oxidation and dry combustion differ by more than a model errs: one model speaks one of them.</summary>
    static RuleLine Method(ModelCandidate candidate, IReadOnlyList<CoreEntry> entries)
    {
        var methods = entries.Where(e => e.IsUsed).SelectMany(e => e.Results).Select(r => r.Method).Distinct().ToList();
        if (methods.Count > 1) return new("method", RuleVerdict.Bars, "bars-mixed", []);
        if (candidate.LibraryMethod is not { } said || methods.Count == 0) return Line("method", RuleVerdict.Holds, candidate.Method);
        return LaboratoryLine.FamilyOf(said) switch
        {
            null => Line("method", RuleVerdict.Note, said, candidate.Method),
            var family when family == methods[0] => Line("method", RuleVerdict.Holds, candidate.Method),
            _ => Line("method", RuleVerdict.Bars, said, candidate.Method),
        };
    }

    static RuleLine Replicates(IReadOnlyList<CoreEntry> entries)
    {
        var apart = entries.Where(e => e.IsUsed && e.DoReplicatesDisagree && e.Sample.Explained is null).Select(e => e.Sample.Id).ToList();
        return apart.Count == 0 ? Line("replicates", RuleVerdict.Holds) : Line("replicates", RuleVerdict.Bars, Names(apart));
    }

    static RuleLine LeftOut(ModelCandidate candidate)
    {
        if (candidate.LeftOut.Count == 0) return Line("leftout", RuleVerdict.Holds);
        var all = candidate.LeftOut.Count + candidate.Cores.Count;
        return Line("leftout", candidate.LeftOut.Count <= MostLeftOut * all ? RuleVerdict.Note : RuleVerdict.Bars, candidate.LeftOut.Count, all, Percent(MostLeftOut));
    }

    static RuleLine Judged(ModelCandidate candidate, CandidateFigures figures) =>
        Line("judged", figures.Judged >= LeastJudged * candidate.Cores.Count ? RuleVerdict.Holds : RuleVerdict.Bars, figures.Judged, candidate.Cores.Count);

    /// <summary>The intervals say 90 %: that many of the held-out cores lie inside, give or take what chance allows (binomial, 95 %).</summary>
    static RuleLine Coverage(CandidateFigures figures)
    {
        var (low, high) = (Quantile(figures.Judged, (1 - Band) / 2), Quantile(figures.Judged, (1 + Band) / 2));
        return Line("coverage", figures.Covered < low ? RuleVerdict.Bars : figures.Covered > high ? RuleVerdict.Note : RuleVerdict.Holds, figures.Covered, figures.Judged, low, high);
    }

    static int Quantile(int of, double probability) => Enumerable.Range(0, of + 1).First(k => Binomial.CDF(Level, of, k) >= probability);

    static RuleLine Spread(ModelCandidate candidate, CandidateFigures figures)
    {
        var observed = candidate.Cores.Where(c => c.Estimate is not null).Select(c => c.Observed).ToList();
        var deviation = Deviation(observed);
        return Line("spread", deviation / figures.Rmsecv >= LeastRpd ? RuleVerdict.Holds : RuleVerdict.Bars, new Figure(figures.Rmsecv, 2), new Figure(deviation, 2), new Figure(deviation / figures.Rmsecv, 2), new Figure(LeastRpd, 1), candidate.Unit);
    }

    /// <summary>An error that all estimates share does not average out over points: it must be no larger than chance makes it (t-test on the points' mean errors, 95 %).</summary>
    static RuleLine Bias(ModelCandidate candidate)
    {
        var byPoint = candidate.Cores.Where(c => c.Error is not null).GroupBy(c => (c.Stratum, c.Point)).Select(p => p.Average(c => c.Error!.Value)).ToList();
        if (byPoint.Count < 2) return new("bias", RuleVerdict.Bars, "bars-unknown", []);
        var bias = byPoint.Average();
        var bound = StudentT.InvCDF(0, 1, byPoint.Count - 1, (1 + Band) / 2) * Deviation(byPoint) / Math.Sqrt(byPoint.Count);
        return Line("bias", Math.Abs(bias) <= bound ? RuleVerdict.Holds : RuleVerdict.Bars, new Figure(bias, 2), new Figure(bound, 2), candidate.Unit);
    }

    static RuleLine Outliers(ModelCandidate candidate, IReadOnlyList<CoreEntry> entries)
    {
        var gross = OutliersOf(candidate);
        if (gross.Count == 0) return Line("outliers", RuleVerdict.Holds);
        var unexplained = gross.Where(id => entries.FirstOrDefault(e => e.Sample.Id == id)?.Sample.Explained is null).ToList();
        return unexplained.Count == 0 ? Line("outliers", RuleVerdict.Note, Names(gross)) : Line("outliers", RuleVerdict.Bars, Names(unexplained));
    }

    /// <summary>Samples whose error, in units of its own u, lies far off the others'.</summary>
    public static IReadOnlyList<string> OutliersOf(ModelCandidate candidate)
    {
        var scaled = candidate.Cores.Where(c => c.Error is not null && c.U > 0).Select(c => (c.Sample, Score: c.Error!.Value / c.U!.Value)).ToList();
        if (scaled.Count < 3) return [];
        var median = WeightedQuantile.Of(scaled.Select(s => s.Score), 0.5);
        var mad = WeightedQuantile.Of(scaled.Select(s => Math.Abs(s.Score - median)), 0.5);
        return [.. scaled.Where(s => mad > 0 && NormalMad * Math.Abs(s.Score - median) / mad > OutlierScore).Select(s => s.Sample)];
    }

    /// <summary>Ground wetter than any core gets no estimate: worth knowing before the rainy season.</summary>
    static RuleLine Wet(ModelCandidate candidate, WetDays wet)
    {
        if (candidate.MaximumMoisture is not { } limit || wet.Days == 0) return new("wet", RuleVerdict.Note, "note-unknown", []);
        var share = wet.Wetter / (double)wet.Days;
        return Line("wet", share <= MostWetDays ? RuleVerdict.Holds : RuleVerdict.Note, Percent(share), Percent(limit), Math.Max(FewestWetCores, (int)Math.Ceiling(share * candidate.Points)));
    }

    static int PointsIn(ModelCandidate candidate, string stratum) => candidate.Cores.Where(c => c.Stratum == stratum).Select(c => c.Point).Distinct().Count();

    static double Deviation(List<double> values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Count - 1));
    }

    static Figure Percent(double share) => new(100 * share, 0);

    static string Names(IReadOnlyList<string> ids) => string.Join(", ", ids.Take(NamesShown)) + (ids.Count > NamesShown ? ", …" : "");

    static RuleLine Line(string rule, RuleVerdict verdict, params object[] parts) => new(rule, verdict, verdict.ToString().ToLowerInvariant(), parts);
}

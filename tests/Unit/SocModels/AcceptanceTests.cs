using FourPerMille.Sensor.Estimation.Models;
using FourPerMille.Sensor.Gateway.SocModels;
using FourPerMille.Sensor.Gateway.SocModels.Candidates;
using FourPerMille.Sensor.Gateway.SocModels.Cores;
using FourPerMille.Sensor.Gateway.SocModels.Laboratory;
using FourPerMille.Sensor.Gateway.Technician.Locales;
using FourPerMille.Sensor.Gateway.Technician.Web.Charts;

namespace FourPerMille.Sensor.Unit.SocModels;

/// <summary>The gate, rule by rule, on candidates made up for it.</summary>
public sealed class AcceptanceTests
{
    static readonly IReadOnlyList<(string, int)> Plan = [("dry", 20), ("wet", 20)];
    static readonly WetDays Dry = new(100, 3);

    [Fact]
    public void A_sound_candidate_passes_every_rule()
    {
        var (candidate, entries) = MadeUp();
        var lines = AcceptanceRules.Judge(candidate, entries, Plan, Dry);
        Assert.All(lines, line => Assert.True(line.Verdict == RuleVerdict.Holds, $"{line.Rule}: {line.Case}"));
        Assert.Equal(["cores", "strata", "inputs", "method", "replicates", "leftout", "judged", "coverage", "spread", "bias", "outliers", "wet"], lines.Select(l => l.Rule));
    }

    [Fact]
    public void Too_few_cores_bar_and_say_how_many_more_and_where()
    {
        var (candidate, entries) = MadeUp(points: 24);
        var line = Rule("cores", candidate, entries);
        Assert.Equal((RuleVerdict.Bars, "bars"), (line.Verdict, line.Case));
        Assert.Equal(new object[] { 24, 30, 6, "dry: 8, wet: 8" }, line.Parts);
        // Layers of one core are no cores of their own.
        var layered = candidate with { Cores = [.. candidate.Cores, .. candidate.Cores] };
        Assert.Equal(RuleVerdict.Bars, Rule("cores", layered, entries).Verdict);
        Assert.Equal("bars-new", AcceptanceRules.Judge(candidate, entries, [("dry", 12), ("wet", 12)], Dry).Single(l => l.Rule == "cores").Case);
    }

    [Fact]
    public void A_stratum_nobody_sampled_bars()
    {
        var (candidate, entries) = MadeUp();
        Assert.Equal("far: 3", Assert.Single(AcceptanceRules.Judge(candidate, entries, [.. Plan, ("far", 10)], Dry).Single(l => l.Rule == "strata").Parts));
    }

    [Theory]
    [InlineData(40, RuleVerdict.Note)]
    [InlineData(39, RuleVerdict.Holds)]
    [InlineData(36, RuleVerdict.Holds)]
    [InlineData(32, RuleVerdict.Holds)]
    [InlineData(31, RuleVerdict.Bars)]
    public void Coverage_may_differ_from_ninety_percent_by_what_chance_allows(int covered, RuleVerdict verdict)
    {
        var (candidate, entries) = MadeUp();
        var line = Rule("coverage", candidate with { Figures = candidate.Figures! with { Covered = covered } }, entries);
        // Of 40: Binomial(40, 0.9) has its central 95 % from 32 to 39.
        Assert.Equal((verdict, 32, 39), (line.Verdict, (int)line.Parts[2], (int)line.Parts[3]));
    }

    [Fact]
    public void Errors_that_all_lean_one_way_bar()
    {
        var (candidate, entries) = MadeUp();
        var leaning = candidate with { Cores = [.. candidate.Cores.Select(c => c with { Estimate = c.Estimate + 1 })] };
        Assert.Equal(RuleVerdict.Bars, Rule("bias", leaning, entries).Verdict);
    }

    [Fact]
    public void A_model_that_says_hardly_more_than_the_mean_bars()
    {
        var (candidate, entries) = MadeUp();
        Assert.Equal(RuleVerdict.Bars, Rule("spread", candidate with { Figures = candidate.Figures! with { Rmsecv = 6 } }, entries).Verdict);
    }

    [Fact]
    public void A_gross_outlier_bars_until_it_is_explained()
    {
        var (candidate, entries) = MadeUp();
        var wild = candidate with { Cores = [.. candidate.Cores.Select((c, i) => i == 7 ? c with { Estimate = c.Observed + 25 } : c)] };
        var line = Rule("outliers", wild, entries);
        Assert.Equal((RuleVerdict.Bars, candidate.Cores[7].Sample), (line.Verdict, (string)Assert.Single(line.Parts)));
        var explained = entries.Select((e, i) => i == 7 ? e with { Sample = e.Sample with { Explained = "a charcoal pit, seen in the core" } } : e).ToList();
        Assert.Equal(RuleVerdict.Note, Rule("outliers", wild, explained).Verdict);
    }

    [Fact]
    public void Changed_cores_mixed_methods_and_replicates_that_disagree_bar()
    {
        var (candidate, entries) = MadeUp();
        var other = entries.Select((e, i) => i == 0 ? e with { Results = [e.Results[0] with { SocGramsPerKg = 99 }] } : e).ToList();
        Assert.Equal(RuleVerdict.Bars, Rule("inputs", candidate, other).Verdict);
        var mixed = entries.Select((e, i) => i == 0 ? e with { Results = [e.Results[0] with { Method = CarbonMethod.WetOxidation }] } : e).ToList();
        Assert.Equal("bars-mixed", Rule("method", candidate, mixed).Case);
        Assert.Equal(RuleVerdict.Bars, Rule("method", candidate with { LibraryMethod = "Walkley-Black" }, entries).Verdict);
        Assert.Equal(RuleVerdict.Note, Rule("method", candidate with { LibraryMethod = "as usual" }, entries).Verdict);
        var apart = entries.Select((e, i) => i == 0 ? e with { Results = [e.Results[0], e.Results[0] with { SocGramsPerKg = e.Results[0].SocGramsPerKg * 1.2 }] } : e).ToList();
        Assert.Equal(RuleVerdict.Bars, Rule("replicates", candidate, apart).Verdict);
    }

    [Fact]
    public void A_few_left_out_are_noted_and_many_bar()
    {
        var (candidate, entries) = MadeUp();
        ModelCandidate Without(int n) => candidate with { LeftOut = [.. Enumerable.Range(0, n).Select(i => new LeftOutCore($"S{i}", "a broken bag"))] };
        Assert.Equal(RuleVerdict.Note, Rule("leftout", Without(4), entries).Verdict);
        Assert.Equal(RuleVerdict.Bars, Rule("leftout", Without(5), entries).Verdict);
    }

    [Fact]
    public void A_wet_region_is_told_how_many_cores_its_wet_part_wants()
    {
        var (candidate, entries) = MadeUp();
        var line = AcceptanceRules.Judge(candidate, entries, Plan, new WetDays(100, 30)).Single(l => l.Rule == "wet");
        Assert.Equal((RuleVerdict.Note, 12), (line.Verdict, (int)line.Parts[2]));
        Assert.Contains("12 more cores in the wet part", GateWords.Of(new Wording(new Languages().English), line));
        Assert.True(AcceptanceRules.MayBeAccepted([line]));
        Assert.Equal("note-unknown", AcceptanceRules.Judge(candidate, entries, Plan, new WetDays(0, 0)).Single(l => l.Rule == "wet").Case);
    }

    [Fact]
    public void Every_line_the_rules_can_say_is_worded_in_every_language()
    {
        string[] cases = ["cores-holds", "cores-bars", "cores-bars-new", "strata-holds", "strata-bars", "inputs-holds", "inputs-bars", "method-holds", "method-note", "method-bars", "method-bars-mixed", "replicates-holds", "replicates-bars",
            "leftout-holds", "leftout-note", "leftout-bars", "judged-holds", "judged-bars", "coverage-holds", "coverage-note", "coverage-bars", "spread-holds", "spread-bars", "bias-holds", "bias-bars", "bias-bars-unknown",
            "outliers-holds", "outliers-note", "outliers-bars", "wet-holds", "wet-note", "wet-note-unknown"];
        foreach (var language in new Languages().All)
            Assert.All(cases.Select(c => "model.gate-" + c).Concat(cases.Select(c => "model.gate-" + c.Split('-')[0])), key => Assert.True(language.Texts.ContainsKey(key), $"{language.Code}: {key}"));
        var rules = File.ReadAllText(Path.Combine(Repository.Root, "gateway/Gateway/SocModels/Candidates/AcceptanceRules.cs"));
        Assert.All(cases.Select(c => c.Split('-')[0]).Distinct(), rule => Assert.Contains($"\"{rule}\"", rules));
    }

    [Fact]
    public void A_plot_holds_its_points_intervals_and_lines_and_equal_axes_where_they_are_asked_for()
    {
        var (candidate, _) = MadeUp();
        var (points, lines) = CandidatePlots.Measured(candidate);
        var frame = PlotFrame.Of(points, lines, isSquare: true);
        Assert.All(points, p => Assert.True(frame.X(p.X) is > PlotFrame.Left and < PlotFrame.Width && frame.Y(p.Low!.Value) < PlotFrame.Height && frame.Y(p.High!.Value) > 0));
        Assert.Equal((frame.X(20) - frame.X(10)) / (PlotFrame.Width - PlotFrame.Left - PlotFrame.Right), (frame.Y(10) - frame.Y(20)) / (PlotFrame.Height - PlotFrame.Top - PlotFrame.Bottom), 9);
        Assert.Equal(candidate.Cores.Count(c => !c.IsCovered), points.Count(p => p.Mark == "fail"));
        Assert.Equal(candidate.LatentVariables, Assert.Single(CandidatePlots.Components(candidate).Points).X);
        Assert.All(CandidatePlots.Domain(candidate with { Cores = [.. candidate.Cores.Select(c => c with { Q = 50 })] }).Points, p => Assert.Equal(3, p.Y));
    }

    static RuleLine Rule(string rule, ModelCandidate candidate, IReadOnlyList<CoreEntry> entries) => AcceptanceRules.Judge(candidate, entries, Plan, Dry).Single(l => l.Rule == rule);

    /// <summary>Cores from 5 to 25 g/kg, errors of half a gram that lean to no side, nine in ten inside their interval.</summary>
    static (ModelCandidate, IReadOnlyList<CoreEntry>) MadeUp(int points = 40)
    {
        var entries = new List<CoreEntry>();
        var cores = new List<JudgedCore>();
        for (var i = 0; i < points; i++)
        {
            var (stratum, point, soc) = (i % 2 == 0 ? "dry" : "wet", i / 2 + 1, 5 + 20.0 * i / (points - 1));
            var id = SampleId.Of("7K3M", i + 1, 0);
            var error = 0.5 * Math.Sin(2.4 * i);
            entries.Add(new(new CoreSample(id, i + 1, 0, stratum, point, 0, 30, null, null), [new(i + 1, id, ShotSource.File, DateTimeOffset.UnixEpoch, [.. Enumerable.Repeat(0.2, 18)], 0.1, null, null, null, "ada", false)],
                [new(soc, null, $"{soc} g/kg", CarbonMethod.DryCombustion, "ISO 10694", "lab", null, null)]));
            var half = i % 10 == 3 ? Math.Abs(error) / 2 : 1;
            cores.Add(new(id, stratum, point, soc, soc + error, soc + error - half, soc + error + half, 0.5, Verdict.In, "", 0.5, 0.6, 0.1));
        }
        var candidate = new ModelCandidate
        {
            Campaign = "village", State = CandidateState.Ready, Begun = DateTimeOffset.UnixEpoch, By = "ada", Basis = CandidateBasis.Cores, Inputs = CandidateTraining.InputsOf(entries), Method = "ISO 10694", Cores = cores,
            Figures = new(points, (int)(0.9 * points), 0.36, 0, 0.99, 0.99, 10, 0.99), Curve = [6, 2, 0.5, 0.6], LatentVariables = 2, MaximumMoisture = 0.25,
        };
        return (candidate, entries);
    }
}

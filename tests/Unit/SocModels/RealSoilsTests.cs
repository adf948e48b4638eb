using System.Diagnostics;
using FourPerMille.Sensor.Estimation.Models;
using FourPerMille.Sensor.Gateway.SocModels;
using FourPerMille.Sensor.Gateway.SocModels.Candidates;
using FourPerMille.Sensor.Gateway.SocModels.Cores;
using FourPerMille.Sensor.Gateway.SocModels.Laboratory;
using FourPerMille.Sensor.Unit.Estimation;
using Xunit.Abstractions;

namespace FourPerMille.Sensor.Unit.SocModels;

/// <summary>
/// What a campaign's own model is worth on measured soils: 291 of south-eastern Australia, dry, in the bands of the head, 1 to 100 g/kg over half a
/// continent, which is harder than a village. A campaign takes some of them as its cores; the others are the field that it then meets. The figures
/// are in Estimation/STUDY.md.
/// </summary>
public sealed class RealSoilsTests(ITestOutputHelper told)
{
    const int Campaigns = 8;

    [DataFact("geeves_as7265x_18.csv")]
    public void A_campaign_of_sixty_cores_errs_less_than_one_of_thirty_and_both_keep_their_intervals()
    {
        var table = new SpectralTable("geeves_as7265x_18.csv");
        var (thirty, sixty) = (Judge(table, 30), Judge(table, 60));
        // Conformal coverage is a mean over campaigns: with few cores one campaign strays by some percent, and the field holds soils unlike any core.
        Assert.All([thirty, sixty], figures => Assert.InRange(figures.InDomain.Coverage, 0.84, 0.98));
        Assert.All([thirty, sixty], figures => Assert.InRange(figures.Own.Coverage, 0.84, 0.99));
        Assert.True(sixty.InDomain.Rmse < thirty.InDomain.Rmse);
        // What a campaign says of itself before anybody else has looked is what the field then finds.
        Assert.InRange(sixty.Own.Rmse / sixty.InDomain.Rmse, 0.75, 1.33);
    }

    sealed record Figures(int Judged, double Rmse, double Bias, double Coverage)
    {
        public static Figures Of(IReadOnlyCollection<(SocPrediction Said, double True)> pairs) => new(pairs.Count, Math.Sqrt(pairs.Average(p => Math.Pow(p.Said.Estimate - p.True, 2))),
            pairs.Average(p => p.Said.Estimate - p.True), pairs.Count(p => p.Said.Lower90 <= p.True && p.True <= p.Said.Upper90) / (double)pairs.Count);

        public override string ToString() => FormattableString.Invariant($"{Judged} judged, RMSE {Rmse:0.0} g/kg, bias {Bias:+0.0;-0.0}, inside {Coverage:P1}");
    }

    (Figures Own, Figures Field, Figures InDomain) Judge(SpectralTable table, int cores)
    {
        var (carbon, entries) = (table.Numbers("tc"), Entries(table));
        var (own, field, seconds, abstained, barred) = (new List<(SocPrediction, double)>(), new List<(SocPrediction Said, double True)>(), new List<double>(), 0, new List<string>());
        for (var campaign = 0; campaign < Campaigns; campaign++)
        {
            var order = Enumerable.Range(0, entries.Count).ToArray();
            new Random(campaign).Shuffle(order);
            var used = order[..cores].Order().Select(i => entries[i]).ToList();
            var clock = Stopwatch.StartNew();
            var (candidate, model) = CandidateTraining.Run(Draft(used), used, null, _ => { }, default);
            seconds.Add(clock.Elapsed.TotalSeconds);
            own.AddRange(candidate.Cores.Where(c => c.Estimate is not null && c.Lower90 is not null && c.Upper90 is not null)
                .Select(c => (new SocPrediction(c.Estimate!.Value, 0, c.Lower90!.Value, c.Upper90!.Value, 0, 0, c.Verdict, "", ""), c.Observed)));
            foreach (var i in order[cores..])
                if (model.Predict(table.Spectra.Row(i).ToArray()) is { Verdict: not Verdict.Abstain } said) field.Add((said, 10 * carbon[i]));
                else abstained++;
            barred.AddRange(AcceptanceRules.Judge(candidate, used, [("all", used.Count)], new WetDays(0, 0)).Where(line => line.Verdict == RuleVerdict.Bars).Select(line => line.Rule));
        }
        var figures = (Figures.Of(own), Figures.Of(field), Figures.Of([.. field.Where(p => p.Said.Verdict == Verdict.In)]));
        told.WriteLine(FormattableString.Invariant($"{cores} cores, {Campaigns} campaigns: held-out cores {figures.Item1}; the field {figures.Item2}, abstained {abstained}; in domain {figures.Item3}; barred by {string.Join(", ", barred.CountBy(rule => rule))}; training {seconds.Average():0.00} s"));
        return figures;
    }

    static ModelCandidate Draft(List<CoreEntry> used) => new()
    {
        Campaign = "geeves", State = CandidateState.Training, Begun = DateTimeOffset.UnixEpoch, By = "ada", Basis = CandidateBasis.Cores, Inputs = CandidateTraining.InputsOf(used), Laboratory = "lab", Method = "dry combustion",
    };

    static List<CoreEntry> Entries(SpectralTable table)
    {
        var carbon = table.Numbers("tc");
        return [.. Enumerable.Range(0, carbon.Length).Select(row =>
        {
            var id = SampleId.Of("7K3M", row + 1, 0);
            return new CoreEntry(new CoreSample(id, row + 1, 0, "all", row + 1, 0, 30, null, null),
                [new(row + 1, id, ShotSource.File, DateTimeOffset.UnixEpoch, table.Spectra.Row(row).ToArray(), null, null, null, null, "ada", false)],
                [new(10 * carbon[row], null, "", CarbonMethod.DryCombustion, "dry combustion", "lab", null, null)]);
        })];
    }
}

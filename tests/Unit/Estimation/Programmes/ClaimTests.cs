using System.Text.Json.Nodes;
using FourPerMille.Sensor.Estimation.Programmes;
using FourPerMille.Sensor.Gateway;
using FourPerMille.Sensor.Gateway.Technician.Cli;

namespace FourPerMille.Sensor.Unit.Estimation;

/// <summary>Two strata with project and baseline points; the figures were worked with numpy and scipy from Equations 70 to 74.</summary>
public sealed class ClaimTests
{
    static readonly ClaimPoint[] Points =
    [
        .. Pairs("north", 12, ClaimScenario.Project, [48.1, 52.3, 45.9, 50.2], [50.9, 54.0, 48.8, 51.7], 0.8, 0.6),
        .. Pairs("south", 30, ClaimScenario.Project, [61.0, 57.5, 63.2, 59.9, 60.4], [61.9, 60.1, 64.0, 61.5, 63.3], 0.8, 0.6),
        .. Pairs("north", 12, ClaimScenario.Baseline, [47.0, 49.5, 51.2], [46.8, 49.9, 51.0], 0, 0),
    ];

    [Theory]
    [InlineData("vm0042-2.2", 0.4803095657089964, 23.52998563037843, 0.43620148306333817, 11.068545013150224, 1.683345397965371)]
    [InlineData("vm0042-2.2-model-error-of-mean", 0.8367108425337906, 216.68971843180108, 0.43131702031093067, 19.065761450903093, 1.5319695153936201)]
    public void Both_readings_of_the_model_error_give_their_credit(string rule, double u, double nu, double t, double percent, double credited)
    {
        var claim = StockChangeClaim.Of(Points, ProgrammeRule.Named(rule));
        Assert.Equal(1.892857142857143, claim.GainTonnesPerHa, 1e-9);
        Assert.Equal(u, claim.StandardUncertainty, 1e-9);
        Assert.Equal(nu, claim.DegreesOfFreedom, 1e-6);
        Assert.Equal(t, claim.Quantile, 1e-7);
        Assert.Equal(percent, claim.UncertaintyPercent!.Value, 1e-5);
        Assert.Equal(credited, claim.CreditedTonnesPerHa, 1e-7);
        Assert.Equal(credited * 42 * 44 / 12, claim.CreditedTonnesCarbonDioxide, 1e-5);
        Assert.Equal("south", claim.MostNext);
    }

    [Fact]
    public void A_label_may_tolerate_a_part_of_the_uncertainty()
    {
        var claim = StockChangeClaim.Of(Points, ProgrammeRule.Named("example-label-1"));
        Assert.Equal(56.82241964294265, claim.UncertaintyPercent!.Value, 1e-5);
        Assert.Equal(1.892857142857143 * (1 - 0.4682241964294265), claim.CreditedTonnesPerHa, 1e-7);
    }

    [Fact]
    public void A_loss_is_credited_nothing()
    {
        var claim = StockChangeClaim.Of([.. Pairs("a", 1, ClaimScenario.Project, [50, 51, 52], [49, 51, 51.5], 0, 0)], ProgrammeRule.Named("vm0042-2.2"));
        Assert.Equal(0, claim.CreditedTonnesPerHa);
        Assert.Null(claim.UncertaintyPercent);
    }

    [Fact]
    public void A_gain_within_its_uncertainty_is_credited_nothing_and_not_less()
    {
        var claim = StockChangeClaim.Of([.. Pairs("a", 1, ClaimScenario.Project, [50, 51, 52], [60, 45, 48.3], 0, 0)], ProgrammeRule.Named("vm0042-2.2"));
        Assert.True(claim.UncertaintyPercent > 100);
        Assert.Equal(0, claim.CreditedTonnesPerHa);
    }

    [Fact]
    public void GSOCseq_reports_half_the_breadth_over_the_mean()
    {
        Assert.Equal(25, GsocSeq.UncertaintyPercent(40, 30, 50));
        Assert.Throws<ArgumentException>(() => GsocSeq.UncertaintyPercent(0, -1, 1));
    }

    [Fact]
    public void Every_shipped_rule_names_its_edition_and_source() => Assert.All(ProgrammeRule.Shipped, rule =>
    {
        Assert.NotEmpty(rule.Edition);
        Assert.NotEmpty(rule.Source);
        Assert.InRange(rule.QuantileProbability, 0.5, 0.999);
    });

    [Theory]
    [InlineData("""{"id":"x","name":"x","edition":"1","source":"s","quantile":"3/2"}""")]
    [InlineData("""{"id":"x","name":"x","edition":"1","quantile":"0.9"}""")]
    [InlineData("""{"id":"x","name":"x","edition":"1","source":"s","quantile":"0.9","deductoin":3}""")]
    public void A_rule_that_is_impossible_unsourced_or_misspelt_is_refused(string json) => Assert.Throws<ArgumentException>(() => ProgrammeRule.FromJson(json));

    [Fact]
    public void The_verb_reads_points_and_names_the_rule_it_used()
    {
        using var points = new ScratchFile("stratum,area_ha,scenario,start_t_ha,final_t_ha,start_model_u_t_ha,final_model_u_t_ha\n" + string.Concat(Points.Select(p =>
            FormattableString.Invariant($"{p.Stratum},{p.AreaHa},{p.Scenario},{p.StartTonnesPerHa},{p.FinalTonnesPerHa},{p.StartModelUncertainty},{p.FinalModelUncertainty}\n"))));
        using var output = new ScratchFile("");
        Assert.Equal(0, ScienceVerb.Run(ClaimCommand.Create(), ["vm0042", "--points", points.Path, "--model-error", "of-mean", "--out", output.Path]));
        var claim = JsonNode.Parse(File.ReadAllText(output.Path))!;
        Assert.Equal("of-mean", (string)claim["rule"]!["modelErrorReading"]!);
        Assert.Equal(1.5319695153936201, (double)claim["creditedTonnesPerHa"]!, 1e-7);
    }

    [Fact]
    public void A_point_without_a_final_stock_is_refused_with_its_place()
    {
        using var points = new ScratchFile("stratum,area_ha,start_t_ha,final_t_ha\na,1,50,51\na,1,52,\n");
        var refusal = Assert.Throws<InputRefused>(() => ScienceVerb.Run(ClaimCommand.Create(), ["vm0042", "--points", points.Path]));
        Assert.Contains("line 3, column 'final_t_ha'", refusal.Message);
    }

    static IEnumerable<ClaimPoint> Pairs(string stratum, double area, ClaimScenario scenario, double[] start, double[] final, double startModel, double finalModel) =>
        start.Zip(final, (s, f) => new ClaimPoint(stratum, area, scenario, s, f, startModel, finalModel));
}

using FourPerMille.Sensor.Sim.Field;
using FourPerMille.Sensor.Sim.Pilot;

namespace FourPerMille.Sensor.Unit.Sim;

public sealed class CalibrationBenchTests
{
    [Fact]
    public void A_polynomial_is_found_again_with_its_uncertainty()
    {
        var chance = Chance.For(1, "polynomial");
        double[] truth = [0.8, -0.3, 0.02];
        var x = Enumerable.Range(0, 400).Select(i => 0.5 + i / 150.0).ToArray();
        var y = x.Select(v => Polynomial.Value(truth, v) + chance.Gaussian(0, 0.01)).ToArray();
        var fit = Polynomial.Fit(x, y, 2);
        Assert.Equal(0.01, fit.ResidualSd, 0.001);
        for (var i = 0; i < 3; i++) Assert.True(Math.Abs(fit.Coefficients[i] - truth[i]) < 4 * Math.Sqrt(fit.Covariance[i][i]));
    }

    [Fact]
    public void Too_few_or_equal_points_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Polynomial.Fit([1, 2, 3], [1, 2, 3], 2));
        Assert.Throws<ArgumentException>(() => Polynomial.Fit([1, 1, 1, 1], [1, 2, 3, 4], 1));
    }

    [Fact]
    public void A_plan_covers_its_field_with_nodes_and_cores_and_no_two_at_one_place()
    {
        var options = new PilotOptions { Days = 2 };
        var plan = FieldPlan.Lay(Region.Borgou, options, new FourPerMille.Sensor.Sim.Field.Spectra.GeneratedSoils(7), null);
        var cores = plan.TakeCores(30, new FourPerMille.Sensor.Sim.Field.Spectra.Laboratory(7), options.CoresUtc);
        var places = plan.Sites.Select(s => (s.EastMetres, s.NorthMetres)).Concat(cores.Select(c => (c.EastMetres, c.NorthMetres))).ToArray();
        Assert.Equal(36, places.Distinct().Count());
        Assert.All(places, p => Assert.True(p.Item1 is > 0 and < 900 && p.Item2 is > 0 and < 620));
        foreach (var (east, north) in new[] { (0, 0), (1, 0), (0, 1), (1, 1) }) // a core in every quarter
            Assert.Contains(cores, c => c.EastMetres > 450 == (east == 1) && c.NorthMetres > 310 == (north == 1));
        Assert.Equal(1, plan.Sites.Count(s => s.SpeaksLoRa));
        Assert.Equal(6, plan.Sites.Select(s => s.Id).Distinct().Count());
    }
}

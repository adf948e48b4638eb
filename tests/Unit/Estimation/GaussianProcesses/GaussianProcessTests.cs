using FourPerMille.Sensor.Estimation.Algebra;
using FourPerMille.Sensor.Estimation.GaussianProcesses;
using FourPerMille.Sensor.Unit.Estimation.Plsr;

namespace FourPerMille.Sensor.Unit.Estimation.GaussianProcesses;

public sealed class GaussianProcessTests
{
    static readonly Hyperparameters Beliefs = new(1.5, [2, 2, 2, 2, 2, 2], 0.2);

    static GaussianProcess Conditioned(int[] rows, double[]? weights = null) => GaussianProcess.Condition(SmallCase.Spectra.Take(rows),
        [.. rows.Select(r => SmallCase.Target[r])], weights ?? [.. Enumerable.Repeat(1.0, rows.Length)], Beliefs);

    [Fact]
    public void With_given_beliefs_it_predicts_what_scikit_learn_does()
    {
        var (means, deviations) = (new double[2], new double[2]);
        Conditioned([.. Enumerable.Range(0, 12)]).Predict(RowMatrix.FromRows([[0.5, 1, 0.7, 1.2, 0.4, 1.1], [1.5, 0.2, 1.9, 0.3, 2.2, 1.8]]), means, deviations);
        // GaussianProcessRegressor(1.5 * Matern(2, nu=2.5) + ConstantKernel(10) + WhiteKernel(0.2), optimizer=None), target standardised, 1.2.1.
        Assert.Equal([2.4559224294099797, 4.067202743460224], means, Near);
        Assert.Equal([1.4409105288108464, 1.7517180171058884], deviations, Near);
    }

    [Fact]
    public void Leaving_a_fold_out_in_closed_form_is_leaving_it_out()
    {
        // Folds in closed form keep the standardisation of all samples, so the refit is given targets that have it already.
        var all = Enumerable.Range(0, 12).ToArray();
        var (errors, deviations) = Conditioned(all).LeaveOut([[0, 5], [1, 2, 3, 4, 6, 7, 8, 9, 10, 11]], SmallCase.EqualWeights);
        var centre = SmallCase.Target.Average();
        var scale = Math.Sqrt(SmallCase.Target.Average(t => Math.Pow(t - centre, 2)));
        int[] kept = [1, 2, 3, 4, 6, 7, 8, 9, 10, 11];
        var (expected, spread) = ConditionalByHand(kept, [0, 5], centre, scale);
        Assert.Equal([SmallCase.Target[0] - expected[0], SmallCase.Target[5] - expected[1]], [errors[0], errors[5]], Near);
        Assert.Equal(spread, [deviations[0], deviations[5]], Near);
    }

    [Fact]
    public void The_likeliest_beliefs_find_the_input_that_matters()
    {
        var chance = new Random(3);
        var inputs = new RowMatrix(80, 3, [.. Enumerable.Range(0, 240).Select(_ => chance.NextDouble() * 4 - 2)]);
        double[] target = [.. Enumerable.Range(0, 80).Select(i => Math.Sin(2 * inputs[i, 1]) + 0.1 * (chance.NextDouble() - 0.5))];
        var beliefs = GaussianProcess.Fit(inputs, target, [.. Enumerable.Repeat(1.0, 80)]).Beliefs;
        Assert.True(beliefs.Lengths[1] < 0.3 * beliefs.Lengths[0] && beliefs.Lengths[1] < 0.3 * beliefs.Lengths[2], string.Join(" ", beliefs.Lengths));
        Assert.InRange(beliefs.Noise, 0.0002, 0.02);
    }

    // The textbook formula with an explicit inverse by Cholesky solves, on targets standardised with all samples.
    static (double[] Means, double[] Deviations) ConditionalByHand(int[] kept, int[] asked, double centre, double scale)
    {
        double Kernel(int i, int j)
        {
            double squared = 0;
            for (var k = 0; k < 6; k++) squared += Math.Pow((SmallCase.Spectra[i, k] - SmallCase.Spectra[j, k]) / 2, 2);
            var r = Math.Sqrt(5 * squared);
            return 10 + 1.5 * (1 + r + r * r / 3) * Math.Exp(-r);
        }
        var n = kept.Length;
        var covariance = new RowMatrix(n, n);
        for (var i = 0; i < n; i++)
            for (var j = 0; j < n; j++)
                covariance[i, j] = Kernel(kept[i], kept[j]) + (i == j ? 0.2 : 0);
        Assert.True(Cholesky.TryFactor(covariance, out var factor));
        var pull = factor.Solve([.. kept.Select(i => (SmallCase.Target[i] - centre) / scale)]);
        var cross = asked.Select(a => kept.Select(i => Kernel(a, i)).ToArray()).ToArray();
        return ([.. cross.Select(c => centre + scale * Products.Dot(c, pull))],
            [.. asked.Select((a, i) => scale * Math.Sqrt(Kernel(a, a) + 0.2 - Products.Dot(cross[i], factor.Solve(cross[i]))))]);
    }

    static bool Near(double a, double b) => Math.Abs(a - b) < 1e-8;
}

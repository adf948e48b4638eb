using FourPerMille.Sensor.Estimation.Algebra;
using FourPerMille.Sensor.Estimation.Domain;
using FourPerMille.Sensor.Estimation.Plsr;

namespace FourPerMille.Sensor.Unit.Estimation.Plsr;

public sealed class PlsFitTests
{
    static readonly RowProducts Rows = new(SmallCase.Spectra);

    static PlsModel Model(int components, double[]? weights = null) =>
        PlsModel.From(PlsFit.Fit(Rows, SmallCase.Target, weights ?? SmallCase.EqualWeights, components), Rows, components);

    // scikit-learn 1.2.1 PLSRegression(scale=False).coef_.
    [Theory]
    [InlineData(1, new[] { 0.1865725022, 0.0285860813, 0.3254337157, 0.2833175674, 0.3778245764, 0.7473073071 })]
    [InlineData(2, new[] { 1.2412063621, 0.4449263489, -0.5064755917, 0.61834857, -0.1115905081, 1.3560370826 })]
    [InlineData(3, new[] { 1.2096818248, 2.4771637561, -1.8556229656, 0.7721398637, 0.5270285256, 1.7827928908 })]
    [InlineData(4, new[] { 1.2587313765, 2.5696019806, -1.8391186326, 0.5221203828, 0.520246489, 1.864952039 })]
    public void Coefficients_are_those_of_scikit_learn(int components, double[] expected)
    {
        var coefficients = Model(components).Coefficients();
        for (var j = 0; j < 6; j++) Assert.Equal(expected[j], coefficients[j], 1e-9);
    }

    [Fact]
    public void A_batch_estimates_what_the_coefficients_do_with_the_diagnostics_of_scores_and_loadings()
    {
        var readings = Model(3).Predict(SmallCase.Spectra);
        // scikit-learn: predict, t' cov(T)^-1 t, |x - mean - t P'|^2 for the first rows.
        Assert.Equal([0.8810389410881747, 3.3174790820278783], readings[..2].Select(r => r.Estimate).ToArray(), Near);
        Assert.Equal([4.955759840970401, 1.017401942515601, 1.761152894397107], readings[..3].Select(r => r.T2).ToArray(), Near);
        Assert.Equal([0.41659004302879776, 0.8163425742021986, 0.35726545575051427], readings[..3].Select(r => r.Q).ToArray(), Near);
    }

    [Fact]
    public void A_domain_of_more_components_leaves_the_estimate_as_it_was()
    {
        var wide = PlsModel.From(PlsFit.Fit(Rows, SmallCase.Target, SmallCase.EqualWeights, 5), Rows, 2, domainComponents: 5).Predict(SmallCase.Spectra)[1];
        var (own, full) = (Model(2).Predict(SmallCase.Spectra)[1], Model(5).Predict(SmallCase.Spectra)[1]);
        Assert.Equal([own.Estimate, own.T2, own.Q, full.T2, full.Q], [wide.Estimate, wide.T2, wide.Q, wide.DomainT2, wide.DomainQ], Near);
    }

    [Fact]
    public void A_held_out_row_is_predicted_in_passing_as_by_a_fit_without_it()
    {
        var held = SmallCase.EqualWeights.ToArray();
        held[4] = held[9] = 0;
        var path = PlsFit.Fit(Rows, SmallCase.Target, held, 3);

        var kept = Enumerable.Range(0, 12).Where(i => held[i] > 0).ToArray();
        var without = new RowProducts(SmallCase.Spectra.Take(kept));
        var model = PlsModel.From(PlsFit.Fit(without, [.. kept.Select(i => SmallCase.Target[i])], [.. Enumerable.Repeat(1.0, 10)], 3), without, 3);
        var readings = model.Predict(SmallCase.Spectra);
        foreach (var i in new[] { 4, 9 })
        {
            Assert.Equal(SmallCase.Target[i] - readings[i].Estimate, path.Residuals[3, i], 1e-9);
            Assert.Equal(readings[i].T2, path.T2(i, 3), 1e-9);
            Assert.Equal(readings[i].Q, path.Q(i, 3), 1e-9);
        }
    }

    [Fact]
    public void A_weight_of_three_is_the_row_three_times_over()
    {
        double[] weights = [1, 1, 1, 1, 1, 1, 1, 1, 1, 3, 3, 3];
        // scikit-learn on the table with rows 9, 10 and 11 stacked twice more.
        double[] expected = [0.7547325881765634, 0.24864203913527683, -0.3251919982761699, 0.767362598221146, -0.291671871008523, 0.9941674293763377];
        Assert.Equal(expected, Model(2, weights).Coefficients(), Near);
    }

    [Fact]
    public void Many_rows_of_few_bands_take_the_other_road_to_the_same_model()
    {
        // 12 rows of 6 bands form the Gram matrix; 36 do not.
        var thrice = new RowProducts(SmallCase.Spectra.Take([.. Enumerable.Range(0, 36).Select(i => i % 12)]));
        double[] target = [.. SmallCase.Target, .. SmallCase.Target, .. SmallCase.Target];
        var model = PlsModel.From(PlsFit.Fit(thrice, target, [.. Enumerable.Repeat(1.0, 36)], 3), thrice, 3);
        Assert.Equal(Model(3).Coefficients(), model.Coefficients(), Near);
    }

    [Fact]
    public void Spectra_of_two_directions_give_two_components_and_no_more()
    {
        var flat = RowMatrix.FromRows([.. Enumerable.Range(0, 12).Select(i => new double[] { i, i % 3, 2 * i + i % 3, 5 })]);
        var path = PlsFit.Fit(new RowProducts(flat), SmallCase.Target, SmallCase.EqualWeights, 4);
        Assert.Equal(2, path.Components);
        Assert.All(path.Residuals.Row(4).ToArray(), value => Assert.True(double.IsFinite(value)));
    }

    [Fact]
    public void Weight_vectors_stay_orthonormal()
    {
        var vectors = Model(5).WeightVectors;
        for (var a = 0; a < 6; a++)
            for (var b = 0; b <= a; b++)
                Assert.Equal(a == b ? 1 : 0, Products.Dot(vectors.Row(a), vectors.Row(b)), 1e-8);
    }

    [Fact]
    public void Both_limits_of_Q_and_that_of_T2_follow_their_papers()
    {
        var path = PlsFit.Fit(Rows, SmallCase.Target, SmallCase.EqualWeights, 3);
        var limits = DomainLimits.Of(path, Rows, 3, new double[12], alpha: 0.05);
        // numpy and scipy, from the residual matrix of scikit-learn's three-component model.
        Assert.Equal(1.3286120224593965, limits.QJacksonMudholkar, 1e-8);
        Assert.Equal(0.9710962070142772, limits.QBox, 1e-8);
        Assert.Equal(15.342900420565037, limits.T2, 1e-8);
    }

    static bool Near(double a, double b) => Math.Abs(a - b) < 1e-8;
}

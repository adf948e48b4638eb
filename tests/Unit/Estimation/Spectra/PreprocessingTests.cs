using FourPerMille.Sensor.Estimation.Spectra;

namespace FourPerMille.Sensor.Unit.Estimation.Spectra;

public sealed class PreprocessingTests
{
    [Fact]
    public void The_first_derivative_over_eleven_bands_weighs_them_by_i_over_110()
    {
        var weights = new SavitzkyGolay(11, 2, 1).CentreWeights;
        for (var i = -5; i <= 5; i++) Assert.Equal(i / 110.0, weights[i + 5], 1e-14);
    }

    [Fact]
    public void The_second_derivative_of_a_cubic_over_seven_bands_is_scipys()
    {
        double[] expected = [5 / 42.0, 0, -3 / 42.0, -4 / 42.0, -3 / 42.0, 0, 5 / 42.0]; // scipy.signal.savgol_coeffs(7, 3, 2)
        Assert.Equal(expected, new SavitzkyGolay(7, 3, 2).CentreWeights, Near);
    }

    [Fact]
    public void Fitted_edges_are_scipys_interp()
    {
        double[] row = [.. Plsr.SmallCase.Spectra.Row(3)];
        double[] expected = [0.588571428571429, 0.37428571428571444, 0.16000000000000064, 0.14000000000000065, -0.07428571428571396, -0.28857142857142815];
        Assert.Equal(expected, PreprocessingChain.Parse("sg:5:2:1:fit").Apply(row), Near);
    }

    [Theory]
    [InlineData(5, 2, 0)]
    [InlineData(9, 4, 1)]
    [InlineData(21, 6, 3)]
    public void A_polynomial_of_the_order_comes_through_exactly_edges_included(int window, int order, int derivative)
    {
        double At(double x, int k) => k == 0
            ? Enumerable.Range(0, order + 1).Sum(p => Math.Pow(x, p) / (p + 1))
            : (At(x + 1e-4, k - 1) - At(x - 1e-4, k - 1)) / 2e-4;
        double[] spectrum = [.. Enumerable.Range(0, 40).Select(i => At(i / 20.0 - 1, 0))];
        var filtered = new double[40];
        new SavitzkyGolay(window, order, derivative, SavitzkyGolayEdges.Fit).Apply(spectrum, filtered);
        for (var i = 0; i < 40; i++)
            Assert.Equal(At(i / 20.0 - 1, derivative), filtered[i] * Math.Pow(20, derivative), derivative > 2 ? 1e-2 : 1e-6);
    }

    [Fact]
    public void Dropped_edges_leave_the_middle_wavelengths() =>
        Assert.Equal([1110, 1112, 1114], PreprocessingChain.Parse("sg:11:2:1").Wavelengths([.. Enumerable.Range(0, 13).Select(i => 1100.0 + 2 * i)]));

    [Fact]
    public void Snv_gives_mean_zero_and_deviation_one_with_n_minus_one() =>
        Assert.Equal([-1, 0, 1], PreprocessingChain.Parse("snv").Apply([2, 4, 6]), Near);

    [Fact]
    public void Absorbance_is_minus_the_decimal_logarithm_and_darkness_has_none()
    {
        var absorbance = PreprocessingChain.Parse("absorbance").Apply([0.1, 1, 0]);
        Assert.Equal([1, 0], absorbance[..2], Near);
        Assert.True(double.IsNaN(absorbance[2]));
    }

    [Fact]
    public void A_chain_is_a_value_with_a_name_and_a_hash()
    {
        var chain = PreprocessingChain.Parse(" absorbance, sg:11:2:1 ,snv");
        Assert.Equal("absorbance,sg:11:2:1,snv", chain.Name);
        Assert.Equal(chain, PreprocessingChain.Parse(chain.Name));
        // printf 'fpm-preprocessing/1:absorbance,sg:11:2:1,snv' | sha256sum
        Assert.Equal("38185bf9fa05a885cfb2ce9be81719f7f86a56d22e7e81cd7f82e18d60596915", chain.Hash);
        Assert.NotEqual(chain.Hash, PreprocessingChain.Parse("absorbance,snv,sg:11:2:1").Hash);
    }

    [Theory]
    [InlineData("sg:10:2:1", "odd")]
    [InlineData("sg:11:2:3", "derivatives 0 to 2")]
    [InlineData("sg:5:5:1", "degree of 0 to 4")]
    [InlineData("sg:-5:2:1", "sg:-5:2:1")]
    [InlineData("detrend", "known are")]
    public void A_step_that_cannot_be_is_refused_by_name(string text, string why) =>
        Assert.Contains(why, Assert.Throws<FormatException>(() => PreprocessingChain.Parse("snv," + text)).Message);

    [Fact]
    public void Uneven_bands_have_no_derivative() =>
        Assert.Contains("evenly spaced", Assert.Throws<ArgumentException>(() => PreprocessingChain.Parse("sg:3:1:1").Wavelengths([410, 435, 460, 560])).Message);

    [Fact]
    public void Reflectance_lies_between_dark_and_panel() =>
        Assert.Equal([0.475, 0.1], PanelNormalisation.Reflectance([600, 180], [100, 80], [1100, 1080], [0.95, 1.0]), Near);

    [Fact]
    public void A_panel_no_brighter_than_the_dark_gives_no_reflectance() =>
        Assert.Throws<ArithmeticException>(() => PanelNormalisation.Reflectance([5], [10], [10], [0.95]));

    static bool Near(double a, double b) => Math.Abs(a - b) < 1e-9;
}

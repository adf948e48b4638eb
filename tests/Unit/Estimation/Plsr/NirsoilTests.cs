using FourPerMille.Sensor.Estimation.Plsr;
using FourPerMille.Sensor.Estimation.Spectra;

namespace FourPerMille.Sensor.Unit.Estimation.Plsr;

/// <summary>
/// RMSECV of Ciso (g/100 g) on the 548 soils of CRA-W, fold = row mod 10, from scikit-learn's PLSRegression and R pls 2.8 (they agree to six decimals).
/// </summary>
public sealed class NirsoilTests
{
    static readonly Lazy<SpectralTable> Nirsoil = new(() => new SpectralTable("nirsoil_train.csv"));

    static PlsCrossValidation CrossValidate(string chain)
    {
        var spectra = PreprocessingChain.Parse(chain).Apply(Nirsoil.Value.Spectra);
        return PlsCrossValidation.Run(new RowProducts(spectra), Nirsoil.Value.Numbers("Ciso"), Folds.ByRow(spectra.Rows), 25);
    }

    [DataFact("nirsoil_train.csv")]
    public void Raw_absorbance() => Assert.Equal(1.0355, CrossValidate("").Rmsecv[10], 1e-4);

    [DataFact("nirsoil_train.csv")]
    public void Snv_before_the_derivative()
    {
        var validation = CrossValidate("snv,sg:11:2:1");
        Assert.Equal(1.1982, validation.Rmsecv[10], 1e-4);
        Assert.Equal(1.0509, validation.Rmsecv[20], 1e-4);
    }

    [DataFact("nirsoil_train.csv")]
    public void The_derivative_before_snv_and_both_choices_of_components()
    {
        var validation = CrossValidate("sg:11:2:1,snv");
        Assert.Equal(1.1122, validation.Rmsecv[5], 1e-4);
        Assert.Equal(1.0340, validation.Rmsecv[10], 1e-4);
        Assert.Equal(0.8490, validation.Rmsecv[15], 1e-4);
        Assert.Equal(0.7274, validation.Rmsecv[19], 1e-4);
        Assert.Equal(0.6967, validation.Rmsecv[22], 1e-4);
        Assert.Equal(19, validation.Choose(ComponentRule.OneStandardError));
        Assert.Equal(22, validation.Choose(ComponentRule.Minimum));
    }
}

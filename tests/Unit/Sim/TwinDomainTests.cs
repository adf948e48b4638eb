using FourPerMille.Sensor.Estimation.Algebra;
using FourPerMille.Sensor.Estimation.Models;
using FourPerMille.Sensor.Estimation.Spectra;
using FourPerMille.Sensor.Sim.Field;
using FourPerMille.Sensor.Sim.Field.Spectra;
using Xunit.Abstractions;

namespace FourPerMille.Sensor.Unit.Sim;

/// <summary>What the generated field must offer the real model: a home where it works and a far place where it must not.</summary>
public sealed class TwinDomainTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(1), InlineData(2), InlineData(3)]
    public void Red_soils_lie_off_the_european_library_until_thirty_cores_join_it(int seed)
    {
        var soils = new GeneratedSoils(seed);
        var laboratory = new Laboratory(seed);
        var model = SocModel.Train(Set(laboratory.MeasureLibrary(soils.Library(300))), new TrainingOptions
        {
            Pretreatment = PreprocessingChain.Parse("absorbance"), Transform = TargetTransform.Sqrt,
        });
        var near = Looks(soils, Region.Beauce, seed);
        var far = Looks(soils, Region.Borgou, seed);
        var home = near.Select(look => model.Predict(look.Spectrum)).ToArray();
        var abroad = far.Select(look => model.Predict(look.Spectrum)).ToArray();
        var cores = Enumerable.Range(0, 30).Select(i => laboratory.Measure(soils.At(Region.Borgou, 100 + i, 75 + 150 * (i % 6), 62 + 124 * (i / 6)), 0.03 + 0.19 * (i * 7 % 30) / 30)).ToArray();
        var spiked = model.SpikedWith(Set(cores));
        var after = far.Select(look => spiked.Predict(look.Spectrum)).ToArray();

        output.WriteLine($"LV {model.LatentVariables}, RMSECV {model.CrossValidation.Metrics}");
        output.WriteLine($"home  {Text(home, near)}");
        output.WriteLine($"abroad {Text(abroad, far)}");
        output.WriteLine($"after {Text(after, far)}");
        Assert.True(Share(home, Verdict.Abstain) < 0.05);
        Assert.True(Share(abroad, Verdict.Abstain) > 0.9);
        Assert.True(Share(after, Verdict.Abstain) < 0.05);
        Assert.InRange(Covered(after, far), 0.75, 1);
    }

    static (double[] Spectrum, double Truth)[] Looks(ISoils soils, Region region, int seed) => [.. Enumerable.Range(0, 120).Select(i =>
    {
        var chance = Chance.For(seed, $"look {region.Name}", i);
        var soil = soils.At(region, i, chance.Uniform(0, region.WidthMetres), chance.Uniform(0, region.HeightMetres));
        var water = region.Name == "france" ? chance.Uniform(0.12, 0.30) : chance.Uniform(0.04, 0.20);
        return (soil.Spectrum(water).Select(r => r * chance.LogNormal(1, 0.004)).ToArray(), soil.Soil.SocGramsPerKg);
    })];

    static TrainingSet Set(IReadOnlyList<LibraryRow> rows) => new([.. rows.Select(r => r.Id)], [.. Bands.CentresNm],
        new RowMatrix(rows.Count, Bands.Count, [.. rows.SelectMany(r => r.Reflectance)]), [.. rows.Select(r => r.SocGramsPerKg)]);

    static double Share(SocPrediction[] predictions, Verdict verdict) => predictions.Count(p => p.Verdict == verdict) / (double)predictions.Length;

    static double Covered(SocPrediction[] predictions, (double[] Spectrum, double Truth)[] looks) => predictions.Zip(looks)
        .Where(pair => pair.First.Verdict != Verdict.Abstain).Select(pair => pair.First.Lower90 <= pair.Second.Truth && pair.Second.Truth <= pair.First.Upper90 ? 1.0 : 0).DefaultIfEmpty(0).Average();

    static string Text(SocPrediction[] p, (double[] Spectrum, double Truth)[] looks) =>
        $"in {Share(p, Verdict.In):F2} out {Share(p, Verdict.Out):F2} abstain {Share(p, Verdict.Abstain):F2} coverage {Covered(p, looks):F2} "
        + $"rmse {Math.Sqrt(p.Zip(looks).Where(x => x.First.Verdict != Verdict.Abstain).Select(x => Math.Pow(x.First.Estimate - x.Second.Truth, 2)).DefaultIfEmpty(0).Average()):F2} "
        + $"width {p.Where(x => x.Verdict != Verdict.Abstain).Select(x => x.Upper90 - x.Lower90).DefaultIfEmpty(0).Average():F1} {p.Select(x => x.Reason).FirstOrDefault(r => r != "")} sd truth {looks.Average(l=>l.Truth):F1}";
}

using FourPerMille.Sensor.Sim.Field;
using FourPerMille.Sensor.Sim.Field.Spectra;

namespace FourPerMille.Sensor.Unit.Sim;

public sealed class SpectraTests
{
    static readonly Soil Arable = new(10, 0.22, 0.28, 0.013, 0.0008, 0.01, 1.35);

    [Fact]
    public void An_arable_soil_reflects_as_measured_soils_do()
    {
        var r = SoilOptics.Spectrum(Arable, 0.02);
        Assert.InRange(r[2], 0.06, 0.14);   // 460 nm
        Assert.InRange(r[6], 0.13, 0.25);   // 560 nm
        Assert.InRange(r[15], 0.35, 0.52);  // 860 nm
        Assert.All(r.Zip(r.Skip(1)).Take(13), pair => Assert.True(pair.Second > pair.First)); // rises through the visible
    }

    [Fact]
    public void Carbon_darkens_and_each_further_gram_darkens_less()
    {
        var darkening = new[] { 5.0, 10, 15, 20, 25, 30 }.Select(soc => SoilOptics.Spectrum(Arable with { SocGramsPerKg = soc }, 0.05)[8]).ToArray();
        Assert.All(darkening.Zip(darkening.Skip(1)), pair => Assert.True(pair.Second < pair.First));
        Assert.True(darkening[0] - darkening[1] > 2 * (darkening[4] - darkening[5]));
    }

    [Fact]
    public void Water_darkens_every_band()
    {
        var (dry, moist, wet) = (SoilOptics.Spectrum(Arable, 0), SoilOptics.Spectrum(Arable, 0.15), SoilOptics.Spectrum(Arable, 0.35));
        for (var band = 0; band < Bands.Count; band++)
        {
            Assert.True(moist[band] < dry[band]);
            Assert.True(wet[band] < moist[band]);
        }
        Assert.InRange(wet[10] / dry[10], 0.4, 0.75);
    }

    [Fact]
    public void Haematite_makes_a_soil_red()
    {
        var red = SoilOptics.Spectrum(Arable with { HematiteShare = 0.035 }, 0.05);
        var yellow = SoilOptics.Spectrum(Arable, 0.05);
        Assert.True(red[9] / red[5] > 1.5 * (yellow[9] / yellow[5])); // 645 against 535 nm
    }

    [Fact]
    public void Mixing_is_linear_neither_in_reflectance_nor_in_absorbance()
    {
        var (low, high, middle) = (At(4), At(36), At(20));
        Assert.True(Math.Abs(middle - (low + high) / 2) > 0.01);
        Assert.True(Math.Abs(Math.Log10(middle) - (Math.Log10(low) + Math.Log10(high)) / 2) > 0.01);

        static double At(double soc) => SoilOptics.Spectrum(Arable with { SocGramsPerKg = soc }, 0.05)[7];
    }

    [Fact]
    public void Kubelka_and_munk_invert_each_other()
    {
        foreach (var r in new[] { 0.02, 0.1, 0.4, 0.9 }) Assert.Equal(r, SoilOptics.FromKubelkaMunk(SoilOptics.KubelkaMunk(r)), 1e-12);
    }

    [Fact]
    public void Wetting_a_measured_spectrum_is_the_same_as_wetting_the_soil()
    {
        var dry = SoilOptics.Spectrum(Arable, 0);
        var computed = SoilOptics.Spectrum(Arable, 0.2);
        var wetted = SoilOptics.WetSpectrum(dry, 0.2, Arable.PorosityShare);
        for (var band = 0; band < Bands.Count; band++) Assert.Equal(computed[band], wetted[band], 0.003); // within a band's width
    }

    [Fact]
    public void A_head_repeats_a_moment_and_differs_between_moments()
    {
        var head = new SpectralHead("H1", seed: 2);
        var soil = SoilOptics.Spectrum(Arable, 0.1);
        Assert.Equal(head.Lit(soil, 1), head.Lit(soil, 1));
        Assert.NotEqual(head.Lit(soil, 1), head.Lit(soil, 2));
        Assert.All(head.Lit(soil, 1), signal => Assert.InRange(signal, 0, 60));
    }

    [DataFact("geeves_as7265x_18.csv")]
    public void Measured_soils_split_into_a_library_and_two_twins_without_overlap()
    {
        var soils = MeasuredSoils.Read(Repository.Data("geeves_as7265x_18.csv")!, seed: 1);
        var library = soils.Library(1000).Select(s => s.Id).ToHashSet();
        var near = Enumerable.Range(0, 40).Select(i => soils.At(Region.Beauce, i, 0, 0).Id).ToHashSet();
        var far = Enumerable.Range(0, 72).Select(i => soils.At(Region.Borgou, i, 0, 0).Id).ToHashSet();
        Assert.Equal(40, near.Count);
        Assert.Equal(72, far.Count);
        Assert.Equal(291, library.Count + near.Count + far.Count);
        Assert.False(library.Overlaps(near) || library.Overlaps(far) || near.Overlaps(far));
    }

    [DataFact("neon")]
    public void A_recorded_series_is_replayed_by_depth_and_time()
    {
        var series = RecordedSeries.Read(Repository.Data("neon")!)!;
        // sjer_2022_06_soiltemp_c.csv, first rows of positions 501 and 502.
        Assert.Equal(45.059, series.At(RecordedSeries.Quantity.SoilCelsius, 2, TimeSpan.Zero), 1e-9);
        Assert.Equal((45.059 + 44.564) / 2, series.At(RecordedSeries.Quantity.SoilCelsius, 2, TimeSpan.FromMinutes(15)), 1e-9);
        Assert.Equal((45.059 + 38.262) / 2, series.At(RecordedSeries.Quantity.SoilCelsius, 4, TimeSpan.Zero), 1e-9);
        Assert.Equal(TimeSpan.FromDays(30), series.Length);
        Assert.Equal(45.059, series.At(RecordedSeries.Quantity.SoilCelsius, 2, series.Length), 1e-9);
        Assert.DoesNotContain(66, series.DepthsCm(RecordedSeries.Quantity.SoilCelsius).Select(d => Math.Round(d))); // position 506 is flagged throughout
    }

    [DataFact("neon")]
    public void The_replayed_afternoon_is_the_regions_afternoon()
    {
        var start = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
        var weather = Weather.Generate(Climate.Borgou, start.AddDays(-30), 90, Chance.For(1, "w"));
        var soil = SoilPopulation.Borgou.Draw(Chance.For(1, "s"));
        var ground = new RecordedGround(RecordedSeries.Read(Repository.Data("neon")!)!, new ModelledGround(soil, weather), soil,
            Climate.Borgou, start, Chance.For(1, "point"));
        var warmest = Enumerable.Range(0, 24).MaxBy(hour => Enumerable.Range(0, 20).Average(day => ground.SoilCelsius(2, start.AddDays(day).AddHours(hour))));
        Assert.InRange(Climate.Borgou.SolarHour(start.AddHours(warmest)), 13, 16);
    }
}

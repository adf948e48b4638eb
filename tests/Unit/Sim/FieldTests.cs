using FourPerMille.Sensor.Sim.Field;

namespace FourPerMille.Sensor.Unit.Sim;

public sealed class FieldTests
{
    static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    static readonly Soil Loam = new(15, 0.24, 0.30, 0.014, 0.0006, 0.03, 1.36);

    static Weather WeatherOf(Climate climate, int days = 365, int seed = 1) =>
        Weather.Generate(climate, Start, days, Chance.For(seed, "weather"));

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3)]
    public void Every_millimetre_of_water_is_accounted_for(int seed)
    {
        var column = SoilWater.Simulate(Loam, WeatherOf(Climate.Borgou, seed: seed));
        Assert.Equal(0, column.Balance.ErrorMillimetres, 1e-6);
        Assert.InRange(column.Balance.RainMillimetres, 500, 2000);
    }

    [Fact]
    public void Water_stays_between_half_the_wilting_point_and_saturation()
    {
        var column = SoilWater.Simulate(Loam, WeatherOf(Climate.Beauce));
        foreach (var depth in new[] { 2.0, 10, 20, 50, 100 })
            for (var hour = 0; hour < 364 * 24; hour += 7)
                Assert.InRange(column.At(depth, Start.AddHours(hour)), 0.5 * Loam.WaterLimits.WiltingPoint - 1e-6, Loam.WaterLimits.Saturation + 1e-6);
    }

    [Fact]
    public void A_year_of_rain_is_near_the_climate()
    {
        var yearly = Enumerable.Range(1, 20).Average(seed => WeatherOf(Climate.Beauce, seed: seed).RainMillimetres.Sum());
        var expected = Climate.Beauce.WetDayShare.Zip(Climate.Beauce.WetDayMillimetres, (share, mm) => share * mm).Sum() * 30.4;
        Assert.InRange(yearly, 0.9 * expected, 1.1 * expected);
    }

    [Fact]
    public void The_daily_wave_falls_by_the_damping_depth_and_arrives_later()
    {
        var warmth = new SoilWarmth(WeatherOf(Climate.Beauce, 60));
        var damping = SoilWarmth.DampingDepthCm(86400);
        Assert.InRange(damping, 12, 14);
        var (top, topHour) = Wave(0);
        var (deep, deepHour) = Wave(damping);
        Assert.InRange(deep / top, 0.30, 0.44); // 1/e, cloud and season aside
        Assert.InRange(((deepHour - topHour) + 24) % 24, 3, 5); // 24/(2 pi) hours

        (double Amplitude, double Hour) Wave(double depthCm)
        {
            var (cosine, sine) = (0.0, 0.0); // the 24 h harmonic of thirty days
            for (var hour = 0; hour < 720; hour++)
            {
                var celsius = warmth.CelsiusAt(depthCm, Start.AddDays(20).AddHours(hour));
                cosine += celsius * Math.Cos(2 * Math.PI * hour / 24) / 360;
                sine += celsius * Math.Sin(2 * Math.PI * hour / 24) / 360;
            }
            return (Math.Sqrt(cosine * cosine + sine * sine), Math.Atan2(sine, cosine) / (2 * Math.PI) * 24);
        }
    }

    [Fact]
    public void Texture_sets_plausible_water_limits()
    {
        // Saxton and Rawls 2006, table 3: a loam with 2.5 % organic matter holds 14 % at 1500 kPa and 28 % at 33 kPa.
        var loam = new Soil(2.5 / 0.172, 0.20, 0.40, 0, 0, 0, 1.43).WaterLimits;
        Assert.Equal(0.14, loam.WiltingPoint, 0.01);
        Assert.Equal(0.28, loam.FieldCapacity, 0.01);
    }

    [Fact]
    public void Soil_air_holds_more_carbon_dioxide_where_it_is_deeper_warmer_and_wetter()
    {
        var reference = SoilBreath.Co2Ppm(Loam, 10, 0.25, 15, 101325);
        Assert.InRange(reference, 600, 6000);
        Assert.True(SoilBreath.Co2Ppm(Loam, 20, 0.25, 15, 101325) > reference);
        Assert.True(SoilBreath.Co2Ppm(Loam, 10, 0.25, 25, 101325) > reference);
        Assert.True(SoilBreath.Co2Ppm(Loam, 10, 0.32, 15, 101325) > reference);
    }

    [Fact]
    public void Neighbours_are_alike_and_strangers_are_not()
    {
        var map = new SoilMap(Region.Borgou, seed: 5);
        double Log(double e, double n) => Math.Log(map.At(e, n).SocGramsPerKg);
        var (near, far) = (0.0, 0.0);
        var chance = Chance.For(1, "pairs");
        for (var pair = 0; pair < 400; pair++)
        {
            var (e, n) = (chance.Uniform(0, 3000), chance.Uniform(0, 3000));
            near += Math.Pow(Log(e, n) - Log(e + 10, n), 2) / 800;
            far += Math.Pow(Log(e, n) - Log(e + 2500, n + 2500), 2) / 800;
        }
        Assert.True(near < 0.4 * far, $"semivariance near {near:F4}, far {far:F4}");
    }

    [Fact]
    public void The_same_seed_gives_the_same_field_and_another_seed_another()
    {
        var (a, b, c) = (new SoilMap(Region.Beauce, 7), new SoilMap(Region.Beauce, 7), new SoilMap(Region.Beauce, 8));
        Assert.Equal(a.At(123, 45), b.At(123, 45));
        Assert.NotEqual(a.At(123, 45), c.At(123, 45));
    }

    [Fact]
    public void A_moisture_probe_falls_as_water_rises()
    {
        var probe = new MoistureProbe("M1", 0.24, seed: 3);
        var volts = Enumerable.Range(0, 45).Select(i => probe.Volts(i / 100.0, 20)).ToArray();
        Assert.All(volts.Zip(volts.Skip(1)), pair => Assert.True(pair.Second < pair.First));
        Assert.InRange(volts[^1], 1.2, volts[0]);
    }
}

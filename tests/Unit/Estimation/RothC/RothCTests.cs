using System.Globalization;
using FourPerMille.Sensor.Estimation.RothC;
using FourPerMille.Sensor.Gateway.Technician.Cli;

namespace FourPerMille.Sensor.Unit.Estimation;

/// <summary>Golden figures: output of the official Fortran, RothC 2.0.0 (Rothamsted-Models/RothC_Code, Apache-2.0).</summary>
public sealed class RothCTests
{
    /// <summary>Year, month, modern %, C, rain mm, evaporation mm, plant C, manure C, cover, DPM/RPM: a made-up dry summer with a bare spring.</summary>
    const string Weather = """
        1,1,100,3.37,94.0,12.4,0,0,1,1.44
        1,2,100,3.37,107.0,18.4,0,0,1,1.44
        1,3,100,6.22,108.0,42.5,0,0,1,1.44
        1,4,100,11.15,98.5,64.9,0.2,0,0,1.44
        1,5,100,16.85,55.0,107.1,0.3,0,0,1.44
        1,6,100,21.78,39.5,129.5,0.5,0,0,1.44
        1,7,100,24.63,30.0,153.6,1.1,0,0,1.44
        1,8,100,24.63,31.0,159.6,0.4,0,1,1.44
        1,9,100,21.78,16.0,132.5,0,0,1,1.44
        1,10,100,16.85,39.5,107.1,0.1,0,0,1.44
        1,11,100,11.15,69.0,61.9,0,0,1,1.44
        1,12,100,6.22,98.5,36.5,0,0,1,1.44
        2000,1,107.5,3.07,94.0,24.4,0,0,1,1.44
        2000,2,107.25,3.07,107.0,15.4,0,0,1,1.44
        2000,3,107.0,5.92,108.0,39.5,0,1.6,1,1.44
        2000,4,106.75,10.85,98.5,61.9,0.2,0,0,1.44
        2000,5,106.5,16.55,55.0,104.1,0.3,0,0,1.44
        2000,6,106.25,21.48,39.5,141.5,0.5,0,0,1.44
        2000,7,106.0,24.33,30.0,150.6,1.1,0,0,1.44
        2000,8,105.75,24.33,31.0,156.6,0.4,0,1,1.44
        2000,9,105.5,21.48,16.0,129.5,0,0,1,1.44
        2000,10,105.25,16.55,39.5,104.1,0.1,0,0,1.44
        2000,11,105.0,10.85,69.0,73.9,0,0,1,1.44
        2000,12,104.75,5.92,98.5,33.5,0,0,1,1.44
        2001,1,104.5,2.77,94.0,21.4,0,0,1,0.67
        2001,2,104.25,2.77,107.0,12.4,0,0,1,0.67
        2001,3,104.0,5.62,108.0,36.5,0,1.6,1,0.67
        2001,4,103.75,10.55,98.5,73.9,0.2,0,0,0.67
        2001,5,103.5,16.25,55.0,101.1,0.3,0,0,0.67
        2001,6,103.25,21.18,39.5,138.5,0.5,0,0,0.67
        2001,7,103.0,24.03,30.0,147.6,1.1,0,0,0.67
        2001,8,102.75,24.03,31.0,153.6,0.4,0,1,0.67
        2001,9,102.5,21.18,16.0,141.5,0,0,1,0.67
        2001,10,102.25,16.25,39.5,101.1,0.1,0,0,0.67
        2001,11,102.0,10.55,69.0,70.9,0,0,1,0.67
        2001,12,101.75,5.62,98.5,30.5,0,0,1,0.67
        """;

    [Theory]
    // options, months to equilibrium, then DPM RPM BIO HUM at equilibrium and DPM RPM BIO HUM CO2 delta14C after 2000 and 2001
    [InlineData(1, 1, 8724, "0.1661,3.6984,0.5343,18.8354,-109.22", "0.2100,4.3313,0.5996,18.9819,3.3115,-100.18", "0.1433,5.2610,0.6193,19.1104,6.5003,-94.71")]
    [InlineData(1, 2, 13812, "0.1944,5.7331,0.8120,29.8287,-77.41", "0.2492,6.4391,0.8839,29.9655,3.2305,-71.73", "0.1715,7.4903,0.9136,30.0798,6.3130,-68.31")]
    [InlineData(2, 1, 9060, "0.2927,3.8937,0.5513,19.5794,-105.26", "0.3470,4.5367,0.6170,19.7246,3.2916,-96.36", "0.2438,5.5088,0.6428,19.8589,6.4627,-91.24")]
    [InlineData(2, 2, 15168, "0.3576,6.3692,0.8897,32.7558,-72.23", "0.4309,7.1025,0.9634,32.8920,3.1837,-66.84", "0.3069,8.2300,1.0041,33.0157,6.2157,-63.82")]
    [InlineData(3, 1, 8700, "0.1958,3.7148,0.5344,18.8047,-109.14", "0.2523,4.3595,0.6001,18.9516,3.2860,-99.93", "0.1704,5.3164,0.6237,19.0858,6.4533,-94.42")]
    [InlineData(3, 2, 14184, "0.2390,5.9180,0.8366,30.6307,-75.85", "0.3129,6.6556,0.9108,30.7694,3.1756,-70.17", "0.2141,7.7650,0.9485,30.8929,6.2037,-66.80")]
    public void Every_official_option_gives_the_official_pools(int moisture, int bare, int months, string equilibrium, string first, string second)
    {
        var model = new RothCModel(SmallSoil((MoistureOption)moisture, (BareSoilOption)bare));
        var (spinUp, rows) = model.Run(SmallWeather());

        Assert.Equal(months, spinUp.Months);
        AssertState(equilibrium, model, spinUp.State, withCarbonDioxide: false);
        AssertState(first, model, rows[11].State, withCarbonDioxide: true);
        AssertState(second, model, rows[23].State, withCarbonDioxide: true);
    }

    [Fact]
    public void A_dry_bare_month_has_the_official_deficit_and_modifiers()
    {
        var (_, rows) = new RothCModel(SmallSoil(MoistureOption.Standard, BareSoilOption.Standard)).Run(SmallWeather());
        var june = rows[12 + 5];
        Assert.Equal(3.0498, june.Modifiers.Temperature, 0.00005);
        Assert.Equal(0.8388, june.Modifiers.Moisture, 0.00005);
        Assert.Equal(-24.55, june.State.DeficitMm, 0.005);
        Assert.Equal(1.0, june.Modifiers.Cover);
        Assert.Equal(0.6, rows[12 + 7].Modifiers.Cover, 1e-7);
    }

    [Fact]
    public void The_jump_of_the_spin_up_lands_where_stepping_every_month_does()
    {
        var model = new RothCModel(SmallSoil(MoistureOption.VanGenuchten, BareSoilOption.Standard));
        var year = SmallWeather()[..12];
        var (stepped, before, years) = (new RothCState(), 0.0, 0);
        while (true)
        {
            model.Advance(ref stepped, year);
            years++;
            if (Math.Abs(stepped.Pools.Sum - before) < RothCModel.StopRuleTonnesPerHa) break;
            before = stepped.Pools.Sum;
        }
        var jumped = model.SpinUp(year);
        Assert.Equal(12 * years, jumped.Months);
        Assert.Equal(stepped.Pools.Hum, jumped.State.Pools.Hum, 1e-10);
        Assert.Equal(stepped.Activity.Hum, jumped.State.Activity.Hum, 1e-10);
    }

    [Fact]
    public void The_closed_form_is_a_fixed_point_just_above_the_stop_rule()
    {
        var model = new RothCModel(SmallSoil(MoistureOption.Standard, BareSoilOption.Standard));
        var year = SmallWeather()[..12];
        var fixedPoint = model.Equilibrium(year);
        var yearLater = fixedPoint;
        model.Advance(ref yearLater, year);
        Assert.Equal(fixedPoint.Pools.Hum, yearLater.Pools.Hum, 1e-11);
        Assert.InRange(fixedPoint.Pools.Sum - model.SpinUp(year).State.Pools.Sum, 0, 5e-4);
    }

    [Fact]
    public void Carbon_is_conserved_input_is_stock_gained_plus_carbon_dioxide()
    {
        var model = new RothCModel(SmallSoil(MoistureOption.VanGenuchtenDry, BareSoilOption.WiltingPoint));
        var months = SmallWeather();
        var (spinUp, rows) = model.Run(months);
        double input = months[12..].ToArray().Sum(m => m.PlantTonnesPerHa + m.ManureTonnesPerHa);
        // To 1e-7 of what moved: the official shares (0.46 + 0.54, 0.49 + 0.49 + 0.02) are single precision and miss one by as much.
        Assert.Equal(input, rows[^1].State.Pools.Sum - spinUp.State.Pools.Sum + rows[^1].State.CarbonDioxideTonnesPerHa, 1e-6);
    }

    [Fact]
    public void Without_input_the_official_stop_rule_holds_after_one_year() =>
        Assert.Equal(12, new RothCModel(new RothCSoil(20, 23, 3)).SpinUp(new RothCMonth[12]).Months);

    [Theory]
    [InlineData(0.20, 0.77554)] // SCIENCE.md section 6: fc 0.32, wp 0.12
    [InlineData(0.32, 1.0)]
    [InlineData(0.05, 0.2)]
    [InlineData(0.40, 1.0)]
    public void A_probe_in_the_soil_gives_the_moisture_modifier(double theta, double expected) =>
        Assert.Equal(expected, RateModifiers.OfProbe(new ProbeWater(theta, 0.32, 0.12)), 0.000005);

    [Fact]
    public void The_van_genuchten_options_refuse_a_soil_without_bulk_density() =>
        Assert.Throws<ArgumentException>(() => new RothCSoil(20, 23, 3, MoistureOption.VanGenuchten, siltPercent: 40, organicCarbonPercent: 1));

    [DataFact("rothc")]
    public void Every_year_and_pool_of_the_official_run_is_met()
    {
        AssertYears(MoistureOption.Standard, "rothc_year_official_v2.csv", 20916);
        AssertYears(MoistureOption.VanGenuchtenDry, "rothc_year_opt2_1.csv", 23016);
    }

    [DataFact("rothc")]
    public void Every_month_of_the_official_run_is_met()
    {
        var (_, rows) = Rothamsted(MoistureOption.Standard).Run(RothamstedMonths());
        var official = CsvTable.Read(Data("rothc_month_official_v2.csv")).Rows.Skip(2).ToArray();
        Assert.Equal(official.Length, rows.Length);
        foreach (var (expected, row) in official.Zip(rows))
        {
            Assert.Equal(expected.Number("RM_TMP"), row.Modifiers.Temperature, 0.0001);
            Assert.Equal(expected.Number("SMD_mm"), row.State.DeficitMm, 0.0051);
            Assert.Equal(expected.Number("RM_Moist"), row.Modifiers.Moisture, 0.0001);
            Assert.Equal(expected.Number("DPM_t_C_ha"), row.State.Pools.Dpm, 0.0001);
            Assert.Equal(expected.Number("RPM_t_C_ha"), row.State.Pools.Rpm, 0.0001);
            Assert.Equal(expected.Number("BIO_t_C_ha"), row.State.Pools.Bio, 0.0001);
            Assert.Equal(expected.Number("HUM_t_C_ha"), row.State.Pools.Hum, 0.0001);
            Assert.Equal(expected.Number("CO2_t_C_ha"), row.State.CarbonDioxideTonnesPerHa, 0.0001);
        }
    }

    [DataFact("rothc")]
    public void The_closed_form_of_the_official_run_is_42_47806()
    {
        var model = Rothamsted(MoistureOption.Standard);
        Assert.Equal(42.47806, model.StockTonnesPerHa(model.Equilibrium(RothamstedMonths())), 0.00001);
    }

    static void AssertYears(MoistureOption moisture, string file, int months)
    {
        var model = Rothamsted(moisture);
        var (spinUp, rows) = model.Run(RothamstedMonths());
        Assert.Equal(months, spinUp.Months);
        var official = CsvTable.Read(Data(file)).Rows;
        var states = rows.Where((_, i) => i % 12 == 11).Select(r => r.State).Prepend(spinUp.State).ToArray();
        Assert.Equal(official.Count - 1, states.Length);
        foreach (var (expected, state) in official.Skip(1).Zip(states))
        {
            Assert.Equal(expected.Number("DPM_t_C_ha"), state.Pools.Dpm, 0.0001);
            Assert.Equal(expected.Number("RPM_t_C_ha"), state.Pools.Rpm, 0.0001);
            Assert.Equal(expected.Number("BIO_t_C_ha"), state.Pools.Bio, 0.0001);
            Assert.Equal(expected.Number("HUM_t_C_ha"), state.Pools.Hum, 0.0001);
            Assert.Equal(expected.Number("SOC_t_C_ha"), model.StockTonnesPerHa(state), 0.0001);
            Assert.Equal(expected.Number("CO2_t_C_ha"), state.CarbonDioxideTonnesPerHa, 0.0001);
            Assert.Equal(expected.Number("deltaC"), model.DeltaC14(state), 0.0051);
        }
    }

    static void AssertState(string expected, RothCModel model, RothCState state, bool withCarbonDioxide)
    {
        double[] figures = expected.Split(',').Select(f => double.Parse(f, CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal(figures[0], state.Pools.Dpm, 0.0001);
        Assert.Equal(figures[1], state.Pools.Rpm, 0.0001);
        Assert.Equal(figures[2], state.Pools.Bio, 0.0001);
        Assert.Equal(figures[3], state.Pools.Hum, 0.0001);
        if (withCarbonDioxide) Assert.Equal(figures[4], state.CarbonDioxideTonnesPerHa, 0.0001);
        Assert.Equal(figures[^1], model.DeltaC14(state), 0.0051);
    }

    static RothCSoil SmallSoil(MoistureOption moisture, BareSoilOption bare) => new(18.5, 25.0, 2.7, moisture, bare,
        siltPercent: 42.5, bulkDensity: 1.38, organicCarbonPercent: 1.15, minimumMoistureModifier: moisture == MoistureOption.Standard ? RothCSoil.DefaultMinimumMoistureModifier : 0.15);

    static RothCMonth[] SmallWeather() => Weather.Split('\n').Select(line => line.Split(',').Select(f => double.Parse(f, CultureInfo.InvariantCulture)).ToArray())
        .Select(f => new RothCMonth
        {
            Year = (int)f[0], Month = (int)f[1], ModernPercent = f[2], TemperatureCelsius = f[3], RainMm = f[4], EvaporationMm = f[5],
            PlantTonnesPerHa = f[6], ManureTonnesPerHa = f[7], IsCovered = f[8] == 1, DpmToRpm = f[9],
        }).ToArray();

    static RothCModel Rothamsted(MoistureOption moisture) => new(new RothCSoil(23.4, 23.0, 3.0041, moisture, siltPercent: 58.6, bulkDensity: 1.27, organicCarbonPercent: 0.94));

    static RothCMonth[] RothamstedMonths() => CsvTable.Read(Data("rothc_input_fortran_v2.csv")).Rows.Select(r => new RothCMonth
    {
        Year = r.Integer("year"), Month = r.Integer("month"), ModernPercent = r.Number("modern_pct"), TemperatureCelsius = r.Number("tmp_c"),
        RainMm = r.Number("rain_mm"), EvaporationMm = r.Number("evap_mm"), PlantTonnesPerHa = r.Number("c_inp_tc_ha"),
        ManureTonnesPerHa = r.Number("fym_tc_ha"), IsCovered = r.Integer("pc") == 1, DpmToRpm = r.Number("dpm_rpm"),
    }).ToArray();

    static string Data(string file) => Repository.Data(Path.Combine("rothc", file))!;
}

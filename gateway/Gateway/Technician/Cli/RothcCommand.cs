using System.CommandLine;
using System.Globalization;
using FourPerMille.Sensor.Estimation.RothC;

namespace FourPerMille.Sensor.Gateway.Technician.Cli;

/// <summary><c>fpm rothc run</c>: the official RothC-26.3 run from two tables into the official yearly or monthly table.</summary>
public static class RothcCommand
{
    public static Command Create()
    {
        var soil = new Option<string>("--soil") { Required = true, Description = "One row: clay_pct, depth_cm, iom_tc_ha; opt_rmmoist (1-3), opt_smdbare (1-2), min_rm_moist; options 2 and 3 also silt_pct, bd_g_cm3, oc_pct; nsteps." };
        var input = new Option<string>("--input") { Required = true, Description = "One row a month: year, month, modern_pct, tmp_c, rain_mm, evap_mm, c_inp_tc_ha, fym_tc_ha, pc, dpm_rpm. The first twelve are repeated to equilibrium. Probe water replaces the balance where theta_m3_m3, fc_m3_m3 and wp_m3_m3 stand." };
        var output = new Option<string>("--out") { Required = true, Description = "Where to write the table." };
        var monthly = new Option<bool>("--monthly") { Description = "A row a month, with drivers and modifiers, instead of a row a year." };
        var run = new Command("run", """
            Run RothC-26.3 to equilibrium and on, as the official program does.

            Examples:
              fpm rothc run --soil soil.csv --input months.csv --out years.csv
              fpm rothc run --soil soil.csv --input months.csv --out months-out.csv --monthly
            """) { soil, input, output, monthly };
        run.SetAction(parsed => Verb.Run(() =>
        {
            var model = new RothCModel(ReadSoil(parsed.GetRequiredValue(soil), out int? steps));
            var months = ReadMonths(parsed.GetRequiredValue(input), steps);
            var (spinUp, rows) = model.Run(months);
            using (var table = CsvWriter.Create(parsed.GetRequiredValue(output)))
            {
                if (parsed.GetValue(monthly)) WriteMonths(table, model, months[0].Year, spinUp, rows);
                else WriteYears(table, model, months[0].Year, spinUp, rows);
            }
            JsonOutput.Wrote(parsed, parsed.GetRequiredValue(output));
        }));
        return new Command("rothc", "Soil carbon turnover by RothC-26.3.") { run };
    }

    static RothCSoil ReadSoil(string path, out int? steps)
    {
        var table = CsvTable.Read(path);
        if (table.Rows.Count != 1) throw new InputRefused($"{path}: a run has one soil, this table has {table.Rows.Count} rows");
        var row = table.Rows[0];
        double? Optional(string column) => table.Has(column) ? row.NumberOrMissing(column) : null;
        steps = (int?)Optional("nsteps");
        var moisture = table.Has("opt_rmmoist") ? (MoistureOption)row.Integer("opt_rmmoist") : MoistureOption.Standard;
        var bare = table.Has("opt_smdbare") ? (BareSoilOption)row.Integer("opt_smdbare") : BareSoilOption.Standard;
        // As the official program: with option 1 the least modifier is 0.2 whatever the file says.
        double? least = moisture == MoistureOption.Standard ? null : Optional("min_rm_moist");
        return row.Make(r => new RothCSoil(r.Number("clay_pct"), r.Number("depth_cm"), r.Number("iom_tc_ha"), moisture, bare,
            Optional("silt_pct"), Optional("bd_g_cm3"), Optional("oc_pct"), least ?? RothCSoil.DefaultMinimumMoistureModifier));
    }

    static RothCMonth[] ReadMonths(string path, int? steps)
    {
        var table = CsvTable.Read(path);
        int count = steps ?? table.Rows.Count;
        if (count < 12 || count > table.Rows.Count)
            throw new InputRefused($"{path}: {table.Rows.Count} months; a run needs twelve for the equilibrium and as many as the soil's nsteps{(steps is null ? "" : $" ({steps})")}");
        bool fromProbes = table.Has("theta_m3_m3");
        return table.Rows.Take(count).Select(row => row.Make(r => new RothCMonth
        {
            Year = r.Integer("year"),
            Month = Within(r, "month", 1, 12),
            ModernPercent = table.Has("modern_pct") ? r.Number("modern_pct") : 100,
            TemperatureCelsius = r.Number("tmp_c"),
            RainMm = r.Number("rain_mm"),
            EvaporationMm = r.Number("evap_mm"),
            PlantTonnesPerHa = r.Number("c_inp_tc_ha"),
            ManureTonnesPerHa = r.Number("fym_tc_ha"),
            IsCovered = Within(r, "pc", 0, 1) == 1,
            DpmToRpm = r.Number("dpm_rpm"),
            WaterContent = fromProbes && r.NumberOrMissing("theta_m3_m3") is { } theta ? new ProbeWater(theta, r.Number("fc_m3_m3"), r.Number("wp_m3_m3")) : null,
        })).ToArray();
    }

    static int Within(CsvRow row, string column, int low, int high)
    {
        int value = row.Integer(column);
        return value >= low && value <= high ? value : throw row.Refuse(column, $"{value} is not one of {low} to {high}");
    }

    static void WriteYears(CsvWriter table, RothCModel model, int firstYear, RothCSpinUp spinUp, RothCRow[] rows)
    {
        table.Row("Year", "Month", "DPM_t_C_ha", "RPM_t_C_ha", "BIO_t_C_ha", "HUM_t_C_ha", "IOM_t_C_ha", "SOC_t_C_ha", "CO2_t_C_ha", "deltaC");
        // The official table opens with the empty soil; its radiocarbon is the inert pool's, printed there as a constant.
        WriteYear(table, model, 0, 0, new RothCState(), "-998.02");
        WriteYear(table, model, firstYear, spinUp.Months, spinUp.State);
        for (int i = 11; i < rows.Length; i += 12) WriteYear(table, model, rows[i].Drivers.Year, 12, rows[i].State);
    }

    static void WriteYear(CsvWriter table, RothCModel model, int year, int month, in RothCState state, string? deltaC = null)
    {
        string[] carbon = Carbon(model, state);
        table.Row(year, month, carbon[0], carbon[1], carbon[2], carbon[3], carbon[4], carbon[5], carbon[6], deltaC ?? Fixed(model.DeltaC14(state), 2));
    }

    static void WriteMonths(CsvWriter table, RothCModel model, int firstYear, RothCSpinUp spinUp, RothCRow[] rows)
    {
        table.Row("Year", "Month", "C_Inp_t_C_ha", "FYM_Inp_t_C_ha", "TEMP_C", "RM_TMP", "RAIN_mm", "PEVAP_mm", "SMD_mm", "RM_Moist", "PC", "RM_PC",
            "DPM_t_C_ha", "RPM_t_C_ha", "BIO_t_C_ha", "HUM_t_C_ha", "IOM_t_C_ha", "SOC_t_C_ha", "CO2_t_C_ha");
        string[] undriven = ["", "", "", "", "", "", "", "", "", ""];
        table.Row([firstYear, 0, .. undriven, .. Carbon(model, new RothCState())]);
        table.Row([firstYear, spinUp.Months, .. undriven, .. Carbon(model, spinUp.State)]);
        for (int i = 0; i < rows.Length; i++)
        {
            var (drivers, modifiers, state) = rows[i];
            table.Row([drivers.Year, i % 12 + 1, Fixed(drivers.PlantTonnesPerHa, 3), Fixed(drivers.ManureTonnesPerHa, 3), Fixed(drivers.TemperatureCelsius, 1),
                Fixed(modifiers.Temperature, 4), Fixed(drivers.RainMm, 1), Fixed(drivers.EvaporationMm, 1), Fixed(state.DeficitMm, 2), Fixed(modifiers.Moisture, 4),
                drivers.IsCovered ? 1 : 0, Fixed(modifiers.Cover, 1), .. Carbon(model, state)]);
        }
    }

    static string[] Carbon(RothCModel model, in RothCState state) =>
    [
        Fixed(state.Pools.Dpm, 4), Fixed(state.Pools.Rpm, 4), Fixed(state.Pools.Bio, 4), Fixed(state.Pools.Hum, 4),
        Fixed(model.Soil.InertTonnesPerHa, 4), Fixed(model.StockTonnesPerHa(state), 4), Fixed(state.CarbonDioxideTonnesPerHa, 4),
    ];

    static string Fixed(double value, int digits) => value.ToString("F" + digits, CultureInfo.InvariantCulture);
}

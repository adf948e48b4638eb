using FourPerMille.Sensor.Gateway;
using FourPerMille.Sensor.Gateway.Technician.Cli;

namespace FourPerMille.Sensor.Unit.Estimation;

public sealed class RothcCommandTests
{
    [DataFact("rothc")]
    public void The_official_yearly_table_comes_out_line_for_line() => Assert.Equal(
        Official("rothc_year_official_v2.csv"), Run(Data("rothc_soil_fortran_v2.csv"), Data("rothc_input_fortran_v2.csv")));

    [DataFact("rothc")]
    public void The_official_monthly_table_comes_out_line_for_line() => Assert.Equal(
        Official("rothc_month_official_v2.csv"), Run(Data("rothc_soil_fortran_v2.csv"), Data("rothc_input_fortran_v2.csv"), "--monthly"));

    [Fact]
    public void A_month_without_rain_figures_is_refused_with_its_place()
    {
        using var soil = new ScratchFile("clay_pct,depth_cm,iom_tc_ha\n20,23,3\n");
        using var input = new ScratchFile("year,month,tmp_c,rain_mm,evap_mm,c_inp_tc_ha,fym_tc_ha,pc,dpm_rpm\n"
            + string.Concat(Enumerable.Range(1, 12).Select(m => $"1,{m},10,{(m == 7 ? "" : "50")},60,0.1,0,1,1.44\n")));
        var refusal = Assert.Throws<InputRefused>(() => Run(soil.Path, input.Path));
        Assert.Contains("line 8, column 'rain_mm': the value is missing", refusal.Message);
    }

    [Fact]
    public void A_soil_that_cannot_be_is_refused_with_its_place()
    {
        using var soil = new ScratchFile("clay_pct,depth_cm,iom_tc_ha,opt_rmmoist\n20,23,3,2\n");
        var refusal = Assert.Throws<InputRefused>(() => Run(soil.Path, "unread.csv"));
        Assert.Contains("line 2: The Van Genuchten options need silt", refusal.Message);
    }

    static string[] Run(string soil, string input, params string[] more)
    {
        using var output = new ScratchFile("");
        Assert.Equal(0, ScienceVerb.Run(RothcCommand.Create(), ["run", "--soil", soil, "--input", input, "--out", output.Path, .. more]));
        return File.ReadAllLines(output.Path);
    }

    static string Data(string file) => Repository.Data(Path.Combine("rothc", file))!;
    static string[] Official(string file) => File.ReadAllLines(Data(file));
}

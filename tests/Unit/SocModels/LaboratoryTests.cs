using System.Text;
using FourPerMille.Sensor.Gateway;
using FourPerMille.Sensor.Gateway.SocModels;
using FourPerMille.Sensor.Gateway.SocModels.Cores;
using FourPerMille.Sensor.Gateway.SocModels.Laboratory;
using FourPerMille.Sensor.Gateway.Technician.Access;
using FourPerMille.Sensor.Unit.Gateway;
using FourPerMille.Sensor.Unit.Technician;

namespace FourPerMille.Sensor.Unit.SocModels;

/// <summary>Files as laboratories send them.</summary>
public sealed class LaboratoryTests
{
    [Theory]
    [InlineData("sample,soc,unit,method,laboratory\nX,14.5,g/kg,ISO 10694,lab")]
    [InlineData("Échantillon;COS;Unité;Méthode;Laboratoire\r\nX;14,5;g/kg;ISO 10694;lab\r\n")]
    [InlineData("\uFEFFMuestra\tCarbono orgánico (g/kg)\tMétodo\tLaboratorio\nX\t14,5\tISO 10694\tlab")]
    [InlineData("Probe;\"Corg [%]\";Methode;Labor\nX;1,45;Dumas, trockene Verbrennung;lab")]
    [InlineData("id,SOC,unit,method,lab\nX,\"14,5\",G/KG,EN 15936,lab")]
    public void A_table_is_understood_whatever_program_wrote_it(string text)
    {
        foreach (var bytes in new[] { Encoding.UTF8.GetBytes(text), [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(text.TrimStart('\uFEFF'))], Encoding.Latin1.GetBytes(text.TrimStart('\uFEFF')) })
        {
            var table = LaboratoryLine.Table(bytes);
            var (sample, replicate, result) = LaboratoryLine.Read(Assert.Single(table.Rows), table.InBrackets("soc"), new(2026, 3, 1));
            Assert.Equal(("X", 1, 14.5, CarbonMethod.DryCombustion), (sample, replicate, Math.Round(result.SocGramsPerKg, 9), result.Method));
        }
    }

    [Theory]
    [InlineData("X,<0.5,g/kg,ISO 10694,lab,,,", "model.line-limit")]
    [InlineData("X,\"1.234,5\",g/kg,ISO 10694,lab,,,", "model.line-ambiguous")]
    [InlineData("X,much,g/kg,ISO 10694,lab,,,", "model.line-number")]
    [InlineData("X,,g/kg,ISO 10694,lab,,,", "model.line-no-soc")]
    [InlineData(",1,g/kg,ISO 10694,lab,,,", "model.line-no-sample")]
    [InlineData("X,1,,ISO 10694,lab,,,", "model.line-no-unit")]
    [InlineData("X,1,ppm,ISO 10694,lab,,,", "model.line-unit")]
    [InlineData("X,145,%,ISO 10694,lab,,,", "model.line-soc-range")]
    [InlineData("X,1,g/kg,,lab,,,", "model.line-no-method")]
    [InlineData("X,1,g/kg,by eye,lab,,,", "model.line-method")]
    [InlineData("X,1,g/kg,loss on ignition,lab,,,", "model.line-loss-on-ignition")]
    [InlineData("X,1,g/kg,Walkley-Black,lab,,,", "model.line-no-factor")]
    [InlineData("X,1,g/kg,Walkley-Black,lab,,,2", "model.line-factor")]
    [InlineData("X,1,g/kg,ISO 10694,,,,", "model.line-no-laboratory")]
    [InlineData("X,1,g/kg,ISO 10694,lab,03/31/2026,,", "model.line-date")]
    [InlineData("X,1,g/kg,ISO 10694,lab,2027-01-01,,", "model.line-date-future")]
    [InlineData("X,1,g/kg,ISO 10694,lab,,1.5,", "model.line-replicate")]
    [InlineData("X,1,g/kg,\"ISO 10694,lab,,,", "model.line-quote")]
    public void A_line_that_cannot_be_used_says_why(string line, string key)
    {
        var table = LaboratoryLine.Table(Encoding.UTF8.GetBytes("sample,soc,unit,method,laboratory,date,replicate,factor\n" + line));
        Assert.Equal(key, Assert.Throws<InputRefused>(() => LaboratoryLine.Read(table.Rows[0], null, new(2026, 4, 1))).Key);
    }

    [Fact]
    public void Walkley_and_Black_are_brought_to_all_of_the_carbon_with_what_the_factor_leaves_open()
    {
        static LaboratoryResult Read(string factor) => LaboratoryLine.Read(LaboratoryLine.Table(Encoding.UTF8.GetBytes($"sample,soc,unit,method,laboratory,u,factor\nX,10,g/kg,Walkley-Black,lab,0.3,{factor}")).Rows[0], null, new(2026, 3, 1)).Result;
        var (raw, corrected) = (Read("1"), Read("1.32"));
        Assert.Equal(13.2, raw.SocGramsPerKg, 9);
        Assert.Contains("1.32 applied by the gateway", raw.MethodText);
        Assert.Equal(10, corrected.SocGramsPerKg, 9);
        Assert.Contains("1.32 applied by the laboratory", corrected.MethodText);
        // (1.59 - 1.16)/2/√3/1.32 of the value, beside the laboratory's own u.
        Assert.Equal(double.Hypot(0.3, 10 * 0.0940), corrected.U!.Value, 3);
    }

    [Fact]
    public async Task Every_line_is_kept_with_what_became_of_it_and_a_second_reading_in_changes_nothing()
    {
        await using var gateway = await TestGateway.Run();
        var samples = await Planned(gateway);
        var laboratory = gateway.Get<LaboratoryBook>();
        var mistyped = samples[3].Id[..^1] + (samples[3].Id[^1] == '7' ? '8' : '7');
        var file = Encoding.UTF8.GetBytes($"""
            sample;soc;unit;method;laboratory;replicate
            {samples[0].Id};14,5;g/kg;ISO 10694;lab;1
            {samples[0].Id};14,9;g/kg;ISO 10694;lab;2
            {samples[1].Id.ToLowerInvariant()};1,2;%;ISO 10694;lab;
            {samples[2].Id};12,0;g/kg;ISO 10694;lab;
            {samples[2].Id};19,0;g/kg;ISO 10694;lab;
            {mistyped};11,0;g/kg;ISO 10694;lab;
            {samples[4].Id};x;g/kg;ISO 10694;lab;
            """);
        var first = await laboratory.Import("village", file, "results.csv", "ada", correct: false, default);
        Assert.Equal([LineState.Taken, LineState.Taken, LineState.Taken, LineState.Taken, LineState.Refused, LineState.Orphan, LineState.Refused], first.Lines.Select(l => l.State));
        Assert.Equal((6, "model.line-replicates"), (first.Lines[4].Line, first.Lines[4].Reason!.Key));
        Assert.Equal("model.refused-sample-check", first.Lines[5].Reason!.Key);
        Assert.Equal("model.line-number", first.Lines[6].Reason!.Key);

        var second = await laboratory.Import("village", file, "results.csv", "ada", correct: false, default);
        Assert.Equal([LineState.Known, LineState.Known, LineState.Known, LineState.Known, LineState.Refused, LineState.Known, LineState.Refused], second.Lines.Select(l => l.State));
        var entries = gateway.Get<CoreBook>().Entries("village");
        Assert.Equal(14.7, entries[0].Soc!.Value, 9);
        Assert.Equal(12, entries[1].Soc!.Value, 9);
        Assert.Equal(3, entries.Count(e => e.Soc is not null));

        var attached = await laboratory.Attach("village", first.Id, 7, samples[3].Id, correct: false, default);
        Assert.Equal(LineState.Attached, attached.Lines[5].State);
        Assert.Equal(11, gateway.Get<CoreBook>().Entries("village")[3].Soc!.Value, 9);
        Assert.Equal("model.refused-no-orphan", (await Assert.ThrowsAsync<InputRefused>(() => laboratory.Attach("village", first.Id, 7, samples[3].Id, false, default))).Key);
        Assert.Equal(file.Length > 0 ? 7 : 0, laboratory.Report("village", second.Id).Lines.Count);
    }

    [Fact]
    public async Task A_correction_is_taken_when_it_is_called_one_and_the_old_value_stays_to_be_seen()
    {
        await using var gateway = await TestGateway.Run();
        var samples = await Planned(gateway);
        var laboratory = gateway.Get<LaboratoryBook>();
        static byte[] File(string sample, string soc) => Encoding.UTF8.GetBytes($"sample,soc,unit,method,laboratory\n{sample},{soc},g/kg,ISO 10694,lab");
        await laboratory.Import("village", File(samples[0].Id, "14.5"), "a.csv", "ada", false, default);
        var refused = await laboratory.Import("village", File(samples[0].Id, "15.5"), "b.csv", "ada", false, default);
        Assert.Equal("model.line-differs", refused.Lines[0].Reason!.Key);
        var corrected = await laboratory.Import("village", File(samples[0].Id, "15.5"), "b.csv", "ada", true, default);
        Assert.Equal(LineState.Corrected, corrected.Lines[0].State);
        Assert.Equal(15.5, gateway.Get<CoreBook>().Entries("village")[0].Soc!.Value);
        Assert.Equal(2L, gateway.Get<FourPerMille.Sensor.Gateway.Store.Database>().Read(s => s.Scalar<long>("SELECT COUNT(*) FROM laboratory_results")));
    }

    [Fact]
    public async Task On_the_console_a_file_is_uploaded_and_each_line_that_was_not_taken_is_named()
    {
        await using var gateway = await TestGateway.Run();
        var samples = await Planned(gateway);
        await gateway.Get<AccountBook>().Open("ada", Role.Technician, "maize after beans", "test", default);
        using var ada = new ConsoleVisitor(gateway.Running.Http, "fr");
        await ada.SignIn("ada", "maize after beans");
        var file = Encoding.Latin1.GetBytes($"Échantillon;COS;Unité;Méthode;Laboratoire\r\n{samples[0].Id};14,5;g/kg;combustion sèche;labo\r\n{samples[1].Id};145;%;combustion sèche;labo\r\n");
        const string path = "/calibrations/models/village/laboratory", form = "/calibrations/models/village/do/laboratory";
        var (_, location, _) = await ada.Upload(path, form, "file", "résultats.csv", file);
        Assert.DoesNotContain("refused", location!.ToString());
        var page = await ada.Page(path);
        Assert.Contains("1 pris, 0 corrigés, 0 déjà connus, 0 sans échantillon, 1 refusés", page);
        Assert.Contains("145 % de carbone est impossible", page);
        Assert.Equal(14.5, gateway.Get<CoreBook>().Entries("village")[0].Soc!.Value, 9);
        var (_, empty, _) = await ada.Upload(path, form, "file", "rien.csv", []);
        Assert.Contains("Choisissez d'abord un fichier", await ada.Page(empty!.ToString()));

        var (_, planned, _) = await ada.Upload("/calibrations/models", "plan", "BoundaryFile", "champ.geojson", Encoding.UTF8.GetBytes(PlanTests.TwoFields), ("Campaign", "other"), ("Region", "france"), ("Layers", "0-30"), ("Outline", ""));
        Assert.EndsWith("/calibrations/models/other", planned!.ToString());
    }

    [Theory]
    [InlineData("", "model.refused-file-empty")]
    [InlineData("sample,unit\nX,g/kg", "model.refused-file-column")]
    [InlineData("sample,soc,SOC\nX,1,2", "model.refused-file-twice")]
    public void What_is_no_table_is_refused_whole(string text, string key) => Assert.Equal(key, Assert.Throws<InputRefused>(() => LaboratoryLine.Table(Encoding.UTF8.GetBytes(text))).Key);

    internal static async Task<IReadOnlyList<CoreSample>> Planned(TestGateway gateway, string layers = "0-30", int cores = 30)
    {
        await gateway.Get<ModelCampaigns>().Plan(new("village", "france", PlanTests.TwoFields, layers, "", "ada", cores), default);
        return gateway.Get<ModelCampaigns>().Samples("village");
    }
}

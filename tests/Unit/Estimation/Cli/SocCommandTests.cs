using System.Globalization;
using FourPerMille.Sensor.Estimation.Models;
using FourPerMille.Sensor.Gateway;
using FourPerMille.Sensor.Gateway.Technician.Cli;
using FourPerMille.Sensor.Unit.Estimation.Models;

namespace FourPerMille.Sensor.Unit.Estimation.Cli;

public sealed class SocCommandTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("fpm-soc-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    string At(string file) => Path.Combine(_folder, file);

    // Samples with a depth column that is no band, a moisture and a temperature.
    string Table(string file, TrainingSet soils, Func<int, string[], string[]>? change = null)
    {
        static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
        var lines = new List<string> { "id,C20,soc,theta,celsius," + string.Join(',', soils.WavelengthsNm.Select(nm => "R" + Text(nm))) };
        for (var i = 0; i < soils.Count; i++)
        {
            string[] fields = [soils.Ids[i], "20", Text(soils.Targets[i]), "0.05", "12", .. soils.Spectra.Row(i).ToArray().Select(Text)];
            lines.Add(string.Join(',', change?.Invoke(i, fields) ?? fields));
        }
        File.WriteAllLines(At(file), lines);
        return At(file);
    }

    static string[] With(string[] fields, int column, string text)
    {
        fields[column] = text;
        return fields;
    }

    static string Refusal(string[] arguments) => Assert.Throws<InputRefused>(() => ScienceVerb.Run(SocCommand.Create(), arguments)).Message;

    string[] Training(string table, params string[] more) =>
        ["train", "--spectra", table, "--target", "soc", "--pretreatment", "absorbance", "--transform", "sqrt", "--out", At("model.json"), .. more];

    SocModel Train(string table, params string[] more)
    {
        Assert.Equal(0, ScienceVerb.Run(SocCommand.Create(), Training(table, more)));
        return SocModel.FromJson(File.ReadAllText(At("model.json")));
    }

    [Fact]
    public void A_model_trained_from_a_table_predicts_a_table()
    {
        var model = Train(Table("train.csv", SyntheticSoils.Draw(80, seed: 1)), "--max-moisture", "0.08", "--unit", "g/kg");
        Assert.Equal("g/kg", model.Options.Unit);
        // The first spectrum lacks a band, the second is of wet soil, the third of frozen.
        var asked = Table("asked.csv", SyntheticSoils.Draw(20, seed: 2), (i, f) => i switch { 0 => With(f, 8, ""), 1 => With(f, 3, "0.3"), 2 => With(f, 4, "-1"), _ => f });
        Assert.Equal(0, ScienceVerb.Run(SocCommand.Create(),
            ["predict", "--model", At("model.json"), "--spectra", asked, "--moisture", "theta", "--temperature", "celsius", "--out", At("out.csv")]));

        var output = CsvTable.Read(At("out.csv"));
        Assert.Equal(["id", "estimate", "standardUncertainty", "lower90", "upper90", "t2", "q", "verdict", "reason"], output.Columns);
        Assert.Equal(20, output.Rows.Count);
        foreach (var row in output.Rows.Take(3))
        {
            Assert.Equal(("abstain", ""), (row.Text("verdict"), row.Text("estimate")));
            Assert.Contains("; ends with", row.Text("reason"));
        }
        Assert.Equal(model.Predict(SyntheticSoils.Draw(20, seed: 2).Spectra.Row(7).ToArray()).Estimate, output.Rows[7].Number("estimate"), 1e-9);
    }

    [Fact]
    public void A_sample_without_a_laboratory_value_is_left_out_and_never_a_zero()
    {
        var model = Train(Table("train.csv", SyntheticSoils.Draw(60, seed: 1), (i, f) => i == 4 ? With(f, 2, "NA") : f));
        Assert.Equal(59, model.TrainingSet.Count);
        Assert.DoesNotContain("s4", model.TrainingSet.Ids);
    }

    [Fact]
    public void A_missing_or_misspelt_value_is_refused_with_line_and_column()
    {
        var soils = SyntheticSoils.Draw(30, seed: 1);
        Assert.Contains("gap.csv, line 5, column 'R460': the value is missing", Refusal(Training(Table("gap.csv", soils, (i, f) => i == 3 ? With(f, 7, "") : f))));
        Assert.Contains("word.csv, line 2, column 'R410': '0.3x' is not a number", Refusal(Training(Table("word.csv", soils, (i, f) => i == 0 ? With(f, 5, "0.3x") : f))));
        Assert.Contains("Sample s0", Refusal(Training(Table("dark.csv", soils, (i, f) => i == 0 ? With(f, 5, "0") : f))));
        Assert.Contains("no column 'carbon'", Refusal(["train", "--spectra", At("word.csv"), "--target", "carbon", "--out", At("m.json")]));
        Assert.Contains("--method 'svm': one of pls, mbl, gp is needed", Refusal(Training(At("word.csv"), "--method", "svm")));
        Assert.Contains("odd", Refusal(["train", "--spectra", At("word.csv"), "--target", "soc", "--pretreatment", "sg:4:2:1", "--out", At("m.json")]));
        Assert.Contains("hash", Refusal(["predict", "--model", Changed(Train(Table("train.csv", soils))), "--spectra", At("train.csv"), "--out", At("out.csv")]));
    }

    string Changed(SocModel model)
    {
        File.WriteAllText(At("changed.json"), model.ToJson().Replace("\"alpha\":0.01", "\"alpha\":0.02"));
        return At("changed.json");
    }

    [Fact]
    public void Bands_may_be_named_and_a_band_the_model_needs_must_be_there()
    {
        var model = Train(Table("train.csv", SyntheticSoils.Draw(60, seed: 1)), "--bands", "R410..R560,R940");
        Assert.Equal([410, 435, 460, 485, 510, 535, 560, 940], model.WavelengthsNm);
        File.WriteAllText(At("few.csv"), "id,R410,R435,R460\n1,0.1,0.2,0.3\n");
        Assert.Contains("few.csv, line 1: no band at 485 nm", Refusal(["predict", "--model", At("model.json"), "--spectra", At("few.csv"), "--out", At("out.csv")]));
    }

    [Fact]
    public void A_site_column_holds_its_samples_out_together()
    {
        var table = Table("train.csv", SyntheticSoils.Draw(60, seed: 1), (i, f) => With(f, 1, (i % 7).ToString(CultureInfo.InvariantCulture)));
        var validation = Train(table, "--folds", "C20").CrossValidation;
        Assert.Equal(("group", 7), (validation.Scheme, validation.Folds));
    }
}

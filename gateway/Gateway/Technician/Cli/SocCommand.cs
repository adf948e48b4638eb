using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Estimation.Algebra;
using FourPerMille.Sensor.Estimation.Intervals;
using FourPerMille.Sensor.Estimation.Models;
using FourPerMille.Sensor.Estimation.Plsr;
using FourPerMille.Sensor.Estimation.Spectra;
using FourPerMille.Sensor.Gateway.Technician.Locales;

namespace FourPerMille.Sensor.Gateway.Technician.Cli;

/// <summary><c>fpm soc train</c> and <c>fpm soc predict</c>: from spectra with laboratory values to a model file, and from that to estimates.</summary>
public static class SocCommand
{
    public static Command Create() => new("soc", "Soil organic carbon from spectra.") { Train(), Predict() };

    static Command Train()
    {
        var spectra = new Option<string>("--spectra") { Required = true, Description = "Table with a row a sample; bands are columns of a letter and a wavelength (A1100, R410)." };
        var target = new Option<string>("--target") { Required = true, Description = "Column of the laboratory value. Samples without one are left out, and said." };
        var model = new Option<string>("--out") { Required = true, Description = "The model file to write." };
        var id = new Option<string?>("--id") { Description = "Column that names the samples (else 'id', or the line)." };
        var bands = new Option<string?>("--bands") { Description = "Spectral columns by name, with commas; 'A1100..A1400' for a run of columns." };
        var pretreatment = new Option<string>("--pretreatment") { DefaultValueFactory = _ => "", Description = "Steps in order: absorbance (of reflectance), snv, sg:window:order:derivative (edges dropped; …:fit keeps them)." };
        var components = new Option<string>("--components") { DefaultValueFactory = _ => "one-se", Description = "A number, one-se (the least within one standard error of the best) or min." };
        var folds = new Option<string>("--folds") { DefaultValueFactory = _ => "mod10", Description = "modN: sample i in fold i mod N; or a column (site, soil): its samples are held out together." };
        var method = new Option<string>("--method") { DefaultValueFactory = _ => "pls", Description = "pls, mbl (local models among neighbours) or gp (Gaussian process, for few bands)." };
        var transform = new Option<string>("--transform") { DefaultValueFactory = _ => "none", Description = "none, sqrt or log1p of the target; estimates come back as means." };
        var interval = new Option<string>("--interval") { DefaultValueFactory = _ => "scaled-conformal", Description = "analytic, conformal or scaled-conformal." };
        var moisture = new Option<string?>("--moisture") { Description = "Column of water content, m3/m3: the model abstains on wetter soil than its wettest sample." };
        var covariate = new Option<bool>("--moisture-covariate") { Description = "Let the model look at the water content too: one model for dry and wet soil." };
        var limit = new Option<double?>("--max-moisture") { Description = "Water content, m3/m3, above which the model abstains." };
        var unit = new Option<string>("--unit") { DefaultValueFactory = _ => "unstated", Description = "Unit of the target, such as g/kg." };
        var laboratory = new Option<string>("--laboratory") { DefaultValueFactory = _ => "unstated", Description = "Who measured the target." };
        var reference = new Option<string>("--reference-method") { DefaultValueFactory = _ => "unstated", Description = "How, such as 'ISO 10694 dry combustion'." };
        var command = new Command("train", """
            Calibrate a model and validate it on samples held out of it.

            Examples:
              fpm soc train --spectra nir.csv --target Ciso --pretreatment sg:11:2:1,snv --out nir.model.json
              fpm soc train --spectra bands.csv --target tc --pretreatment absorbance --transform sqrt --method gp --folds site --out bands.model.json
            """) { spectra, target, model, id, bands, pretreatment, components, folds, method, transform, interval, moisture, covariate, limit, unit, laboratory, reference };
        command.SetAction(parsed => Run(() =>
        {
            var options = new TrainingOptions
            {
                Name = Path.GetFileNameWithoutExtension(parsed.GetRequiredValue(model)),
                Quantity = parsed.GetRequiredValue(target),
                Unit = parsed.GetRequiredValue(unit),
                Reference = new(parsed.GetRequiredValue(laboratory), parsed.GetRequiredValue(reference)),
                Pretreatment = PreprocessingChain.Parse(parsed.GetRequiredValue(pretreatment)),
                Components = ComponentRule.Parse(parsed.GetRequiredValue(components)),
                Method = Choice<RegressionMethod>("--method", parsed.GetRequiredValue(method)),
                Transform = Choice<TargetTransform>("--transform", parsed.GetRequiredValue(transform)),
                Interval = Choice<IntervalKind>("--interval", parsed.GetRequiredValue(interval)),
                MoistureCovariate = parsed.GetValue(covariate),
                MaximumMoistureM3PerM3 = parsed.GetValue(limit),
            };
            var table = CsvTable.Read(parsed.GetRequiredValue(spectra));
            var columns = SpectralColumns.Of(table, parsed.GetValue(bands));
            var scheme = parsed.GetRequiredValue(folds);
            var set = Samples(SharedOptions.Say(parsed), table, columns, parsed.GetRequiredValue(target), IdColumn(table, parsed.GetValue(id)), IsModulo(scheme) ? null : scheme, parsed.GetValue(moisture));
            if (IsModulo(scheme)) options = options with { Folds = Folds.ByRow(set.Count, int.Parse(scheme.AsSpan(3), CultureInfo.InvariantCulture)) };
            var trained = SocModel.Train(set, options);
            File.WriteAllText(parsed.GetRequiredValue(model), trained.ToJson());
            JsonOutput.Show(parsed, Summary(trained, parsed.GetRequiredValue(model)), say => Report(trained, parsed.GetRequiredValue(model), say));
        }));
        return command;
    }

    static Command Predict()
    {
        var model = new Option<string>("--model") { Required = true, Description = "A file written by 'fpm soc train'." };
        var spectra = new Option<string>("--spectra") { Required = true, Description = "Table with a row a spectrum, holding the model's bands." };
        var output = new Option<string>("--out") { Required = true, Description = "Table to write: id, estimate, standardUncertainty, lower90, upper90, t2, q, verdict, reason." };
        var id = new Option<string?>("--id") { Description = "Column that names the spectra (else 'id', or the line)." };
        var bands = new Option<string?>("--bands") { Description = "Spectral columns by name, as in train." };
        var moisture = new Option<string?>("--moisture") { Description = "Column of water content, m3/m3." };
        var temperature = new Option<string?>("--temperature") { Description = "Column of soil temperature, degC." };
        var command = new Command("predict", """
            Estimate, with uncertainty and verdict. A spectrum with a missing band gets no estimate; neither does wet or frozen soil.

            Example:
              fpm soc predict --model nir.model.json --spectra new.csv --out estimates.csv
            """) { model, spectra, output, id, bands, moisture, temperature };
        command.SetAction(parsed => Run(() =>
        {
            var soc = ReadModel(parsed.GetRequiredValue(model));
            var table = CsvTable.Read(parsed.GetRequiredValue(spectra));
            var columns = SpectralColumns.Of(table, parsed.GetValue(bands)).At(soc.WavelengthsNm);
            var measured = new RowMatrix(table.Rows.Count, soc.WavelengthsNm.Length);
            for (var i = 0; i < measured.Rows; i++) columns.WithGaps(table.Rows[i]).CopyTo(measured.Row(i));
            double? Optional(int row, string? column) => column is null ? null : table.Rows[row].NumberOrMissing(column);
            var predictions = soc.Predict(measured, i => new SoilState(Optional(i, parsed.GetValue(moisture)), Optional(i, parsed.GetValue(temperature))));
            WritePredictions(parsed.GetRequiredValue(output), table, IdColumn(table, parsed.GetValue(id)), predictions);
            JsonOutput.Show(parsed, JsonOutput.Node(new
            {
                written = new[] { Path.GetFullPath(parsed.GetRequiredValue(output)) },
                verdicts = predictions.CountBy(p => p.Verdict.ToString().ToLowerInvariant()).ToDictionary(),
            }), () => { });
        }));
        return command;
    }

    static TrainingSet Samples(Wording say, CsvTable table, SpectralColumns columns, string target, string? id, string? group, string? moisture)
    {
        var rows = table.Rows.Where(r => r.NumberOrMissing(target) is not null).ToArray();
        var without = table.Rows.Count - rows.Length;
        if (without > 0)
        {
            var first = table.Rows.First(r => r.NumberOrMissing(target) is null).Line;
            Console.Error.WriteLine(say["soc-report.left-out", table.File, say.Number(without), say.Number(table.Rows.Count), target, first]);
        }
        if (rows.Length == 0) throw new InputRefused($"{table.File}: no sample has a '{target}'");
        return new([.. rows.Select(r => Name(r, id))], columns.WavelengthsNm, RowMatrix.FromRows([.. rows.Select(columns.Whole)]),
            [.. rows.Select(r => r.Number(target))], group is null ? null : [.. rows.Select(r => r.Text(group))],
            moisture is null ? null : [.. rows.Select(r => r.Number(moisture))]);
    }

    static SocModel ReadModel(string path)
    {
        if (!File.Exists(path)) throw new InputRefused($"{path}: no such file");
        try
        {
            return SocModel.FromJson(File.ReadAllText(path));
        }
        catch (FormatException fault)
        {
            throw new InputRefused($"{path}: {fault.Message}");
        }
    }

    static void WritePredictions(string path, CsvTable table, string? id, SocPrediction[] predictions)
    {
        using var output = CsvWriter.Create(path);
        output.Row("id", "estimate", "standardUncertainty", "lower90", "upper90", "t2", "q", "verdict", "reason");
        for (var i = 0; i < predictions.Length; i++)
        {
            var p = predictions[i];
            var reason = p.Reason.Length == 0 ? "" : $"{p.Reason}; ends with {p.EndsWhen}";
            output.Row(Name(table.Rows[i], id), p.Estimate, p.StandardUncertainty, p.Lower90, p.Upper90, p.T2, p.Q, p.Verdict.ToString().ToLowerInvariant(), reason);
        }
    }

    static JsonNode Summary(SocModel model, string path) => JsonOutput.Node(new
    {
        model = Path.GetFullPath(path), model.Hash, samples = model.TrainingSet.Count, trainingSet = model.TrainingSet.Hash, model.LatentVariables, unit = model.Options.Unit,
        validation = new
        {
            model.CrossValidation.Scheme, model.CrossValidation.Folds, rmse = Finite(model.CrossValidation.Metrics.Rmse), bias = Finite(model.CrossValidation.Metrics.Bias),
            nse = Finite(model.CrossValidation.Metrics.Nse), squaredCorrelation = Finite(model.CrossValidation.Metrics.SquaredCorrelation), rpiq = Finite(model.CrossValidation.Metrics.Rpiq),
        },
        limits = new { t2 = Finite(model.Limits.T2), qHeldOut = Finite(model.Limits.QHeldOut), qJacksonMudholkar = Finite(model.Limits.QJacksonMudholkar), qBox = Finite(model.Limits.QBox) },
    });

    /// <summary>JSON has no word for what is not a number.</summary>
    static double? Finite(double value) => double.IsFinite(value) ? value : null;

    static string Report(SocModel model, string path, Wording say)
    {
        var (validation, metrics, limits) = (model.CrossValidation, model.CrossValidation.Metrics, model.Limits);
        return string.Join('\n',
            say["soc-report.model", path, model.Hash],
            say["soc-report.samples", say.Number(model.TrainingSet.Count), model.TrainingSet.Hash],
            say["soc-report.how", model.Options.Pretreatment, model.Options.Method.ToString().ToLowerInvariant(), model.Options.Transform.Name(), model.Interval.Kind],
            say["soc-report.components", model.LatentVariables, model.Options.Components],
            say["soc-report.rmsecv", Digits(metrics.Rmse), model.Options.Unit, validation.Scheme, validation.Folds],
            say["soc-report.figures", Digits(metrics.Bias), Digits(metrics.Nse), Digits(metrics.SquaredCorrelation), Digits(metrics.Rpiq)],
            say["soc-report.limits", Digits(limits.T2), say.Plain(limits.QHeldOut), say.Plain(limits.QJacksonMudholkar), say.Plain(limits.QBox)]);

        string Digits(double value) => say.Number(value, 4);
    }

    static bool IsModulo(string scheme) => scheme.StartsWith("mod", StringComparison.Ordinal) && scheme.Length > 3 && scheme.AsSpan(3).IndexOfAnyExceptInRange('0', '9') < 0;

    static string? IdColumn(CsvTable table, string? asked) => asked ?? (table.Has("id") ? "id" : null);

    static string Name(CsvRow row, string? id) => id is null ? row.Line.ToString(CultureInfo.InvariantCulture) : row.Text(id);

    static T Choice<T>(string option, string text) where T : struct, Enum =>
        Enum.GetValues<T>().Where(v => Words(v) == text).Select(v => (T?)v).FirstOrDefault()
        ?? throw new InputRefused($"{option} '{text}': one of {string.Join(", ", Enum.GetValues<T>().Select(Words))} is needed");

    // ScaledConformal is written scaled-conformal.
    static string Words<T>(T value) where T : struct, Enum =>
        string.Concat(value.ToString().Select((c, i) => char.IsUpper(c) && i > 0 ? $"-{char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));

    static int Run(Action work) => Verb.Run(() =>
    {
        try
        {
            work();
        }
        catch (Exception fault) when (fault is FormatException or ArithmeticException)
        {
            throw new InputRefused(fault.Message);
        }
    });
}

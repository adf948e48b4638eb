using System.Globalization;
using System.Runtime.InteropServices;
using FourPerMille.Sensor.Estimation.Algebra;
using FourPerMille.Sensor.Estimation.Models;
using FourPerMille.Sensor.Estimation.Plsr;
using FourPerMille.Sensor.Estimation.Spectra;

namespace FourPerMille.Sensor.Bench.Pls;

/// <summary>Calibration with validation, and prediction of 100,000 spectra with interval and verdict, beside scikit-learn and R pls.</summary>
static class PlsBench
{
    const int Components = 25, FoldCount = 10, Predictions = 100_000, Rounds = 15;

    public static void Run()
    {
        var (spectra, target) = Workload.Make();
        double rmsecv = 0;
        var calibration = Timing.BestSeconds(Rounds, () =>
        {
            var rows = new RowProducts(spectra);
            var validation = PlsCrossValidation.Run(rows, target, Folds.ByRow(spectra.Rows, FoldCount), Components);
            PlsModel.From(PlsFit.Fit(rows, target, [.. Enumerable.Repeat(1.0, spectra.Rows)], Components), rows, Components).Coefficients();
            rmsecv = validation.Rmsecv[Components];
        });

        var model = SocModel.Train(Set(spectra, target), new TrainingOptions { Components = ComponentRule.Fixed(19) });
        var many = new RowMatrix(Predictions, spectra.Columns);
        for (var i = 0; i < Predictions; i++) spectra.Row(i % spectra.Rows).CopyTo(many.Row(i));
        var prediction = Timing.BestSeconds(Rounds, () => model.Predict(many));

        Console.WriteLine($"pls: {spectra.Rows} x {spectra.Columns}, {Components} components, {FoldCount} folds: {calibration * 1e3:F1} ms (RMSECV {rmsecv:F6})");
        Console.WriteLine($"pls: predict with interval and verdict, {model.LatentVariables} components: {Predictions / prediction:N0} spectra/s");
        Budget(spectra, target);
        Beside(spectra, target, calibration, Predictions / prediction);
    }

    /// <summary>One estimate at a time, as the gateway makes them: with interval and verdict, and with the budget of the head's errors beside.</summary>
    static void Budget(RowMatrix spectra, double[] target)
    {
        const int bands = 18, estimates = 2000;
        var few = RowMatrix.FromRows([.. Enumerable.Range(0, spectra.Rows).Select(i => Enumerable.Range(0, bands).Select(b => Math.Exp(-Math.Abs(spectra[i, b * (spectra.Columns / bands)]))).ToArray())]);
        var model = SocModel.Train(Set(few, target), new TrainingOptions { Pretreatment = PreprocessingChain.Parse("absorbance") });
        InstrumentError[] errors =
        [
            InstrumentError.Common("panel", bands, 0.005, Evaluation.B), InstrumentError.Common("white", bands, 0.002, Evaluation.A, 7), InstrumentError.Common("shot", bands, 0.005, Evaluation.A, 7),
            new("drift", [.. Enumerable.Repeat(0.01, bands)], [.. Enumerable.Range(0, bands).Select(b => b / 6)], Evaluation.B), new("companding", [.. Enumerable.Repeat(0.001, bands)], null, Evaluation.B),
        ];
        double Each(Action<double[]> estimate) => Timing.BestSeconds(5, () => { for (var i = 0; i < estimates; i++) estimate(few.Row(i % few.Rows).ToArray()); }) / estimates * 1e6;
        var bare = Each(spectrum => model.Predict(spectrum));
        Console.WriteLine(FormattableString.Invariant($"pls: one estimate of {bands} bands, {model.LatentVariables} components: {bare:F1} us with interval and verdict, {Each(spectrum => model.Predict(spectrum, default, errors)):F1} us with the head's budget"));
    }

    // The references print name, milliseconds of the calibration, RMSECV, and spectra a second (0 = not measured).
    static void Beside(RowMatrix spectra, double[] target, double calibration, double rate)
    {
        var folder = Directory.CreateTempSubdirectory("fpm-bench-").FullName;
        try
        {
            var file = Path.Combine(folder, "workload.f64");
            using (var stream = File.Create(file))
                for (var i = 0; i < spectra.Rows; i++)
                {
                    stream.Write(MemoryMarshal.AsBytes(spectra.Row(i)));
                    stream.Write(MemoryMarshal.AsBytes(target.AsSpan(i, 1)));
                }
            foreach (var (program, script) in new[] { ("/usr/bin/python3", "pls_sklearn.py"), ("Rscript", "pls_r.R") })
            {
                if (Timing.Output(program, [Path.Combine(AppContext.BaseDirectory, "Reference", script), file, $"{spectra.Rows}", $"{spectra.Columns}"], null) is not { } answer)
                {
                    Console.WriteLine($"pls: {program} with what {script} needs is not here to compare with");
                    continue;
                }
                var fields = answer.Split(' ');
                double Number(int i) => double.Parse(fields[i], CultureInfo.InvariantCulture);
                Console.WriteLine($"pls: {fields[0]} {Number(1):F1} ms (RMSECV {Number(2):F6}), ours {Number(1) / calibration / 1e3:F1} times as fast (wanted: 3)");
                if (Number(3) > 0) Console.WriteLine($"pls: {fields[0]} bare predict {Number(3):N0} spectra/s, ours with interval and verdict {rate / Number(3):F1} times as fast (wanted: 2)");
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static TrainingSet Set(RowMatrix spectra, double[] target) => new([.. Enumerable.Range(0, spectra.Rows).Select(i => $"{i}")],
        [.. Enumerable.Range(0, spectra.Columns).Select(j => 1100.0 + 2 * j)], spectra, target);
}

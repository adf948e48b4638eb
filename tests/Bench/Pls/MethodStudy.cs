using System.Globalization;
using FourPerMille.Sensor.Estimation.Models;
using FourPerMille.Sensor.Estimation.Plsr;
using FourPerMille.Sensor.Estimation.Spectra;

namespace FourPerMille.Sensor.Bench.Pls;

/// <summary>
/// Which method to trust on soils never seen: errors, coverage and verdicts, beside scikit-learn's Gaussian process and R's resemble on the same
/// rows and splits. gateway/Estimation/STUDY.md holds a run of it.
/// </summary>
static class MethodStudy
{
    static readonly double[] Bands = [410, 435, 460, 485, 510, 535, 560, 585, 610, 645, 680, 705, 730, 760, 810, 860, 900, 940];
    static readonly RegressionMethod[] Methods = [RegressionMethod.Pls, RegressionMethod.Mbl, RegressionMethod.Gp];
    static readonly TrainingOptions EighteenBands = new() { Pretreatment = PreprocessingChain.Parse("absorbance"), Transform = TargetTransform.Sqrt };
    static readonly TrainingOptions NearInfrared = new() { Pretreatment = PreprocessingChain.Parse("sg:11:2:1,snv") };
    static readonly TrainingOptions MoistureStates = new() { Pretreatment = PreprocessingChain.Parse("sg:11:2:1,snv"), Transform = TargetTransform.Sqrt };

    public static void Run()
    {
        var (eighteen, near, states) = (SpectralTable.Find("geeves_as7265x_18.csv"), SpectralTable.Find("nirsoil_train.csv"), SpectralTable.Find("moisture_states_5nm.csv"));
        if (eighteen is not null) CompareOnEighteenBands(eighteen);
        if (near is not null) CompareOnNearInfrared(near);
        if (eighteen is not null && near is not null && states is not null) Coverage(eighteen, near, states);
        if (states is not null) WetThroughDry(states);
        if (states is not null) AcrossMoistureStates(states);
    }

    static void CompareOnEighteenBands(SpectralTable table)
    {
        var splits = Enumerable.Range(1, 12).Select(seed => Shuffled(table.Count, seed)).Select(o => (Kept: o[..(table.Count * 7 / 10)], Held: o[(table.Count * 7 / 10)..])).ToArray();
        Console.WriteLine($"\n18 bands, {table.Count} soils, 12 random splits 70:30, RMSE of held-out soils (target's unit), mean over splits");
        foreach (var method in Methods)
            Console.WriteLine($"  {method,-40} {splits.Average(s => Error(table, "tc", EighteenBands with { Method = method }, s.Kept, s.Held)):F4}");
        Beside("/usr/bin/python3", "gp_sklearn.py", table.FullPath, splits.Select(s => s.Kept));
    }

    static void CompareOnNearInfrared(SpectralTable table)
    {
        var splits = Enumerable.Range(1, 2).Select(seed => Shuffled(table.Count, seed))
            .SelectMany(o => Enumerable.Range(0, 5).Select(f => (Kept: o.Where((_, i) => i % 5 != f).ToArray(), Held: o.Where((_, i) => i % 5 == f).ToArray()))).ToArray();
        Console.WriteLine($"\nNIR, {table.Count} soils, 2 x 5 folds, sg:11:2:1,snv, RMSE of all held-out soils");
        foreach (var method in Methods)
            Console.WriteLine($"  {method,-40} {Math.Sqrt(splits.Average(s => Math.Pow(Error(table, "Ciso", NearInfrared with { Method = method }, s.Kept, s.Held), 2))):F4}");
        Beside("Rscript", "mbl_resemble.R", table.FullPath, splits.Select(s => s.Kept));
    }

    // Every soil is predicted once, by a model, interval and domain made without it.
    static void Coverage(SpectralTable eighteen, SpectralTable near, SpectralTable states)
    {
        Console.WriteLine("\ncoverage of 90 % intervals, every soil (all its states together) held out once, ten outer folds");
        var (covered, total) = (0, 0);
        foreach (var (name, table, target, group, options) in new[]
        {
            ("18 bands, GP", eighteen, "tc", "id", EighteenBands with { Method = RegressionMethod.Gp }),
            ("NIR, PLS", near, "Ciso", "id", NearInfrared),
            ("moisture states, PLS", states, "soilC", "sample", MoistureStates),
        })
        {
            var (inside, held, judgedIn) = (0, 0, 0);
            foreach (var fold in OuterFolds(table.Text(group)))
            {
                var (kept, asked) = (table.Set(fold.Kept, target, group), table.Set(fold.Held, target));
                var predictions = SocModel.Train(kept, options with { AbstainBeyond = double.PositiveInfinity, Folds = Folds.ByGroup(kept.Groups!, 10) }).Predict(asked.Spectra);
                held += predictions.Length;
                judgedIn += predictions.Count(p => p.Verdict == Verdict.In);
                inside += predictions.Where((p, i) => p.Lower90 <= asked.Targets[i] && asked.Targets[i] <= p.Upper90).Count();
            }
            Console.WriteLine($"  {name,-40} {inside}/{held} = {inside / (double)held:F3}; verdict in {judgedIn}");
            (covered, total) = (covered + inside, total + held);
        }
        Console.WriteLine($"  {"all",-40} {covered}/{total} = {covered / (double)total:F3}");
    }

    static void WetThroughDry(SpectralTable table)
    {
        Console.WriteLine("\nverdicts of a model of air-dry soils on other soils, five folds of soils: in/out/abstain");
        var (soils, state) = (table.Text("sample"), table.Text("state"));
        foreach (var (name, bands, chain) in new[] { ("full range", null, ""), ("full range", null, "snv"), ("full range", null, "sg:11:2:1,snv"), ("18 bands", Bands, "") })
        {
            var counts = new Dictionary<string, int[]>();
            foreach (var (kept, held) in OuterFolds(soils, 5))
            {
                var dry = table.Set([.. kept.Where(i => state[i] == "airdry")], "soilC", wavelengthsNm: bands);
                var model = SocModel.Train(dry, new TrainingOptions { Pretreatment = PreprocessingChain.Parse(chain), Transform = TargetTransform.Sqrt });
                foreach (var of in held.GroupBy(i => state[i]))
                    foreach (var p in model.Predict(table.Set([.. of], "soilC", wavelengthsNm: bands).Spectra))
                        (counts.TryGetValue(of.Key, out var seen) ? seen : counts[of.Key] = new int[3])[(int)p.Verdict]++;
            }
            Console.WriteLine($"  {name} [{chain}]: {string.Join("; ", counts.Select(c => $"{c.Key} {string.Join('/', c.Value)}"))}");
        }
    }

    // The data name the state and not the water content: typical contents of the three states stand for it.
    static void AcrossMoistureStates(SpectralTable table)
    {
        Console.WriteLine("\n18 bands, RMSE on wet spectra of soils held out (five folds), by what the model knew");
        var (soils, state) = (table.Text("sample"), table.Text("state"));
        double Moisture(int row) => state[row] switch { "wet" => 0.35, "wet_dried_1d" => 0.08, _ => 0.03 };
        foreach (var method in Methods)
            foreach (var (name, trainsOn, covariate) in new[] { ("air-dry soils", "airdry", false), ("all states", "", false), ("all states and the moisture", "", true) })
            {
                double squares = 0, bias = 0, count = 0;
                foreach (var (kept, held) in OuterFolds(soils, 5))
                {
                    var set = table.Set([.. kept.Where(i => trainsOn == "" || state[i] == trainsOn)], "soilC", "sample", Bands, Moisture);
                    var options = EighteenBands with { Pretreatment = PreprocessingChain.None, Method = method, MoistureCovariate = covariate, AbstainBeyond = double.PositiveInfinity, MaximumMoistureM3PerM3 = 1, Folds = Folds.ByGroup(set.Groups!, 10) };
                    int[] wet = [.. held.Where(i => state[i] == "wet")];
                    var asked = table.Set(wet, "soilC", wavelengthsNm: Bands);
                    var predictions = SocModel.Train(set, options).Predict(asked.Spectra, i => new SoilState(Moisture(wet[i]), 15));
                    squares += predictions.Select((p, i) => Math.Pow(p.Estimate - asked.Targets[i], 2)).Sum();
                    bias += predictions.Select((p, i) => p.Estimate - asked.Targets[i]).Sum();
                    count += wet.Length;
                }
                Console.WriteLine($"  {method + ", " + name,-40} {Math.Sqrt(squares / count):F3}, bias {bias / count:F3}");
            }
    }

    static double Error(SpectralTable table, string target, TrainingOptions options, int[] kept, int[] held)
    {
        var model = SocModel.Train(table.Set(kept, target), options with { AbstainBeyond = double.PositiveInfinity });
        var asked = table.Set(held, target);
        return Math.Sqrt(model.Predict(asked.Spectra).Select((p, i) => Math.Pow(p.Estimate - asked.Targets[i], 2)).Average());
    }

    static IEnumerable<(int[] Kept, int[] Held)> OuterFolds(string[] groups, int count = 10)
    {
        var folds = Folds.ByGroup(groups, count);
        return Enumerable.Range(0, folds.Count).Select(f => (folds.Kept(f), folds.Held(f)));
    }

    // A reference script is given the table and, a line a split, the rows that calibrate; it prints its own lines.
    static void Beside(string program, string script, string table, IEnumerable<int[]> kept)
    {
        var splits = Path.GetTempFileName();
        try
        {
            File.WriteAllLines(splits, kept.Select(k => string.Join(' ', k.Select(i => i.ToString(CultureInfo.InvariantCulture)))));
            var answer = Timing.Output(program, [Path.Combine(AppContext.BaseDirectory, "Reference", script), table, splits], null);
            Console.WriteLine(answer is null ? $"  {program} with what {script} needs is not here to compare with" : "  " + answer.Replace("\n", "\n  "));
        }
        finally
        {
            File.Delete(splits);
        }
    }

    // The minimal standard generator (Park and Miller 1988), so that a split can be made again anywhere.
    static int[] Shuffled(int count, int seed)
    {
        long state = seed;
        var order = Enumerable.Range(0, count).ToArray();
        for (var i = count - 1; i > 0; i--)
        {
            state = state * 16807 % 2147483647;
            var other = (int)(state % (i + 1));
            (order[i], order[other]) = (order[other], order[i]);
        }
        return order;
    }
}

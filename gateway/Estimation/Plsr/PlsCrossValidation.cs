using FourPerMille.Sensor.Estimation.Algebra;

namespace FourPerMille.Sensor.Estimation.Plsr;

/// <summary>How many latent variables a model takes.</summary>
public readonly record struct ComponentRule
{
    /// <summary>The smallest model whose cross-validated squared error is within one standard error of the best.</summary>
    public static ComponentRule OneStandardError { get; } = new() { Text = "one-se" };
    /// <summary>The model of the least cross-validated squared error.</summary>
    public static ComponentRule Minimum { get; } = new() { Text = "min" };
    public static ComponentRule Fixed(int components) => components > 0
        ? new() { Text = components.ToString(System.Globalization.CultureInfo.InvariantCulture), Number = components }
        : throw new ArgumentOutOfRangeException(nameof(components), components, "A model has at least one component.");

    /// <summary>The number, when it is fixed.</summary>
    public int? Number { get; private init; }
    public string Text { get; private init; }

    /// <exception cref="FormatException">Neither one-se, min nor a number above zero.</exception>
    public static ComponentRule Parse(string text) => text switch
    {
        "one-se" => OneStandardError,
        "min" => Minimum,
        _ when int.TryParse(text, out var n) && n > 0 => Fixed(n),
        _ => throw new FormatException($"'{text}' chooses no components: one-se, min or a number above zero does."),
    };

    public override string ToString() => Text;
}

/// <summary>The held-out errors of one fold scheme over 0 … A components.</summary>
public sealed class PlsCrossValidation
{
    readonly double[] _foldStandardErrors;

    PlsCrossValidation(Folds folds, int rows, int components)
    {
        (Folds, Components) = (folds, components);
        (Residuals, T2, Q) = (new(components + 1, rows), new(components + 1, rows), new(components + 1, rows));
        (Rmsecv, _foldStandardErrors) = (new double[components + 1], new double[components + 1]);
    }

    public Folds Folds { get; }

    /// <summary>The most components tried.</summary>
    public int Components { get; }

    /// <summary>Root of the weighted mean squared held-out error after a components, in the target's unit; entry 0 is the mean alone.</summary>
    public double[] Rmsecv { get; }

    /// <summary>Row a: target less held-out prediction with a components. (components + 1) × rows.</summary>
    public RowMatrix Residuals { get; }

    /// <summary>T² and Q of each row by the fit that held it out, as <see cref="Residuals"/>.</summary>
    public RowMatrix T2 { get; }
    public RowMatrix Q { get; }

    /// <summary>Holds out each fold in turn. Rows weigh <paramref name="weights"/> (null = 1) where they calibrate and where they are judged.</summary>
    public static PlsCrossValidation Run(RowProducts rows, double[] target, Folds folds, int components, double[]? weights = null)
    {
        if (folds.OfRow.Count != rows.Rows) throw new ArgumentException($"{rows.Rows} rows have {folds.OfRow.Count} fold numbers.", nameof(folds));
        weights ??= [.. Enumerable.Repeat(1.0, rows.Rows)];
        // A fold's fit has at most as many components as kept rows less the mean, or bands.
        components = Math.Min(components, Math.Min(rows.Centred.Columns, folds.Sizes.Min(held => rows.Rows - held) - 2));
        if (components < 1) throw new ArgumentException("Too few rows are left outside a fold to fit one component.", nameof(folds));
        var validation = new PlsCrossValidation(folds, rows.Rows, components);
        var fold = 0;
        foreach (var path in PlsFit.Fit(rows, target, Weightings(weights, folds), components))
            validation.Read(path, folds.Held(fold++));
        validation.Summarise(weights);
        return validation;
    }

    void Read(PlsPath path, int[] held)
    {
        for (var a = 0; a <= Components; a++)
            foreach (var row in held)
            {
                Residuals[a, row] = path.Residuals[a, row];
                T2[a, row] = path.T2(row, a);
                Q[a, row] = path.Q(row, a);
            }
    }

    void Summarise(double[] weights)
    {
        for (var a = 0; a <= Components; a++)
        {
            var residuals = Residuals.Row(a);
            Rmsecv[a] = Math.Sqrt(Products.WeightedDot(weights, residuals, residuals) / weights.Sum());
            _foldStandardErrors[a] = StandardErrorOfFolds(residuals, weights, Folds);
        }
    }

    /// <summary>One weighting a fold: its own rows weigh zero.</summary>
    public static double[][] Weightings(double[] weights, Folds folds) =>
        [.. Enumerable.Range(0, folds.Count).Select(f => weights.Select((w, i) => folds.OfRow[i] == f ? 0 : w).ToArray())];

    /// <summary>The number of components a rule takes. Hastie, Tibshirani and Friedman 2009, section 7.10, for the one-standard-error rule.</summary>
    public int Choose(ComponentRule rule)
    {
        if (rule.Number is { } number) return Math.Min(number, Components);
        var best = 1;
        for (var a = 2; a <= Components; a++) if (Rmsecv[a] < Rmsecv[best]) best = a;
        if (rule.Text == ComponentRule.Minimum.Text) return best;
        var bound = Rmsecv[best] * Rmsecv[best] + _foldStandardErrors[best];
        for (var a = 1; a < best; a++) if (Rmsecv[a] * Rmsecv[a] <= bound) return a;
        return best;
    }

    // sd of the folds' mean squared errors over the root of their number.
    static double StandardErrorOfFolds(ReadOnlySpan<double> residuals, double[] weights, Folds folds)
    {
        var (sums, totals) = (new double[folds.Count], new double[folds.Count]);
        for (var i = 0; i < residuals.Length; i++)
        {
            sums[folds.OfRow[i]] += weights[i] * residuals[i] * residuals[i];
            totals[folds.OfRow[i]] += weights[i];
        }
        var errors = sums.Zip(totals).Where(f => f.Second > 0).Select(f => f.First / f.Second).ToArray();
        var mean = errors.Average();
        return Math.Sqrt(errors.Sum(e => (e - mean) * (e - mean)) / (errors.Length - 1) / errors.Length);
    }
}

using FourPerMille.Sensor.Estimation.Algebra;

namespace FourPerMille.Sensor.Estimation.GaussianProcesses;

/// <summary>What a Gaussian process believes before it sees a target, all on the scale of the standardised target.</summary>
/// <param name="Signal">Variance of the function.</param>
/// <param name="Lengths">One length scale an input: long = the input hardly matters.</param>
/// <param name="Noise">Variance of one observation of weight 1.</param>
public sealed record Hyperparameters(double Signal, double[] Lengths, double Noise)
{
    /// <summary>Variance of the unknown mean: wide against the standardised target's 1.</summary>
    public const double MeanVariance = 10;
}

/// <summary>
/// Gaussian process regression (Rasmussen and Williams 2006, algorithm 2.1) with a Matérn 5/2 kernel and one length scale an input, an unknown
/// mean, and noise that falls with a row's weight.
/// </summary>
public sealed class GaussianProcess
{
    readonly RowMatrix _inputs;
    readonly double[] _pull; // K⁻¹ y
    readonly Cholesky _factor;
    readonly double _centre, _scale;

    GaussianProcess(RowMatrix inputs, double[] target, double[] weights, Hyperparameters beliefs)
    {
        (_inputs, Beliefs) = (inputs, beliefs);
        (_centre, _scale) = Standardisation(target, weights);
        var standard = target.Select(t => (t - _centre) / _scale).ToArray();
        if (!Cholesky.TryFactor(Covariance(inputs, weights, beliefs), out _factor))
            throw new ArithmeticException("The covariance of the calibration is not positive definite: are samples repeated with almost no noise?");
        _pull = _factor.Solve(standard);
    }

    public Hyperparameters Beliefs { get; }

    /// <summary>Conditions on the calibration with given beliefs, as a model file keeps them.</summary>
    /// <param name="inputs">Samples × inputs.</param>
    public static GaussianProcess Condition(RowMatrix inputs, double[] target, double[] weights, Hyperparameters beliefs) => new(inputs, target, weights, beliefs);

    /// <summary>Finds the beliefs by marginal likelihood, then conditions.</summary>
    public static GaussianProcess Fit(RowMatrix inputs, double[] target, double[] weights)
    {
        var (centre, scale) = Standardisation(target, weights);
        return new(inputs, target, weights, MarginalLikelihood.Maximise(inputs, [.. target.Select(t => (t - centre) / scale)], weights));
    }

    /// <summary>Mean and standard deviation (noise of one ordinary observation included) of a new target at each row.</summary>
    public void Predict(RowMatrix inputs, Span<double> means, Span<double> deviations)
    {
        var covariances = new double[_inputs.Rows];
        var solved = new double[_inputs.Rows];
        for (var i = 0; i < inputs.Rows; i++)
        {
            for (var j = 0; j < covariances.Length; j++) covariances[j] = Kernel(Beliefs, inputs.Row(i), _inputs.Row(j));
            means[i] = _centre + _scale * Products.Dot(covariances, _pull);
            _factor.SolveLower(covariances, solved);
            var variance = Beliefs.Signal + Hyperparameters.MeanVariance + Beliefs.Noise - Products.Dot(solved, solved);
            deviations[i] = _scale * Math.Sqrt(Math.Max(variance, Beliefs.Noise));
        }
    }

    /// <summary>
    /// Errors and standard deviations of every sample as if its whole fold had been left out, in closed form (the block version of Rasmussen and
    /// Williams, section 5.4.2): with C = K⁻¹, the error of fold F is C_FF⁻¹ (C y)_F and its covariance C_FF⁻¹. The beliefs stay those of all
    /// samples: a handful of numbers.
    /// </summary>
    public (double[] Errors, double[] Deviations) LeaveOut(IReadOnlyList<int[]> folds, double[] weights)
    {
        var inverse = _factor.Inverse();
        var (errors, deviations) = (new double[_inputs.Rows], new double[_inputs.Rows]);
        foreach (var fold in folds)
        {
            var block = new RowMatrix(fold.Length, fold.Length);
            for (var i = 0; i < fold.Length; i++)
                for (var j = 0; j < fold.Length; j++)
                    block[i, j] = inverse[fold[i], fold[j]];
            if (!Cholesky.TryFactor(block, out var factor)) throw new ArithmeticException("A fold's precision is not positive definite.");
            var error = factor.Solve([.. fold.Select(i => _pull[i])]);
            var covariance = factor.Inverse();
            for (var i = 0; i < fold.Length; i++)
            {
                errors[fold[i]] = _scale * error[i];
                // The sample's own noise as that of an ordinary observation, whatever it weighed.
                var variance = covariance[i, i] + Beliefs.Noise * (1 - 1 / weights[fold[i]]);
                deviations[fold[i]] = _scale * Math.Sqrt(variance);
            }
        }
        return (errors, deviations);
    }

    internal static RowMatrix Covariance(RowMatrix inputs, double[] weights, Hyperparameters beliefs)
    {
        var covariance = new RowMatrix(inputs.Rows, inputs.Rows);
        for (var i = 0; i < inputs.Rows; i++)
        {
            for (var j = 0; j < i; j++) covariance[i, j] = covariance[j, i] = Kernel(beliefs, inputs.Row(i), inputs.Row(j));
            covariance[i, i] = beliefs.Signal + Hyperparameters.MeanVariance + beliefs.Noise / weights[i];
        }
        return covariance;
    }

    static double Kernel(Hyperparameters beliefs, ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double squared = 0;
        for (var k = 0; k < a.Length; k++)
        {
            var d = (a[k] - b[k]) / beliefs.Lengths[k];
            squared += d * d;
        }
        var r = Math.Sqrt(5 * squared);
        return Hyperparameters.MeanVariance + beliefs.Signal * (1 + r + r * r / 3) * Math.Exp(-r);
    }

    static (double Centre, double Scale) Standardisation(double[] target, double[] weights)
    {
        var total = weights.Sum();
        var centre = Products.Dot(weights, target) / total;
        var variance = target.Zip(weights, (t, w) => w * (t - centre) * (t - centre)).Sum() / total;
        return (centre, variance > 0 ? Math.Sqrt(variance) : 1);
    }
}

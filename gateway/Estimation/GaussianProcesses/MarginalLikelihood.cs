using FourPerMille.Sensor.Estimation.Algebra;

namespace FourPerMille.Sensor.Estimation.GaussianProcesses;

/// <summary>
/// Beliefs that make the calibration most likely (Rasmussen and Williams 2006, eq. 5.8 and 5.9), a little drawn to what is usual so that no
/// length scale runs away. Climbed with Rprop (Blum and Riedmiller 2013, ESANN: as good as conjugate gradients here, and nothing to tune).
/// </summary>
static class MarginalLikelihood
{
    // Logarithms: signal, noise, lengths. Usual values, and how far a logarithm may stray for half a unit of likelihood.
    const double UsualSignal = 1, UsualNoise = 0.3, UsualLength = 3, Latitude = 1.5;
    const int Steps = 80;

    public static Hyperparameters Maximise(RowMatrix inputs, double[] target, double[] weights)
    {
        var usual = new double[2 + inputs.Columns];
        Array.Fill(usual, Math.Log(UsualLength));
        (usual[0], usual[1]) = (Math.Log(UsualSignal), Math.Log(UsualNoise));
        var distances = SquaredDistances(inputs);

        var place = usual.ToArray();
        var (best, highest) = (place.ToArray(), double.NegativeInfinity);
        var (step, before) = (Enumerable.Repeat(0.2, place.Length).ToArray(), new double[place.Length]);
        for (var turn = 0; turn < Steps && step.Max() > 1e-3; turn++)
        {
            var (height, slope) = At(place, usual, distances, target, weights);
            if (height > highest) (highest, best) = (height, place.ToArray());
            for (var p = 0; p < place.Length; p++)
            {
                var turned = slope[p] * before[p] < 0;
                step[p] = Math.Clamp(step[p] * (turned ? 0.5 : before[p] == 0 ? 1 : 1.2), 1e-4, 1);
                before[p] = turned ? 0 : slope[p];
                place[p] += Math.Sign(before[p]) * step[p];
            }
        }
        return Beliefs(best);
    }

    static Hyperparameters Beliefs(double[] place) => new(Math.Exp(place[0]), [.. place.Skip(2).Select(Math.Exp)], Math.Exp(place[1]));

    // Logarithm of likelihood and prior, and its gradient: half the trace of (αα' - K⁻¹) ∂K.
    static (double Height, double[] Slope) At(double[] place, double[] usual, RowMatrix[] distances, double[] target, double[] weights)
    {
        var beliefs = Beliefs(place);
        var n = target.Length;
        var slope = new double[place.Length];
        double height = 0;
        for (var p = 0; p < place.Length; p++)
        {
            var strayed = (place[p] - usual[p]) / Latitude;
            height -= 0.5 * strayed * strayed;
            slope[p] = -strayed / Latitude;
        }
        var (covariance, bend) = Kernels(beliefs, distances, weights);
        if (!Cholesky.TryFactor(covariance, out var factor)) return (double.NegativeInfinity, slope.Select(s => s * 1e-6).ToArray());
        var pull = factor.Solve(target);
        var inverse = factor.Inverse();
        height += -0.5 * Products.Dot(target, pull) - 0.5 * factor.LogDeterminant;

        var inverseSquares = beliefs.Lengths.Select(l => 1 / (l * l)).ToArray();
        for (var i = 0; i < n; i++)
        {
            slope[0] += 0.5 * (pull[i] * pull[i] - inverse[i, i]) * beliefs.Signal;
            slope[1] += 0.5 * (pull[i] * pull[i] - inverse[i, i]) * beliefs.Noise / weights[i];
            for (var j = 0; j < i; j++)
            {
                var gain = pull[i] * pull[j] - inverse[i, j]; // twice a half: (i,j) and (j,i)
                slope[0] += gain * (covariance[i, j] - Hyperparameters.MeanVariance);
                var bent = gain * bend[i, j];
                for (var k = 0; k < distances.Length; k++) slope[2 + k] += bent * distances[k][i, j] * inverseSquares[k];
            }
        }
        return (height, slope);
    }

    // Covariance, and s²·5/3·(1 + r)·exp(-r): what a change of ln length multiplies (d/length)² with.
    static (RowMatrix Covariance, RowMatrix Bend) Kernels(Hyperparameters beliefs, RowMatrix[] distances, double[] weights)
    {
        var n = weights.Length;
        var (covariance, bend) = (new RowMatrix(n, n), new RowMatrix(n, n));
        var inverseSquares = beliefs.Lengths.Select(l => 1 / (l * l)).ToArray();
        for (var i = 0; i < n; i++)
        {
            covariance[i, i] = beliefs.Signal + Hyperparameters.MeanVariance + beliefs.Noise / weights[i];
            for (var j = 0; j < i; j++)
            {
                double squared = 0;
                for (var k = 0; k < distances.Length; k++) squared += distances[k][i, j] * inverseSquares[k];
                var r = Math.Sqrt(5 * squared);
                var decay = beliefs.Signal * Math.Exp(-r);
                covariance[i, j] = covariance[j, i] = Hyperparameters.MeanVariance + decay * (1 + r + r * r / 3);
                bend[i, j] = decay * (1 + r) * 5 / 3;
            }
        }
        return (covariance, bend);
    }

    static RowMatrix[] SquaredDistances(RowMatrix inputs)
    {
        var tables = new RowMatrix[inputs.Columns];
        for (var k = 0; k < tables.Length; k++)
        {
            tables[k] = new(inputs.Rows, inputs.Rows);
            for (var i = 0; i < inputs.Rows; i++)
                for (var j = 0; j < i; j++)
                    tables[k][i, j] = Math.Pow(inputs[i, k] - inputs[j, k], 2);
        }
        return tables;
    }
}

using FourPerMille.Sensor.Estimation.Programmes;
using FourPerMille.Sensor.Estimation.RothC;
using MathNet.Numerics.LinearAlgebra;

namespace FourPerMille.Sensor.Estimation.Assimilation;

/// <summary>Two estimates of one quantity made one, their errors correlated by rho (best linear unbiased).</summary>
public static class Fusion
{
    /// <exception cref="ArgumentException">Both are certain, or so correlated that one says nothing the other does not.</exception>
    public static (double Estimate, double StandardUncertainty) Of(double a, double ua, double b, double ub, double rho = 0)
    {
        double covariance = rho * ua * ub, total = ua * ua + ub * ub - 2 * covariance;
        if (!(total > 0)) throw new ArgumentException("These two estimates differ in nothing but their value.");
        double gain = (ua * ua - covariance) / total;
        return (a + gain * (b - a), Math.Sqrt(ua * ua - gain * (ua * ua - covariance)));
    }
}

/// <summary>What an observation did: how surprising it was, in standard deviations, and whether it was taken in or held for review.</summary>
public readonly record struct FilterUpdate(double Innovation, double StandardisedInnovation, bool IsHeld);

/// <summary>
/// RothC and measured stocks together: given the rate modifiers the pools move by x' = A x + u exactly, so the Kalman filter is
/// exact and needs no ensemble. Five states: the four active pools, t C/ha, and the bias the probe adds to every stock it measures.
/// Observed is z = SOC - IOM = [1 1 1 1 b] x, b = 1 for the probe and 0 for the laboratory. Updates in Joseph's form
/// (Bucy and Joseph 1968), which stays symmetric and positive.
/// </summary>
public sealed class CarbonFilter
{
    const int PoolCount = 4, StateCount = 5;
    /// <summary>An observation further from the forecast than this many standard deviations is held for review, never taken in silently.</summary>
    public const double Gate = 3;

    readonly RothCModel _model;
    Vector<double> _state;
    Matrix<double> _covariance;
    double _deficitMm;

    /// <param name="poolCovariance">Of the four pools, (t C/ha)^2, in the order DPM, RPM, BIO, HUM.</param>
    /// <param name="biasUncertainty">Standard uncertainty of the probe's bias, t C/ha; its estimate starts at zero.</param>
    public CarbonFilter(RothCModel model, Pools pools, double[,] poolCovariance, double biasUncertainty, double deficitMm = 0)
    {
        if (poolCovariance.GetLength(0) != PoolCount || poolCovariance.GetLength(1) != PoolCount) throw new ArgumentException("The covariance of four pools is four by four.", nameof(poolCovariance));
        _model = model;
        _state = Vector<double>.Build.Dense([pools.Dpm, pools.Rpm, pools.Bio, pools.Hum, 0]);
        _covariance = Matrix<double>.Build.Dense(StateCount, StateCount, (i, j) => i < PoolCount && j < PoolCount ? poolCovariance[i, j] : i == j ? biasUncertainty * biasUncertainty : 0);
        _deficitMm = deficitMm;
    }

    public Pools Pools => new(_state[0], _state[1], _state[2], _state[3]);
    public double Bias => _state[4];
    public double BiasUncertainty => Math.Sqrt(_covariance[4, 4]);
    public double StockTonnesPerHa => Pools.Sum + _model.Soil.InertTonnesPerHa;
    public double StockUncertainty => Math.Sqrt(_covariance.SubMatrix(0, PoolCount, 0, PoolCount).Enumerate().Sum());

    /// <summary>One month on.</summary>
    /// <param name="inputUncertainty">Relative standard uncertainty of the month's carbon input; FAO GSOCseq takes 0.15 where nothing better is known.</param>
    public void Predict(in RothCMonth month, double inputUncertainty = GsocSeq.CarbonInput)
    {
        var map = _model.Map(ref _deficitMm, month);
        var a = Transition(map.Matrix);
        var input = Vector<double>.Build.Dense([map.Input.Dpm, map.Input.Rpm, map.Input.Bio, map.Input.Hum, 0]);
        _state = a * _state + input;
        _covariance = a * _covariance * a.Transpose() + inputUncertainty * inputUncertainty * input.OuterProduct(input);
    }

    /// <summary>Takes in a measured stock, t C/ha, or holds it.</summary>
    /// <param name="hasProbeBias">True for the probe, whose bias is a state; false for the laboratory.</param>
    public FilterUpdate Observe(double stockTonnesPerHa, double standardUncertainty, bool hasProbeBias)
    {
        if (!(standardUncertainty > 0)) throw new ArgumentOutOfRangeException(nameof(standardUncertainty), "A measurement has an uncertainty.");
        var h = Vector<double>.Build.Dense([1, 1, 1, 1, hasProbeBias ? 1 : 0]);
        double innovation = stockTonnesPerHa - _model.Soil.InertTonnesPerHa - h * _state;
        double noise = standardUncertainty * standardUncertainty, variance = h * _covariance * h + noise;
        double standardised = innovation / Math.Sqrt(variance);
        if (Math.Abs(standardised) > Gate) return new(innovation, standardised, IsHeld: true);

        var gain = _covariance * h / variance;
        var keep = Matrix<double>.Build.DenseIdentity(StateCount) - gain.OuterProduct(h);
        _state += gain * innovation;
        _covariance = keep * _covariance * keep.Transpose() + noise * gain.OuterProduct(gain);
        return new(innovation, standardised, IsHeld: false);
    }

    static Matrix<double> Transition(in PoolMatrix a) => Matrix<double>.Build.DenseOfArray(new[,]
    {
        { a.Dpm, 0, 0, 0, 0 },
        { 0, a.Rpm, 0, 0, 0 },
        { a.BioFromDpm, a.BioFromRpm, a.BioFromBio, a.BioFromHum, 0 },
        { a.HumFromDpm, a.HumFromRpm, a.HumFromBio, a.HumFromHum, 0 },
        { 0, 0, 0, 0, 1 },
    });
}

namespace FourPerMille.Sensor.Estimation.TimeSeriesQuality;

/// <summary>
/// Mean and variance (n - 1) of the last so many values, missing ones left out: Welford's update with Kahan's compensation, in and
/// out, step for step as pandas does it. The plateau test asks whether a variance is at most 0.05, data come in tenths, and so
/// the last bit of this sum is part of the published result.
/// </summary>
sealed class RollingMoments(int window)
{
    readonly Queue<double> _values = new(window + 1);
    double _mean, _squares, _compensationIn, _compensationOut, _previous = double.NaN;
    int _count, _alike;

    /// <summary>Values in the window that are not missing.</summary>
    public int Count => _count;

    public double Variance => _count < 2 ? double.NaN : _alike >= _count ? 0 : Math.Max(0, _squares / (_count - 1));

    public double StandardDeviation => Math.Sqrt(Variance);

    public double Mean => _count == 0 ? double.NaN : _values.Where(v => !double.IsNaN(v)).Sum() / _count;

    public void Push(double value)
    {
        _values.Enqueue(value);
        if (_values.Count > window) Remove(_values.Dequeue());
        if (double.IsNaN(value)) return;
        _count++;
        _alike = value == _previous ? _alike + 1 : 1;
        _previous = value;
        double before = _mean - _compensationIn, y = value - _compensationIn, delta = y - _mean;
        _compensationIn = delta + _mean - y;
        _mean += delta / _count;
        _squares += (value - before) * (value - _mean);
    }

    void Remove(double value)
    {
        if (double.IsNaN(value)) return;
        _count--;
        if (_count == 0)
        {
            (_mean, _squares) = (0, 0);
            return;
        }
        double before = _mean - _compensationOut, y = value - _compensationOut, delta = y - _mean;
        _compensationOut = delta + _mean - y;
        _mean -= delta / _count;
        _squares -= (value - before) * (value - _mean);
    }
}

/// <summary>Sum of the last so many values, missing ones left out; NaN while the window holds none.</summary>
sealed class RollingSum(int window)
{
    readonly Queue<double> _values = new(window + 1);
    double _sum, _compensationIn, _compensationOut;
    int _count;

    public double Value => _count == 0 ? double.NaN : _sum;

    public void Push(double value)
    {
        _values.Enqueue(value);
        if (_values.Count > window) Add(-_values.Dequeue(), -1, ref _compensationOut);
        Add(value, 1, ref _compensationIn);
    }

    void Add(double value, int step, ref double compensation)
    {
        if (double.IsNaN(value)) return;
        _count += step;
        double y = value - compensation, total = _sum + y;
        compensation = total - _sum - y;
        _sum = total;
    }
}

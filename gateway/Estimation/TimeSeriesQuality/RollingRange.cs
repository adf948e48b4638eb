namespace FourPerMille.Sensor.Estimation.TimeSeriesQuality;

/// <summary>
/// Largest minus smallest of the last so many values, missing ones left out, in constant time a value: two queues hold only
/// the candidates that can still become the extreme (Lemire 2006, "Streaming maximum-minimum filter").
/// </summary>
public sealed class RollingRange(int length)
{
    readonly LinkedList<(long Index, double Value)> _smallest = new(), _largest = new();
    long _count;

    public bool IsFull => _count >= length;

    /// <summary>NaN while the window holds no value.</summary>
    public double Range => _largest.First is { } top ? top.Value.Value - _smallest.First!.Value.Value : double.NaN;

    public double Largest => _largest.First?.Value.Value ?? double.NaN;
    public double Smallest => _smallest.First?.Value.Value ?? double.NaN;

    public void Push(double value)
    {
        Expire(_smallest);
        Expire(_largest);
        if (double.IsFinite(value))
        {
            while (_smallest.Last is { } low && low.Value.Value >= value) _smallest.RemoveLast();
            while (_largest.Last is { } high && high.Value.Value <= value) _largest.RemoveLast();
            _smallest.AddLast((_count, value));
            _largest.AddLast((_count, value));
        }
        _count++;
    }

    void Expire(LinkedList<(long Index, double Value)> queue)
    {
        while (queue.First is { } oldest && oldest.Value.Index <= _count - length) queue.RemoveFirst();
    }
}

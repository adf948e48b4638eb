namespace FourPerMille.Sensor.Estimation.TimeSeriesQuality;

/// <summary>One value of a series; NaN is a missing value. The depth only matters to a climatology with depth ranges.</summary>
public readonly record struct SeriesPoint(DateTime Utc, double Value, double DepthCm = double.NaN)
{
    public bool IsMissing => !double.IsFinite(Value);
}

/// <summary>
/// A test that sees a series point by point and keeps bounded memory. Each flag comes <see cref="Latency"/> points after its
/// value; <see cref="Complete"/> gives the flags still owed. A batch is the same object fed from an array, so both agree by
/// construction. An instance judges one series.
/// </summary>
public abstract class StreamingTest
{
    /// <summary>The QARTOD name of the test, as recorded beside its flag.</summary>
    public abstract string Name { get; }

    /// <summary>How many later points the test must see before it judges one.</summary>
    public virtual int Latency => 0;

    /// <summary>Takes the next point and returns the flag of the point <see cref="Latency"/> before it, null while there is none.</summary>
    public abstract QualityFlag? Push(SeriesPoint point);

    /// <summary>The flags of the last <see cref="Latency"/> points, oldest first, once the series has ended.</summary>
    public virtual IEnumerable<QualityFlag> Complete() => [];

    /// <summary>Judges a whole series at once: one flag a point, in its order.</summary>
    public QualityFlag[] Run(IReadOnlyList<SeriesPoint> series)
    {
        var flags = new List<QualityFlag>(series.Count);
        foreach (var point in series)
            if (Push(point) is { } flag) flags.Add(flag);
        flags.AddRange(Complete());
        return [.. flags];
    }
}

/// <summary>Limits of which the outer fail and the inner, where given, make suspect; the bounds themselves pass.</summary>
public readonly record struct Span
{
    public Span(double low, double high)
    {
        if (!(low <= high)) throw new ArgumentException($"A span runs from low to high, not from {low} to {high}.");
        (Low, High) = (low, high);
    }

    public double Low { get; }
    public double High { get; }

    public bool Contains(double value) => value >= Low && value <= High;
    public bool Contains(Span inner) => inner.Low >= Low && inner.High <= High;
}

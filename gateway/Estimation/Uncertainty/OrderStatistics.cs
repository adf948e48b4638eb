namespace FourPerMille.Sensor.Estimation.Uncertainty;

/// <summary>
/// Values at given ranks of an unsorted sample, in one pass: a sorted subsample brackets each rank by six of its standard
/// errors, only what falls between is collected and sorted (after Floyd and Rivest 1975). Exact: should a bracket miss, all is sorted.
/// </summary>
public static class OrderStatistics
{
    const int SubsampleSize = 8192;

    /// <param name="values">Any order, no NaN; left as they are.</param>
    /// <param name="ranks">Zero-based ranks.</param>
    public static double[] At(ReadOnlySpan<double> values, params ReadOnlySpan<int> ranks)
    {
        var found = new double[ranks.Length];
        if (values.Length > 8 * SubsampleSize && TryBracketed(values, ranks, found)) return found;
        double[] sorted = values.ToArray();
        Array.Sort(sorted);
        for (int i = 0; i < ranks.Length; i++) found[i] = sorted[ranks[i]];
        return found;
    }

    static bool TryBracketed(ReadOnlySpan<double> values, ReadOnlySpan<int> ranks, double[] found)
    {
        double[] subsample = new double[SubsampleSize];
        int stride = values.Length / SubsampleSize;
        for (int i = 0; i < SubsampleSize; i++) subsample[i] = values[i * stride];
        Array.Sort(subsample);
        for (int i = 0; i < ranks.Length; i++)
            if (!TrySelect(values, subsample, ranks[i], out found[i])) return false;
        return true;
    }

    static bool TrySelect(ReadOnlySpan<double> values, double[] subsample, int rank, out double found)
    {
        double share = (rank + 0.5) / values.Length, centre = share * SubsampleSize;
        double margin = 6 * Math.Sqrt(SubsampleSize * share * (1 - share)) + 1;
        int low = (int)Math.Floor(centre - margin), high = (int)Math.Ceiling(centre + margin);
        double from = low < 0 ? double.NegativeInfinity : subsample[low];
        double to = high >= SubsampleSize ? double.PositiveInfinity : subsample[high];

        // Collected without a branch: every value is written, and only those between move the end on.
        var between = new double[Math.Min(values.Length, (int)(4 * margin * values.Length / SubsampleSize)) + 1];
        int below = 0, count = 0;
        foreach (double value in values)
        {
            between[count] = value;
            bool under = value < from;
            below += under ? 1 : 0;
            count += !under & value <= to ? 1 : 0;
            if (count == between.Length) { found = 0; return false; }
        }
        found = 0;
        if (rank < below || rank >= below + count) return false;
        Array.Sort(between, 0, count);
        found = between[rank - below];
        return true;
    }
}

using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace FourPerMille.Sensor.Estimation.Uncertainty;

/// <summary>
/// Values at given ranks of an unsorted sample in linear time: a sorted subsample brackets each rank by five of its standard
/// errors, one pass counts what lies below and collects what lies between, and the rank is selected from that (after Floyd
/// and Rivest 1975). Exact: should a bracket miss, all is selected from.
/// </summary>
public static class OrderStatistics
{
    const int SubsampleSize = 8192;

    /// <param name="values">Any order, no NaN; left as they are.</param>
    /// <param name="ranks">Zero-based ranks.</param>
    public static double[] At(ReadOnlySpan<double> values, params ReadOnlySpan<int> ranks)
    {
        var found = new double[ranks.Length];
        double[]? subsample = values.Length > 8 * SubsampleSize ? Subsample(values) : null;
        for (int i = 0; i < ranks.Length; i++)
            if (subsample is null || !TryBracketed(values, subsample, ranks[i], out found[i]))
                found[i] = Select(values.ToArray(), ranks[i]);
        return found;
    }

    static double[] Subsample(ReadOnlySpan<double> values)
    {
        double[] subsample = new double[SubsampleSize];
        int stride = values.Length / SubsampleSize;
        for (int i = 0; i < SubsampleSize; i++) subsample[i] = values[i * stride];
        Array.Sort(subsample);
        return subsample;
    }

    static bool TryBracketed(ReadOnlySpan<double> values, double[] subsample, int rank, out double found)
    {
        double share = (rank + 0.5) / values.Length, centre = share * SubsampleSize;
        double margin = 5 * Math.Sqrt(SubsampleSize * share * (1 - share)) + 1;
        int low = (int)Math.Floor(centre - margin), high = (int)Math.Ceiling(centre + margin);
        double from = low < 0 ? double.NegativeInfinity : subsample[low];
        double to = high >= SubsampleSize ? double.PositiveInfinity : subsample[high];

        found = 0;
        var between = new double[Math.Min(values.Length, (int)(4 * margin * values.Length / SubsampleSize))];
        if (!TryCollect(values, from, to, between, out int below, out int count) || rank < below || rank >= below + count) return false;
        found = Select(between.AsSpan(0, count), rank - below);
        return true;
    }

    /// <summary>Counts values under a bracket and collects those in it; false where they are more than the room.</summary>
    static bool TryCollect(ReadOnlySpan<double> values, double from, double to, Span<double> between, out int below, out int count)
    {
        (below, count) = (0, 0);
        Vector256<double> lower = Vector256.Create(from), upper = Vector256.Create(to);
        var four = MemoryMarshal.Cast<double, Vector256<double>>(values);
        for (int i = 0; i < four.Length; i++)
        {
            uint under = Vector256.LessThan(four[i], lower).ExtractMostSignificantBits();
            below += BitOperations.PopCount(under);
            uint inside = Vector256.LessThanOrEqual(four[i], upper).ExtractMostSignificantBits() & ~under;
            for (; inside != 0; inside &= inside - 1)
            {
                if (count == between.Length) return false;
                between[count++] = values[4 * i + BitOperations.TrailingZeroCount(inside)];
            }
        }
        foreach (double value in values[(4 * four.Length)..])
        {
            if (value < from) below++;
            else if (value <= to)
            {
                if (count == between.Length) return false;
                between[count++] = value;
            }
        }
        return true;
    }

    /// <summary>Hoare's selection with the median of three as pivot; reorders the values.</summary>
    static double Select(Span<double> values, int rank)
    {
        int low = 0, high = values.Length - 1;
        while (low < high)
        {
            double a = values[low], b = values[(low + high) / 2], c = values[high];
            double pivot = Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
            int i = low, j = high;
            while (i <= j)
            {
                while (values[i] < pivot) i++;
                while (values[j] > pivot) j--;
                if (i > j) break;
                (values[i], values[j]) = (values[j], values[i]);
                i++;
                j--;
            }
            if (rank <= j) high = j;
            else if (rank >= i) low = i;
            else return values[rank];
        }
        return values[rank];
    }
}

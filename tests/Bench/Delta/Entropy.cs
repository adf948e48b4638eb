namespace FourPerMille.Sensor.Bench.Delta;

/// <summary>How many bits a series holds at its own resolution, as counted from itself (plug-in estimates, so a little too low).</summary>
static class Entropy
{
    /// <summary>Bits a value when each is told for itself by a code that knows how often it comes.</summary>
    public static double OrderZero(IEnumerable<int> values) => Of([.. values.CountBy(value => value).Select(group => group.Value)]);

    /// <summary>Bits a value once the one before is known. With a month of data many pairs are seen once, which flatters it.</summary>
    public static double Conditional(IReadOnlyList<int> values)
    {
        var pairs = values.Zip(values.Skip(1)).ToList();
        return Of([.. pairs.CountBy(pair => pair).Select(group => group.Value)]) - Of([.. pairs.CountBy(pair => pair.First).Select(group => group.Value)]);
    }

    static double Of(IReadOnlyList<int> counts)
    {
        double total = counts.Sum();
        return counts.Sum(count => -count / total * Math.Log2(count / total));
    }
}

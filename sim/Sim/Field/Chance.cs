namespace FourPerMille.Sensor.Sim.Field;

/// <summary>
/// A repeatable stream of chance. Every purpose draws from its own stream, named by (seed, purpose, index), so what one node
/// meets depends neither on how many nodes there are nor on the order in which workers run them.
/// </summary>
/// <remarks>SplitMix64 (Steele, Lea and Flood 2014). Not for secrets.</remarks>
public sealed class Chance
{
    ulong state;

    Chance(ulong state) => this.state = state;

    public static Chance For(int seed, string purpose, long index = 0)
    {
        var hash = 14695981039346656037UL; // FNV-1a
        foreach (var letter in purpose) hash = (hash ^ letter) * 1099511628211UL;
        return new Chance(Mix(hash ^ Mix((ulong)(uint)seed) ^ Mix((ulong)index + 0x9E3779B97F4A7C15UL)));
    }

    /// <summary>Uniform in [0, 1).</summary>
    public double Uniform() => (Next() >> 11) * (1.0 / (1UL << 53));

    public double Uniform(double from, double to) => from + (to - from) * Uniform();

    /// <summary>Standard normal, by Box and Muller.</summary>
    public double Gaussian() => Math.Sqrt(-2 * Math.Log(1 - Uniform())) * Math.Cos(2 * Math.PI * Uniform());

    public double Gaussian(double mean, double sd) => mean + sd * Gaussian();

    /// <summary>Log-normal with this median; <paramref name="sigma"/> is the standard deviation of the logarithm.</summary>
    public double LogNormal(double median, double sigma) => median * Math.Exp(sigma * Gaussian());

    public double Exponential(double mean) => -mean * Math.Log(1 - Uniform());

    public int Below(int limit) => (int)(Uniform() * limit);

    public bool Happens(double probability) => Uniform() < probability;

    ulong Next() => Mix(state += 0x9E3779B97F4A7C15UL);

    static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}

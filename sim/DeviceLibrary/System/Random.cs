namespace System;

/// <summary>The device seeds its generator from the time; the board's is seeded by the board, so that runs repeat.</summary>
public class Random
{
    ulong _state;

    public Random() => _state = (ulong)Board.Awake.Random.NextInt64();
    public Random(int seed) => _state = (ulong)seed;

    public virtual int Next() => (int)(Step() >> 33);
    public virtual int Next(int maxValue) => maxValue > 0 ? (int)(Step() % (ulong)maxValue) : throw new ArgumentOutOfRangeException();
    public virtual double NextDouble() => (Step() >> 11) * (1.0 / (1UL << 53));

    public virtual void NextBytes(byte[] buffer)
    {
        for (var i = 0; i < buffer.Length; i++) buffer[i] = (byte)Step();
    }

    // SplitMix64, Steele, Lea and Flood 2014.
    ulong Step()
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FourPerMille.Sensor.Estimation.Uncertainty;

/// <summary>
/// A seeded stream of uniform and normal draws: four xoshiro256++ generators side by side in one vector (Blackman and Vigna 2021,
/// ACM TOMS 47:36), normals by Box and Muller (1958), eight at a time. The same seed gives the same stream, so that a recorded
/// result can be repeated.
/// </summary>
public sealed class NormalGenerator
{
    const int Lanes = 4;
    XoshiroLanes _state;

    /// <param name="stream">Another stream of the same seed, for another worker.</param>
    public NormalGenerator(ulong seed, ulong stream = 0)
    {
        Seed = seed;
        // SplitMix64 fills the states, as the authors of xoshiro advise: no two lanes alike, none all zero.
        Span<ulong> words = stackalloc ulong[4 * Lanes];
        ulong state = SplitMix(seed) ^ SplitMix(~stream);
        foreach (ref ulong word in words) word = SplitMix(state += 0x9E3779B97F4A7C15);
        _state = new XoshiroLanes(words);
    }

    public ulong Seed { get; }

    /// <summary>Fills with draws from the standard normal distribution.</summary>
    public void FillNormal(Span<double> into)
    {
        var state = _state;
        while (into.Length >= 2 * Lanes)
        {
            var (first, second) = NextNormals(ref state);
            first.CopyTo(into);
            second.CopyTo(into[Lanes..]);
            into = into[(2 * Lanes)..];
        }
        if (!into.IsEmpty)
        {
            Span<double> rest = stackalloc double[2 * Lanes];
            var (first, second) = NextNormals(ref state);
            first.CopyTo(rest);
            second.CopyTo(rest[Lanes..]);
            rest[..into.Length].CopyTo(into);
        }
        _state = state;
    }

    /// <summary>Fills with draws from the uniform distribution on [0, 1).</summary>
    public void FillUniform(Span<double> into)
    {
        Span<double> four = stackalloc double[Lanes];
        for (; !into.IsEmpty; into = into[Math.Min(Lanes, into.Length)..])
        {
            ToUnit(_state.Next()).CopyTo(four);
            four[..Math.Min(Lanes, into.Length)].CopyTo(into);
        }
    }

    /// <summary>
    /// r (cos, sin) of a uniform angle, r = sqrt(-2 ln u): the angle lies within an eighth of a turn of zero, and three spare
    /// bits exchange the two and give them signs, so the polynomials need no range reduction.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (Vector256<double>, Vector256<double>) NextNormals(ref XoshiroLanes state)
    {
        // 1 - u lies in (0, 1], so its logarithm is finite.
        var radius = Vector256.Sqrt(-2.0 * LogOfUnit(Vector256<double>.One - ToUnit(state.Next())));
        var bits = state.Next();
        var angle = (ToUnit(bits) - Vector256.Create(0.5)) * (Math.PI / 2);
        var (sine, cosine) = (SineNearZero(angle), CosineNearZero(angle));
        var exchange = (Vector256<ulong>.Zero - (bits & Vector256<ulong>.One)).AsDouble();
        var first = Vector256.ConditionalSelect(exchange, sine, cosine);
        var second = Vector256.ConditionalSelect(exchange, cosine, sine);
        var signBit = Vector256.Create(1UL << 63);
        first = (first.AsUInt64() ^ ((bits << 62) & signBit)).AsDouble();
        second = (second.AsUInt64() ^ ((bits << 61) & signBit)).AsDouble();
        return (radius * first, radius * second);
    }

    /// <summary>52 random bits under the exponent of one give [1, 2); less one, [0, 1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<double> ToUnit(Vector256<ulong> bits) =>
        ((bits >>> 12) | Vector256.Create(0x3FF0_0000_0000_0000UL)).AsDouble() - Vector256<double>.One;

    /// <summary>ln x for normal x in (0, 1]: fdlibm's e_log polynomial in s = (m - 1)/(m + 1) on m in [sqrt(1/2), sqrt 2).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<double> LogOfUnit(Vector256<double> x)
    {
        var bits = x.AsUInt64();
        var m = ((bits & Vector256.Create(0x000F_FFFF_FFFF_FFFFUL)) | Vector256.Create(0x3FF0_0000_0000_0000UL)).AsDouble();
        // The exponent field under the exponent of 2^52 is the number 2^52 + field.
        var exponent = ((bits >>> 52) | Vector256.Create(0x4330_0000_0000_0000UL)).AsDouble() - Vector256.Create(4503599627370496.0 + 1023);
        var large = Vector256.GreaterThan(m, Vector256.Create(1.4142135623730951));
        m -= large & (m * 0.5);
        exponent += large & Vector256<double>.One;
        var s = (m - Vector256<double>.One) / (m + Vector256<double>.One);
        var z = s * s;
        var r = Vector256.MultiplyAddEstimate(z, Vector256.Create(1.479819860511658591e-01), Vector256.Create(1.531383769920937332e-01));
        r = Vector256.MultiplyAddEstimate(z, r, Vector256.Create(1.818357216161805012e-01));
        r = Vector256.MultiplyAddEstimate(z, r, Vector256.Create(2.222219843214978396e-01));
        r = Vector256.MultiplyAddEstimate(z, r, Vector256.Create(2.857142874366239149e-01));
        r = Vector256.MultiplyAddEstimate(z, r, Vector256.Create(3.999999999940941908e-01));
        r = Vector256.MultiplyAddEstimate(z, r, Vector256.Create(6.666666666666735130e-01));
        r = Vector256.MultiplyAddEstimate(z, r, Vector256.Create(2.0));
        return Vector256.MultiplyAddEstimate(exponent, Vector256.Create(0.69314718055994531), s * r);
    }

    /// <summary>sin x for |x| at most pi/4: fdlibm's k_sin polynomial.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<double> SineNearZero(Vector256<double> x)
    {
        var z = x * x;
        var p = Vector256.MultiplyAddEstimate(z, Vector256.Create(1.58969099521155010221e-10), Vector256.Create(-2.50507602534068634195e-08));
        p = Vector256.MultiplyAddEstimate(z, p, Vector256.Create(2.75573137070700676789e-06));
        p = Vector256.MultiplyAddEstimate(z, p, Vector256.Create(-1.98412698298579493134e-04));
        p = Vector256.MultiplyAddEstimate(z, p, Vector256.Create(8.33333333332248946124e-03));
        p = Vector256.MultiplyAddEstimate(z, p, Vector256.Create(-1.66666666666666324348e-01));
        return Vector256.MultiplyAddEstimate(x * z, p, x);
    }

    /// <summary>cos x for |x| at most pi/4: fdlibm's k_cos polynomial.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<double> CosineNearZero(Vector256<double> x)
    {
        var z = x * x;
        var p = Vector256.MultiplyAddEstimate(z, Vector256.Create(-1.13596475577881948265e-11), Vector256.Create(2.08757232129817482790e-09));
        p = Vector256.MultiplyAddEstimate(z, p, Vector256.Create(-2.75573143513906633035e-07));
        p = Vector256.MultiplyAddEstimate(z, p, Vector256.Create(2.48015872894767294178e-05));
        p = Vector256.MultiplyAddEstimate(z, p, Vector256.Create(-1.38888888888741095749e-03));
        p = Vector256.MultiplyAddEstimate(z, p, Vector256.Create(4.16666666666666019037e-02));
        p = Vector256.MultiplyAddEstimate(z, p, Vector256.Create(-0.5));
        return Vector256.MultiplyAddEstimate(z, p, Vector256<double>.One);
    }

    static ulong SplitMix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    struct XoshiroLanes(ReadOnlySpan<ulong> words)
    {
        Vector256<ulong> _s0 = Vector256.Create(words[..4]), _s1 = Vector256.Create(words[4..8]), _s2 = Vector256.Create(words[8..12]), _s3 = Vector256.Create(words[12..16]);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<ulong> Next()
        {
            var result = RotateLeft(_s0 + _s3, 23) + _s0;
            var t = _s1 << 17;
            _s2 ^= _s0;
            _s3 ^= _s1;
            _s1 ^= _s2;
            _s0 ^= _s3;
            _s2 ^= t;
            _s3 = RotateLeft(_s3, 45);
            return result;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static Vector256<ulong> RotateLeft(Vector256<ulong> x, int bits) => (x << bits) | (x >>> (64 - bits));
    }
}

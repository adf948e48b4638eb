using System.Numerics;

namespace FourPerMille.Sensor.Estimation.Uncertainty;

/// <summary>
/// A sum of doubles without rounding: a whole number of the smallest subnormal, 2^-1074. Terms and partial sums give the same
/// total in any order and any grouping; only <see cref="Value"/> rounds, once, to nearest even.
/// </summary>
public readonly record struct ExactSum
{
    readonly BigInteger _units;

    ExactSum(BigInteger units) => _units = units;

    public static ExactSum Of(double value)
    {
        if (!double.IsFinite(value)) throw new ArgumentOutOfRangeException(nameof(value), "Only finite values have a sum.");
        long bits = BitConverter.DoubleToInt64Bits(value);
        int exponent = (int)((bits >> 52) & 0x7FF);
        long fraction = bits & 0x000F_FFFF_FFFF_FFFF;
        var units = exponent == 0 ? new BigInteger(fraction) : new BigInteger(fraction | (1L << 52)) << (exponent - 1);
        return new(value < 0 ? -units : units);
    }

    public static ExactSum operator +(ExactSum a, ExactSum b) => new(a._units + b._units);
    public static ExactSum operator +(ExactSum a, double b) => a + Of(b);

    public double Value
    {
        get
        {
            var magnitude = BigInteger.Abs(_units);
            int excess = (int)magnitude.GetBitLength() - 53;
            if (excess > 0)
            {
                var kept = magnitude >> excess;
                var rest = magnitude - (kept << excess);
                int comparedToHalf = rest.CompareTo(BigInteger.One << (excess - 1));
                if (comparedToHalf > 0 || (comparedToHalf == 0 && !kept.IsEven)) kept += 1;
                magnitude = kept;
            }
            double value = Math.ScaleB((double)magnitude, Math.Max(0, excess) - 1074);
            return _units.Sign < 0 ? -value : value;
        }
    }

    /// <summary>The exact state as hexadecimal, for a record that others merge with theirs.</summary>
    public override string ToString() => _units.ToString("x");

    public static ExactSum Parse(string text) => new(BigInteger.Parse(text, System.Globalization.NumberStyles.AllowHexSpecifier));
}

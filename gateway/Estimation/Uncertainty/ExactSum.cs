using System.Globalization;
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

    /// <summary>
    /// The exact state for a record that others merge with theirs: <c>1fp1074</c> is 0x1f shifted left by 1074 bits, in units of 2^-1074;
    /// two's complement where the first digit is 8 or more.
    /// </summary>
    public override string ToString()
    {
        if (_units.IsZero) return "0";
        int shift = (int)BigInteger.TrailingZeroCount(_units);
        return (_units >> shift).ToString("x") + (shift > 0 ? "p" + shift.ToString(CultureInfo.InvariantCulture) : "");
    }

    /// <exception cref="FormatException">The text is no exact sum.</exception>
    public static ExactSum Parse(string text)
    {
        // Beyond this no double's bits and no number of terms on earth reach; a longer text is an attack on memory.
        const int longestShift = 2200, longestDigits = 600;
        var parts = text.Split('p');
        if (parts.Length > 2 || parts[0].Length is 0 or > longestDigits || !BigInteger.TryParse(parts[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var units))
            throw new FormatException($"'{text}' is no exact sum: hexadecimal digits, then p and a shift.");
        if (parts.Length == 1) return new(units);
        return int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int shift) && shift <= longestShift
            ? new(units << shift) : throw new FormatException($"'{text}': a shift lies in 0 to {longestShift}.");
    }
}

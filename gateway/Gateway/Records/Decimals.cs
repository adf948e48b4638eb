using System.Globalization;
using System.Text.Json.Nodes;

namespace FourPerMille.Sensor.Gateway.Records;

/// <summary>
/// How records write what is not a whole number: as text, because floating numbers differ between readers, and at digits that mean
/// something (SPEC.md of Mrv, "Stated digits"): an uncertainty at two significant digits, a result at the place of its uncertainty's
/// second, a measured value one digit below its probe's resolution, a statistic at four significant digits.
/// </summary>
public static class Decimals
{
    const int UncertaintyDigits = 2, StatisticDigits = 4;

    /// <summary>A measured value at digits fixed by its probe: <c>14.10</c>.</summary>
    /// <exception cref="ArgumentException">The value is no number: leave the field out instead.</exception>
    public static string Fixed(double value, int digits)
    {
        var text = Finite(value).ToString("F" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        // "-0.00" is a sign without a magnitude; two processors may disagree on it.
        return text.AsSpan().IndexOfAnyExcept("-0.") < 0 ? text.TrimStart('-') : text;
    }

    /// <summary>A coefficient that others compute with: the shortest text that reads back as the same double.</summary>
    public static string Exact(double value) => Finite(value).ToString("R", CultureInfo.InvariantCulture);

    /// <summary>A statistic whose size is not known beforehand: at four significant digits, with an exponent where that is shorter.</summary>
    public static string Statistic(double value) => Finite(value).ToString("G" + StatisticDigits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    /// <summary>A standard uncertainty at two significant digits (GUM 7.2.6), without an exponent: <c>0.010</c>, <c>130</c>.</summary>
    public static string Uncertainty(double u) => At(u, Place(u));

    /// <summary>A result at the place of the second significant digit of its standard uncertainty; that of an exact one at four significant digits.</summary>
    public static string Result(double value, double u) => u == 0 ? At(value, Place(value) - StatisticDigits + UncertaintyDigits) : At(value, Place(u));

    public static JsonArray Exact(IEnumerable<double> values) => [.. values.Select(v => JsonValue.Create(Exact(v)))];

    /// <summary>A matrix by rows.</summary>
    public static JsonArray Exact(IEnumerable<IEnumerable<double>> rows) => [.. rows.Select(r => (JsonNode)Exact(r))];

    /// <summary>The number a decimal of a record says.</summary>
    public static double Parse(JsonNode text) => double.Parse(text.ToString(), CultureInfo.InvariantCulture);

    /// <summary>The power of ten of the second significant digit, after rounding to two: 0.0996 has -2, because it is written 0.10.</summary>
    static int Place(double value)
    {
        if (Finite(value) == 0) return 0;
        var rounded = value.ToString("E1", CultureInfo.InvariantCulture);
        return int.Parse(rounded.AsSpan(rounded.IndexOf('E') + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) - UncertaintyDigits + 1;
    }

    /// <summary>Rounded to 10^<paramref name="place"/>; without digits behind the point where that is one or more.</summary>
    static string At(double value, int place)
    {
        if (place < 0) return Fixed(value, -place);
        var unit = Math.Pow(10, place);
        return Fixed(Math.Round(Finite(value) / unit) * unit, 0);
    }

    static double Finite(double value) =>
        double.IsFinite(value) ? value : throw new ArgumentException("A record holds no NaN and no infinity: leave the field out and say why.", nameof(value));
}

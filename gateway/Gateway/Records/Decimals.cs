using System.Globalization;
using System.Text.Json.Nodes;

namespace FourPerMille.Sensor.Gateway.Records;

/// <summary>How records write what is not a whole number: as text, because floating numbers differ between readers.</summary>
public static class Decimals
{
    /// <summary>A result at the digits it is published with: <c>14.10</c>.</summary>
    /// <exception cref="ArgumentException">The value is no number: leave the field out instead.</exception>
    public static string Fixed(double value, int digits)
    {
        var text = Finite(value).ToString("F" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        // "-0.00" is a sign without a magnitude; two processors may disagree on it.
        return text.AsSpan().IndexOfAnyExcept("-0.") < 0 ? text.TrimStart('-') : text;
    }

    /// <summary>A coefficient that others compute with: the shortest text that reads back as the same double.</summary>
    public static string Exact(double value) => Finite(value).ToString("R", CultureInfo.InvariantCulture);

    /// <summary>A statistic whose size is not known beforehand: at most so many significant digits, with an exponent where that is shorter.</summary>
    public static string Significant(double value, int digits) => Finite(value).ToString("G" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    public static JsonArray Exact(IEnumerable<double> values) => [.. values.Select(v => JsonValue.Create(Exact(v)))];

    /// <summary>A matrix by rows.</summary>
    public static JsonArray Exact(IEnumerable<IEnumerable<double>> rows) => [.. rows.Select(r => (JsonNode)Exact(r))];

    static double Finite(double value) =>
        double.IsFinite(value) ? value : throw new ArgumentException("A record holds no NaN and no infinity: leave the field out and say why.", nameof(value));
}

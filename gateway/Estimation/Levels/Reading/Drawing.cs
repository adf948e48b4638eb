using System.Globalization;
using System.Net;
using System.Text;

namespace FourPerMille.Sensor.Estimation.Levels.Reading;

/// <summary>SVG by hand: numbers in the invariant culture, words escaped, every colour left to the style sheet.</summary>
sealed class Drawing
{
    readonly StringBuilder _text = new();

    /// <param name="title">Read out in place of the picture.</param>
    public Drawing(string id, double width, double height, string title, string description) => _text.Append(CultureInfo.InvariantCulture,
        $"<svg viewBox=\"0 0 {N(width)} {N(height)}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\"><title id=\"{id}-t\">{Words(title)}</title><desc id=\"{id}-d\">{Words(description)}</desc>");

    public void Box(double x, double y, double width, double height, string css, double radius = 0) =>
        _text.Append(CultureInfo.InvariantCulture, $"<rect class=\"{css}\" x=\"{N(x)}\" y=\"{N(y)}\" width=\"{N(Math.Max(0, width))}\" height=\"{N(Math.Max(0, height))}\" rx=\"{N(radius)}\"/>");

    public void Line(double x1, double y1, double x2, double y2, string css) =>
        _text.Append(CultureInfo.InvariantCulture, $"<line class=\"{css}\" x1=\"{N(x1)}\" y1=\"{N(y1)}\" x2=\"{N(x2)}\" y2=\"{N(y2)}\"/>");

    public void Dot(double x, double y, double radius, string css) => _text.Append(CultureInfo.InvariantCulture, $"<circle class=\"{css}\" cx=\"{N(x)}\" cy=\"{N(y)}\" r=\"{N(radius)}\"/>");

    public void Diamond(double x, double y, double half, string css) =>
        _text.Append(CultureInfo.InvariantCulture, $"<path class=\"{css}\" d=\"M{N(x)} {N(y - half)}L{N(x + half)} {N(y)}L{N(x)} {N(y + half)}L{N(x - half)} {N(y)}Z\"/>");

    public void Text(double x, double y, string words, string css, string anchor = "start") =>
        _text.Append(CultureInfo.InvariantCulture, $"<text class=\"{css}\" x=\"{N(x)}\" y=\"{N(y)}\" text-anchor=\"{anchor}\">{Words(words)}</text>");

    public override string ToString() => _text + "</svg>";

    public static string N(double value) => Math.Round(value, 2).ToString(CultureInfo.InvariantCulture);
    public static string Words(string words) => WebUtility.HtmlEncode(words);

    /// <summary>A step of 1, 2 or 5 times a power of ten that cuts a span into about so many parts.</summary>
    public static double Step(double span, int parts)
    {
        double raw = span / parts, power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        return (raw / power) switch { < 1.5 => 1, < 3.5 => 2, < 7.5 => 5, _ => 10 } * power;
    }
}

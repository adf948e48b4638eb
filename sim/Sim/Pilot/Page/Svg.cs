using System.Globalization;
using System.Net;
using System.Text;

namespace FourPerMille.Sensor.Sim.Pilot.Page;

/// <summary>Writes SVG by hand: numbers in the invariant culture, text escaped, colours left to the style sheet.</summary>
sealed class Svg
{
    readonly StringBuilder text = new();

    /// <param name="title">The accessible name, read out in place of the picture.</param>
    /// <param name="description">What a reader who does not see it should know.</param>
    public Svg(string id, double width, double height, string title, string description, string cssClass = "")
    {
        text.Append(CultureInfo.InvariantCulture, $"<svg class=\"{cssClass}\" viewBox=\"0 0 {N(width)} {N(height)}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\">");
        text.Append($"<title id=\"{id}-t\">{Escape(title)}</title><desc id=\"{id}-d\">{Escape(description)}</desc>");
    }

    public Svg Raw(string markup)
    {
        text.Append(markup);
        return this;
    }

    public Svg Rect(double x, double y, double width, double height, string css, string extra = "") =>
        Raw($"<rect class=\"{css}\" x=\"{N(x)}\" y=\"{N(y)}\" width=\"{N(Math.Max(0, width))}\" height=\"{N(Math.Max(0, height))}\" {extra}/>");

    public Svg Line(double x1, double y1, double x2, double y2, string css) =>
        Raw($"<line class=\"{css}\" x1=\"{N(x1)}\" y1=\"{N(y1)}\" x2=\"{N(x2)}\" y2=\"{N(y2)}\"/>");

    public Svg Circle(double x, double y, double radius, string css) =>
        Raw($"<circle class=\"{css}\" cx=\"{N(x)}\" cy=\"{N(y)}\" r=\"{N(radius)}\"/>");

    public Svg Text(double x, double y, string words, string css, string anchor = "start") =>
        Raw($"<text class=\"{css}\" x=\"{N(x)}\" y=\"{N(y)}\" text-anchor=\"{anchor}\">{Escape(words)}</text>");

    /// <summary>A line through the points; a NaN breaks it.</summary>
    public Svg Path(IEnumerable<(double X, double Y)> points, string css)
    {
        var pen = new StringBuilder();
        var down = false;
        foreach (var (x, y) in points)
        {
            if (double.IsNaN(y)) down = false;
            else
            {
                pen.Append(down ? 'L' : 'M').Append(N(x)).Append(' ').Append(N(y));
                down = true;
            }
        }
        return pen.Length == 0 ? this : Raw($"<path class=\"{css}\" d=\"{pen}\"/>");
    }

    /// <summary>The area between an upper and a lower edge over the same x.</summary>
    public Svg Band(IReadOnlyList<(double X, double Upper, double Lower)> edge, string css)
    {
        if (edge.Count < 2) return this;
        var pen = new StringBuilder("M");
        foreach (var (x, upper, _) in edge) pen.Append(N(x)).Append(' ').Append(N(upper)).Append('L');
        for (var i = edge.Count - 1; i >= 0; i--) pen.Append(N(edge[i].X)).Append(' ').Append(N(edge[i].Lower)).Append(i > 0 ? 'L' : 'Z');
        return Raw($"<path class=\"{css}\" d=\"{pen}\"/>");
    }

    public override string ToString() => text + "</svg>";

    /// <summary>As a file of its own, outside of a page.</summary>
    public string ToFile() => ToString().Replace("<svg ", "<svg xmlns=\"http://www.w3.org/2000/svg\" ", StringComparison.Ordinal) + "\n";

    public static string N(double value) => Math.Round(value, 2).ToString(CultureInfo.InvariantCulture);

    public static string Escape(string words) => WebUtility.HtmlEncode(words);
}

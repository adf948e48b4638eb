using System.Globalization;

namespace FourPerMille.Sensor.Estimation.Levels.Reading;

/// <summary>Where parcels are, as cells on a grid of degrees: a region a panel, each to its own scale.</summary>
static class PlaceSection
{
    const double Width = 300, Height = 236, Margin = 34;

    /// <summary>A degree of latitude on the mean sphere.</summary>
    const double KilometresOfDegree = 111.2;

    public static string Render(LevelDocument document, PageWords say)
    {
        var panels = document.Parts.GroupBy(p => p.Region).Select(g => (Region: g.Key, Cells: g.SelectMany(p => p.Cells).ToList())).Where(r => r.Cells.Count > 0)
            .Select((r, i) => $"<figure><h3>{Drawing.Words(r.Region)}</h3>{Panel(i, r.Region, r.Cells, say)}<figcaption>{Drawing.Words(Caption(r.Cells, say))}</figcaption></figure>").ToList();
        return $"<section><h2>{say.Html("place.title")}</h2>{(panels.Count == 0 ? $"<p class=\"none\">{say.Html("place.none")}</p>" : $"<div class=\"panels\">{string.Concat(panels)}</div>")}</section>";
    }

    static string Caption(List<LevelCell> cells, PageWords say)
    {
        var size = cells.Max(c => c.SizeDegrees);
        return say["place.caption", say.Number(cells.Sum(c => c.Parcels), "N0"), say.Number(cells.Count, "N0"), say.Number(size, "0.##"), say.Number(size * KilometresOfDegree, "F0")];
    }

    static Drawing Panel(int number, string region, List<LevelCell> cells, PageWords say)
    {
        var middle = cells.Average(c => c.Latitude + c.SizeDegrees / 2);
        var narrowing = Math.Cos(middle * Math.PI / 180);
        // At least four cells wide, so that one parcel does not fill its panel.
        var size = cells.Max(c => c.SizeDegrees);
        var (west, east, south, north) = (cells.Min(c => c.Longitude) - size, cells.Max(c => c.Longitude + c.SizeDegrees) + size, cells.Min(c => c.Latitude) - size, cells.Max(c => c.Latitude + c.SizeDegrees) + size);
        var scale = Math.Min((Width - 2 * Margin) / ((east - west) * narrowing), (Height - 2 * Margin) / (north - south));
        double X(double longitude) => Width / 2 + (longitude - (west + east) / 2) * narrowing * scale;
        double Y(double latitude) => Height / 2 - (latitude - (south + north) / 2) * scale;

        var drawing = new Drawing($"place{number}", Width, Height, say["place.picture", region], Caption(cells, say));
        drawing.Box(Margin, 8, Width - Margin - 8, Height - Margin, "ground", 6);
        Grid(drawing, X, Y, scale, narrowing, (west + east) / 2, (south + north) / 2, say);
        var most = cells.Max(c => c.Parcels);
        foreach (var cell in cells)
        {
            var (x, y, w, h) = (X(cell.Longitude), Y(cell.Latitude + cell.SizeDegrees), cell.SizeDegrees * narrowing * scale, cell.SizeDegrees * scale);
            drawing.Box(x, y, w, h, $"cell shade{1 + 3 * (cell.Parcels - 1) / Math.Max(1, most)}", 2);
            drawing.Text(x + w / 2, y + h / 2 + 4, cell.Parcels.ToString(CultureInfo.InvariantCulture), "count", "middle");
        }
        return drawing;
    }

    static void Grid(Drawing drawing, Func<double, double> x, Func<double, double> y, double scale, double narrowing, double middleLongitude, double middleLatitude, PageWords say)
    {
        var (across, up) = ((Width - 2 * Margin) / scale / narrowing / 2, (Height - 2 * Margin) / scale / 2);
        var step = Drawing.Step(2 * Math.Max(across, up), 4);
        for (var degrees = Math.Ceiling((middleLongitude - across) / step) * step; degrees <= middleLongitude + across; degrees += step)
        {
            drawing.Line(x(degrees), 8, x(degrees), Height - Margin + 8, "grid");
            drawing.Text(x(degrees), Height - 10, Degrees(degrees, 'E', 'W', say), "tick", "middle");
        }
        for (var degrees = Math.Ceiling((middleLatitude - up) / step) * step; degrees <= middleLatitude + up; degrees += step)
        {
            drawing.Line(Margin, y(degrees), Width - 8, y(degrees), "grid");
            drawing.Text(Margin - 5, y(degrees) + 4, Degrees(degrees, 'N', 'S', say), "tick", "end");
        }
    }

    static string Degrees(double degrees, char positive, char negative, PageWords say) => say.Number(Math.Abs(degrees), "0.##") + "°" + (Math.Abs(degrees) < 1e-9 ? "" : degrees > 0 ? positive : negative);
}

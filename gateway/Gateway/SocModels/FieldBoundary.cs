using System.Globalization;
using System.Text.Json;
using FourPerMille.Sensor.Gateway.Campaigns;
using FourPerMille.Sensor.Gateway.Records;

namespace FourPerMille.Sensor.Gateway.SocModels;

/// <summary>One area within which points are drawn.</summary>
public sealed record FieldStratum(string Name, Boundary Boundary);

/// <summary>
/// The boundary a technician gives: GeoJSON (RFC 7946; a polygon, or features with a <c>name</c> or <c>stratum</c> each), or corners as lines of
/// latitude and longitude. What a sampling cannot be drawn in is refused, with the reason.
/// </summary>
public static class FieldBoundary
{
    const int MostCorners = 2000, MostStrata = 12;
    const double LeastHectares = 0.01, MostHectares = 200_000;

    /// <exception cref="InputRefused">No boundary, or one in which nothing can be drawn.</exception>
    public static IReadOnlyList<FieldStratum> Read(string? text)
    {
        var given = (text ?? "").Trim().TrimStart('\uFEFF');
        if (given.Length == 0) throw Refused("is empty. Draw the field on any map tool that saves GeoJSON, or walk it and type its corners", "model.refused-boundary-empty");
        var rings = given[0] is '{' or '[' ? OfGeoJson(given) : [("field", OfLines(given))];
        if (rings.Count is 0 or > MostStrata) throw Refused($"holds {rings.Count} polygons; 1 to {MostStrata} make a plan", "model.refused-boundary-count", rings.Count, MostStrata);
        if (rings.Select(r => r.Name).Distinct().Count() < rings.Count) throw Refused("gives two strata the same name", "model.refused-boundary-names");
        var strata = rings.Select(ring => new FieldStratum(ring.Name, Checked(ring.Name, ring.Ring))).ToList();
        for (var i = 0; i < strata.Count; i++)
            for (var j = 0; j < i; j++)
                if (Overlap(strata[i].Boundary, strata[j].Boundary)) throw Refused($"lets {strata[j].Name} and {strata[i].Name} overlap: a place would be drawn twice", "model.refused-boundary-overlap", strata[j].Name, strata[i].Name);
        return strata;
    }

    static Boundary Checked(string name, List<Position> ring)
    {
        if (ring.Count > 1 && ring[0] == ring[^1]) ring.RemoveAt(ring.Count - 1);
        if (ring.Count is < 3 or > MostCorners) throw Refused($"{name}: has {ring.Count} corners; 3 to {MostCorners} enclose a field", "model.refused-boundary-corners", name, ring.Count, MostCorners);
        for (var i = 0; i < ring.Count; i++)
            for (var j = i + 1; j < ring.Count; j++)
                if (j != i + 1 && (j + 1) % ring.Count != i && Crosses(ring[i], ring[i + 1], ring[j], ring[(j + 1) % ring.Count]))
                    throw Refused($"{name}: crosses itself near corner {j + 1}; enter the corners in the order of a walk around the field", "model.refused-boundary-crosses", name, j + 1);
        Boundary boundary;
        try { boundary = new Boundary(ring); }
        catch (ArgumentException cannotBe) { throw Refused($"{name}: {cannotBe.Message}", "model.refused-boundary-flat", name); }
        return boundary.AreaHa is >= LeastHectares and <= MostHectares ? boundary
            : throw Refused(FormattableString.Invariant($"{name}: encloses {boundary.AreaHa:0.####} ha; are longitude and latitude in their places?"), "model.refused-boundary-area", name, Math.Round(boundary.AreaHa, 3));
    }

    static List<(string Name, List<Position> Ring)> OfGeoJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var found = new List<(string, List<Position>)>();
            Collect(document.RootElement, null, found);
            return found;
        }
        catch (Exception broken) when (broken is JsonException or KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException)
        {
            throw Refused($"is no GeoJSON ({broken.Message})", "model.refused-boundary-json");
        }
    }

    static void Collect(JsonElement element, string? name, List<(string, List<Position>)> found)
    {
        switch (element.GetProperty("type").GetString())
        {
            case "FeatureCollection":
                foreach (var feature in element.GetProperty("features").EnumerateArray()) Collect(feature, null, found);
                break;
            case "Feature":
                Collect(element.GetProperty("geometry"), NameIn(element), found);
                break;
            case "MultiPolygon" when element.GetProperty("coordinates").GetArrayLength() == 1:
                found.Add((name ?? Numbered(found.Count), Ring(element.GetProperty("coordinates")[0])));
                break;
            case "Polygon":
                found.Add((name ?? Numbered(found.Count), Ring(element.GetProperty("coordinates"))));
                break;
            case var other:
                throw Refused($"holds a {other}; polygons are wanted, one a stratum", "model.refused-boundary-kind", other);
        }
    }

    static string? NameIn(JsonElement feature)
    {
        if (!feature.TryGetProperty("properties", out var properties) || properties.ValueKind != JsonValueKind.Object) return null;
        foreach (var wanted in new[] { "stratum", "name" })
            if (properties.TryGetProperty(wanted, out var value) && value.ValueKind == JsonValueKind.String && Word(value.GetString()!) is { Length: > 0 } word) return word;
        return null;
    }

    /// <summary>A name as records and files carry it: letters, digits, dashes.</summary>
    static string Word(string name) => string.Concat(name.Trim().Replace(' ', '-').Where(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_').Take(40));

    static string Numbered(int before) => before == 0 ? "field" : FormattableString.Invariant($"field-{before + 1}");

    static List<Position> Ring(JsonElement rings) => rings.GetArrayLength() == 1 ? [.. rings[0].EnumerateArray().Select(corner => At(corner[1].GetDouble(), corner[0].GetDouble()))]
        : throw Refused("has a hole; leave the hole out of the polygon, or make two polygons around it", "model.refused-boundary-hole");

    static List<Position> OfLines(string text) => [.. text.Split('\n').Select((line, i) => (Line: line.Trim(), Number: i + 1)).Where(l => l.Line.Length > 0).Select(l =>
    {
        var parts = l.Line.Split([' ', '\t', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (parts.Length == 1) parts = l.Line.Split(',', StringSplitOptions.TrimEntries);
        return parts.Length == 2 && Degrees(parts[0]) is { } latitude && Degrees(parts[1]) is { } longitude ? At(latitude, longitude)
            : throw Refused($"line {l.Number}: '{l.Line}' is not a latitude and a longitude in degrees, such as 48.1234 1.5678", "model.refused-boundary-line", l.Number, l.Line);
    })];

    static double? Degrees(string text) => double.TryParse(text.Trim(',').Replace(',', '.').Replace('−', '-'), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;

    static Position At(double latitude, double longitude)
    {
        try { return new Position(latitude, longitude); }
        catch (ArgumentException cannotBe) { throw Refused(cannotBe.Message.TrimEnd('.'), "model.refused-boundary-position", latitude, longitude); }
    }

    static bool Overlap(Boundary a, Boundary b) => a.Ring.Any(b.Contains) || b.Ring.Any(a.Contains)
        || Enumerable.Range(0, a.Ring.Count).Any(i => Enumerable.Range(0, b.Ring.Count).Any(j => Crosses(a.Ring[i], a.Ring[(i + 1) % a.Ring.Count], b.Ring[j], b.Ring[(j + 1) % b.Ring.Count])));

    static bool Crosses(Position a, Position b, Position c, Position d) => Side(a, b, c) * Side(a, b, d) < 0 && Side(c, d, a) * Side(c, d, b) < 0;

    static int Side(Position a, Position b, Position p) =>
        Math.Sign((b.Longitude - a.Longitude) * (p.Latitude - a.Latitude) - (b.Latitude - a.Latitude) * (p.Longitude - a.Longitude));

    static InputRefused Refused(string what, string key, params object?[] parts) => new($"boundary: {what}.") { Key = key, Parts = parts };
}

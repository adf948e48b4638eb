using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Estimation.Levels;
using FourPerMille.Sensor.Estimation.Levels.Reading;
using FourPerMille.Sensor.Mrv.Records;

namespace FourPerMille.Sensor.Gateway.Levels;

/// <summary>The open feed: for anybody, without a token, at most five minutes old. CC BY 4.0 unless a parcel says otherwise.</summary>
static class FeedEndpoints
{
    public static void MapFeed(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/feed", (string? language, LevelSurvey survey, HttpRequest request, HttpResponse response) =>
        {
            // What is kept on the way is kept for each wish apart.
            response.Headers.Vary = "Accept-Language";
            var say = PageWords.Of(language, request.Headers.AcceptLanguage);
            return Open(response, Results.Text(LevelsPage.Render(survey.Now().Document, survey.Now().AsOf, "/feed/levels.css", say, "/feed"), "text/html; charset=utf-8"));
        });
        routes.MapGet("/feed/levels.css", (HttpResponse response) => Open(response, Results.Text(LevelsPage.Style, "text/css; charset=utf-8")));
        routes.MapGet("/feed/levels.json", (LevelSurvey survey, HttpResponse response) => Open(response, Results.Text(survey.Now().Document.ToJson(), "application/json; charset=utf-8")));
        routes.MapGet("/feed/parcels.json", (LevelSurvey survey, HttpResponse response) => Open(response, Results.Json(Parcels(survey.Now()))));
        routes.MapGet("/feed/parcels.csv", (LevelSurvey survey, HttpResponse response) => Open(response, Results.Text(Csv(survey.Now()), "text/csv; charset=utf-8; header=present")));
        routes.MapGet("/feed/parcels.geojson", (LevelSurvey survey, HttpResponse response) => Open(response, Results.Text(GeoJson(survey.Now()).ToJsonString(), "application/geo+json; charset=utf-8")));
        routes.MapGet("/feed/system.json", (SystemDescription description, HttpResponse response) => Open(response, Results.Text(description.ToJson(), "application/ld+json; charset=utf-8")));
    }

    /// <summary>What a technician enters with the holder.</summary>
    public static void MapParcels(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/parcels", async (ParcelsRequest request, ParcelBook book, LevelSurvey survey, CancellationToken stop) =>
        {
            if (request.Parcels is not { Count: > 0 }) throw new InputRefused("parcels: names none.");
            var entered = await book.Enter([.. request.Parcels.Select((p, i) => p.Checked($"parcels[{i}]"))], stop);
            survey.Renew();
            return Results.Json(new { parcels = entered.Select(p => new { parcel = p.Name, recordId = p.RecordId, cell = new { latitude = p.CellLatitude, longitude = p.CellLongitude, sizeDegrees = p.CellDegrees } }) });
        });
    }

    internal sealed record ParcelsRequest(IReadOnlyList<ParcelRequest> Parcels);

    static IResult Open(HttpResponse response, IResult result)
    {
        response.Headers.AccessControlAllowOrigin = "*";
        response.Headers.CacheControl = "public, max-age=300";
        response.Headers.Link = "<https://creativecommons.org/licenses/by/4.0/>; rel=\"license\"";
        return result;
    }

    static JsonObject Parcels(Survey survey) => new()
    {
        ["asOf"] = RecordEnvelope.WriteTime(survey.AsOf), ["licence"] = ParcelRequest.OpenLicence,
        ["parcels"] = new JsonArray([.. survey.Parcels.Select(line => (JsonNode)Properties(line))]),
    };

    static JsonObject GeoJson(Survey survey) => new()
    {
        ["type"] = "FeatureCollection",
        ["features"] = new JsonArray([.. survey.Parcels.Select(line => (JsonNode)new JsonObject
        {
            ["type"] = "Feature", ["id"] = line.Parcel, ["geometry"] = line.Geometry?.DeepClone(), ["properties"] = Properties(line),
        })]),
    };

    static JsonObject Properties(ParcelLine line)
    {
        var properties = new JsonObject();
        foreach (var (name, value) in Fields(line)) properties[name] = value switch { null => null, long number => number, double number => number, bool flag => flag, _ => value.ToString() };
        return properties;
    }

    static string Csv(Survey survey)
    {
        var names = Fields(new ParcelLine("", "", null, new(), null)).Select(f => f.Name);
        var text = new StringBuilder(string.Join(',', names)).Append("\r\n");
        foreach (var line in survey.Parcels) text.Append(string.Join(',', Fields(line).Select(f => Quoted(f.Value)))).Append("\r\n");
        return text.ToString();
    }

    /// <summary>One line's fields, by name and in order; the same in every form.</summary>
    static IEnumerable<(string Name, object? Value)> Fields(ParcelLine line)
    {
        var (land, seen) = (line.Land, line.Observed);
        yield return ("parcel", line.Parcel);
        yield return ("region", line.Region);
        yield return ("country", land?.Country);
        yield return ("hectares", land?.Hectares);
        yield return ("cellLatitude", land?.CellLatitude);
        yield return ("cellLongitude", land?.CellLongitude);
        yield return ("cellDegrees", land?.CellDegrees);
        yield return ("nodes", seen.Nodes);
        yield return ("readingsTaken", seen.ReadingsTaken);
        yield return ("readingsHeld", seen.ReadingsHeld);
        yield return ("spectraJudged", seen.SpectraJudged);
        yield return ("spectraInDomain", seen.SpectraInDomain);
        yield return ("certificatesNeeded", seen.CertificatesNeeded);
        yield return ("certificatesValid", seen.CertificatesValid);
        yield return ("newestReading", seen.Newest is { } newest ? RecordEnvelope.WriteTime(newest) : null);
        yield return ("licence", land?.Licence ?? ParcelRequest.OpenLicence);
        yield return ("positionRecord", land?.RecordId);
    }

    static string Quoted(object? value) => value switch
    {
        null => "",
        string text when text.AsSpan().IndexOfAny(",\"\r\n") >= 0 => $"\"{text.Replace("\"", "\"\"")}\"",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };
}

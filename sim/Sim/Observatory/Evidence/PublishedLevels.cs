using FourPerMille.Sensor.Estimation.Levels;
using FourPerMille.Sensor.Estimation.Levels.Reading;
using FourPerMille.Sensor.Mrv;
using FourPerMille.Sensor.Mrv.Records;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FourPerMille.Sensor.Sim.Observatory.Evidence;

/// <summary>Figures of regions as they stand in a log, the newest of each: what makes countries and continents here.</summary>
sealed class PublishedLevels
{
    public const string RecordType = "fpm.level-figures/1";

    readonly Dictionary<string, LevelPart> _bySubject = [];

    public IReadOnlyCollection<LevelPart> Parts => [.. _bySubject.Values];

    /// <summary>Takes a record; one that cannot be read as figures says nothing of any region, and stands in the log all the same.</summary>
    public void Take(byte[] record)
    {
        var body = CanonicalJson.Parse(record);
        var envelope = RecordEnvelope.Read(body);
        try
        {
            var part = LevelDocument.Part(body["part"]);
            // A log speaks for its own gateway only.
            if (part.Gateway == envelope.Gateway && part.Simulated == envelope.IsSimulated) _bySubject[envelope.Subject] = part with { RecordId = RecordId.Of(record).ToString() };
        }
        catch (FormatException) { }
    }
}

/// <summary>The observatory's own sums, for anybody: <c>/levels.json</c>, and <c>/levels</c> as a page.</summary>
static class LevelsEndpoints
{
    public static void MapLevels(this IEndpointRouteBuilder routes, Witness witness, TimeProvider time)
    {
        routes.MapGet("/levels.json", context => Write(context, "application/json", LevelDocument.Of(witness.Levels).ToJson()));
        routes.MapGet("/levels", context => Write(context, "text/html; charset=utf-8", LevelsPage.Render(LevelDocument.Of(witness.Levels), time.GetUtcNow(), stylesheet: null, PageWords.Of(context.Request.Query["language"], context.Request.Headers.AcceptLanguage), "/levels")));
    }

    static Task Write(HttpContext context, string type, string text)
    {
        context.Response.ContentType = type;
        context.Response.Headers.AccessControlAllowOrigin = "*";
        return context.Response.WriteAsync(text, context.RequestAborted);
    }
}

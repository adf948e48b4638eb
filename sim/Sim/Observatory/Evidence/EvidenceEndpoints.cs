using FourPerMille.Sensor.Mrv.Notes;
using FourPerMille.Sensor.Mrv.Tiles;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FourPerMille.Sensor.Sim.Observatory.Evidence;

/// <summary>
/// <c>POST /add-checkpoint</c> and <c>GET /{origin hash}/checkpoint</c> of C2SP tlog-witness; <c>GET /evidence/{origin hash}/size</c> and
/// <c>POST /evidence/{origin hash}/entries?from=N</c> take the records themselves, as entry bundles of tlog-tiles (SPEC.md of Mrv, "Handing over").
/// </summary>
static class EvidenceEndpoints
{
    const string Text = "text/plain; charset=utf-8", SizeText = "text/x.tlog.size";

    public static void MapEvidence(this IEndpointRouteBuilder routes, Witness witness)
    {
        routes.MapGet("/witness/vkey", context => Write(context, 200, witness.Key + "\n"));
        routes.MapPost("/add-checkpoint", async context =>
        {
            using var body = new StreamReader(context.Request.Body);
            var (status, text) = Add(witness, await body.ReadToEndAsync(context.RequestAborted));
            await Write(context, status, text);
        });
        routes.MapGet("/{origin}/checkpoint", context => witness.Log(Origin(context))?.Cosigned is { } note ? Write(context, 200, note.ToString()) : Write(context, 404, "never cosigned\n"));
        routes.MapGet("/evidence/{origin}/size", context => witness.Log(Origin(context)) is { } log ? Write(context, 200, $"{log.Size}\n") : Unknown(context));
        routes.MapGet("/evidence/{origin}/tile/{**path}", context => Tile(context, witness));
        routes.MapPost("/evidence/{origin}/entries", async context =>
        {
            if (witness.Log(Origin(context)) is not { } log) { await Unknown(context); return; }
            var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            var (status, text) = Append(witness, log, context.Request.Query["from"], body.ToArray());
            await Write(context, status, text);
        });
    }

    static (int, string) Add(Witness witness, string request)
    {
        try { return witness.Add(AddCheckpoint.Parse(request)); }
        catch (FormatException broken) { return (400, broken.Message + "\n"); }
    }

    static (int, string) Append(Witness witness, MirroredLog log, string? from, byte[] bundle)
    {
        try
        {
            return long.TryParse(from, out var first) ? witness.Append(log, first, EntryBundle.Read(bundle)) : (400, "from=N says where the entries begin\n");
        }
        catch (InvalidDataException broken) { return (400, broken.Message + "\n"); }
    }

    static Task Tile(HttpContext context, Witness witness)
    {
        if (witness.Log(Origin(context)) is not { } log || !TilePath.TryParse("tile/" + context.GetRouteValue("path"), out var tile)) return Unknown(context);
        byte[]? bytes;
        lock (log.Gate) bytes = log.Tile(tile);
        if (bytes is null) return Write(context, 404, "no such tile\n");
        context.Response.ContentType = "application/octet-stream";
        return context.Response.Body.WriteAsync(bytes, context.RequestAborted).AsTask();
    }

    static string Origin(HttpContext context) => (string)context.GetRouteValue("origin")!;

    static Task Unknown(HttpContext context) => Write(context, 404, "this log is not known here: have its key enrolled\n");

    static Task Write(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = status == 409 ? SizeText : Text;
        return context.Response.WriteAsync(text, context.RequestAborted);
    }
}

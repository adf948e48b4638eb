using System.Globalization;
using System.Text;
using FourPerMille.Sensor.Mrv.Notes;
using FourPerMille.Sensor.Sim.Observatory.SensorThings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FourPerMille.Sensor.Sim.Observatory.Evidence;

/// <summary>Receipts for couriers (SPEC.md of Mrv, "The courier"): a log's origin and ids of observations in, those that are here out, signed.</summary>
static class ReceiptEndpoints
{
    public static void MapReceipts(this IEndpointRouteBuilder routes, Witness witness, EntityStore things)
    {
        routes.MapGet("/receipts/vkey", context => context.Response.WriteAsync(witness.Receipts.VerifierKey + "\n", context.RequestAborted));
        routes.MapPost("/receipts", async context =>
        {
            using var body = new StreamReader(context.Request.Body);
            var lines = (await body.ReadToEndAsync(context.RequestAborted)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            if (lines.Length == 0 || witness.LogOf(lines[0]) is not { } log)
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                await context.Response.WriteAsync("this log is not known here: have its key enrolled\n", context.RequestAborted);
                return;
            }
            await context.Response.WriteAsync(Receipt(witness.Receipts, lines[0], log.Size, lines[1..].Where(things.Has)), context.RequestAborted);
        });
    }

    static string Receipt(SigningKey key, string origin, long records, IEnumerable<string> observations)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"fpm.courier-receipt/1\n{origin}\nrecords {records}\n");
        foreach (var id in observations) text.Append(id).Append('\n');
        return new SignedNote(text.ToString(), [key.Sign(text.ToString())]).ToString();
    }
}

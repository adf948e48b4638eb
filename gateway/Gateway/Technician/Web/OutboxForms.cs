using System.IO.Compression;
using FourPerMille.Sensor.Gateway.Courier;
using FourPerMille.Sensor.Gateway.Forwarding;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Gateway.Technician.Access;
using Microsoft.AspNetCore.Antiforgery;

namespace FourPerMille.Sensor.Gateway.Technician.Web;

/// <summary>What the buttons of the outbox do: let parked rows go again, give a courier what the observatory has not got, take the receipt that comes back.</summary>
static class OutboxForms
{
    /// <summary>A receipt names each observation by 71 characters: half a million of them.</summary>
    const long LongestReceipt = 40_000_000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/outbox/retry", Retry).RequireAuthorization(policy => policy.RequireRole(nameof(Role.Technician)));
        routes.MapPost("/outbox/courier", Export).RequireAuthorization(policy => policy.RequireRole(nameof(Role.Administrator)));
        routes.MapPost("/outbox/receipt", Import).RequireAuthorization(policy => policy.RequireRole(nameof(Role.Administrator)));
    }

    static async Task<IResult> Retry(HttpContext context, IAntiforgery forms, Database database, TimeProvider time, CancellationToken stop)
    {
        await forms.ValidateRequestAsync(context);
        var rows = await database.Write(session =>
        {
            var again = WaitingRows.Retry(session);
            AuditTrail.Note(session, time.GetUtcNow(), context.User.Identity!.Name!, AuditTrail.OutboxRetried, $"{again}");
            return again;
        }, stop);
        return Results.LocalRedirect($"/outbox?again={rows}");
    }

    /// <summary>The folder that <c>fpm courier export</c> writes, as one archive: unpacked, it is imported as it is.</summary>
    static async Task<IResult> Export(HttpContext context, IAntiforgery forms, GatewayOptions options, Database database, RecordLog log, Locales.Wording say, TimeProvider time, CancellationToken stop)
    {
        await forms.ValidateRequestAsync(context);
        await log.CatchUp(stop);
        var work = Directory.CreateTempSubdirectory("fpm-courier-").FullName;
        try
        {
            var (folder, archive) = (Path.Combine(work, "fpm-courier"), Path.Combine(work, "fpm-courier.zip"));
            await Task.Run(() =>
            {
                using var evidence = Evidence.Of(options.DataFolder);
                new CourierExport(evidence, options.DataFolder, folder).Write(since: null);
                ZipFile.CreateFromDirectory(folder, archive, CompressionLevel.Fastest, includeBaseDirectory: true);
            }, stop);
            await database.Write(session => AuditTrail.Note(session, time.GetUtcNow(), context.User.Identity!.Name!, AuditTrail.CourierExported, ""), stop);
            context.Response.OnCompleted(() => { Remove(work); return Task.CompletedTask; });
            return Results.File(archive, "application/zip", $"fpm-courier-{time.GetUtcNow():yyyyMMdd-HHmm}.zip");
        }
        catch (InputRefused refused)
        {
            Remove(work);
            return Results.LocalRedirect($"/outbox?refused={Uri.EscapeDataString(say.Of(refused))}");
        }
    }

    static async Task<IResult> Import(HttpContext context, IAntiforgery forms, GatewayOptions options, Database database, Locales.Wording say, TimeProvider time, CancellationToken stop)
    {
        await forms.ValidateRequestAsync(context);
        var work = Directory.CreateTempSubdirectory("fpm-receipt-").FullName;
        try
        {
            if ((await context.Request.ReadFormAsync(stop)).Files.GetFile("receipt") is not { Length: > 0 and <= LongestReceipt } sent)
                throw new InputRefused("receipt: choose the file that the courier brought back.") { Key = "refusal.receipt-missing" };
            var file = Path.Combine(work, "receipt.json");
            await using (var kept = File.Create(file)) await sent.CopyToAsync(kept, stop);
            var result = await Task.Run(() => ReceiptImport.Run(options.DataFolder, file, trusted: null), stop);
            await database.Write(session => AuditTrail.Note(session, time.GetUtcNow(), context.User.Identity!.Name!, AuditTrail.ReceiptImported, $"{result.Observations}"), stop);
            return Results.LocalRedirect($"/outbox?delivered={result.Observations}&witnessed={result.WitnessedSize}");
        }
        catch (InputRefused refused)
        {
            // The file's name here is nobody's business.
            return Results.LocalRedirect($"/outbox?refused={Uri.EscapeDataString(say.Of(refused).Replace(Path.Combine(work, "receipt.json"), "receipt", StringComparison.Ordinal))}");
        }
        finally { Remove(work); }
    }

    static void Remove(string folder)
    {
        try { Directory.Delete(folder, recursive: true); }
        catch (IOException) { } // the system empties its temporary folder itself
    }
}

using System.Text;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Mrv.Notes;
using FourPerMille.Sensor.Mrv.Records;
using FourPerMille.Sensor.Mrv.Schemas;
using FourPerMille.Sensor.Mrv.Tiles;

namespace FourPerMille.Sensor.Gateway.Records;

/// <summary>Records and the log over HTTP.</summary>
static class RecordEndpoints
{
    const string Text = "text/plain; charset=utf-8";
    const int LongestPage = 1000;

    /// <summary>The log for whoever asks: checkpoint, tiles and keys are public by their nature (C2SP tlog-tiles).</summary>
    public static void MapLog(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/log/checkpoint", async (RecordLog log, HttpResponse response, CancellationToken stop) =>
        {
            await log.CatchUp(stop);
            response.Headers.CacheControl = "no-cache";
            return log.Published is { } note ? Note(note) : throw NoRecordYet();
        });
        routes.MapGet("/log/witnessed", (Database database) =>
            database.Read(session => session.Witnessed()) is { } note ? Note(note)
                : throw new InputRefused("No witness has cosigned yet. It needs an --observatory that knows this log's key.", StatusCodes.Status404NotFound));
        routes.MapGet("/log/tile/{**path}", (string path, RecordLog log, HttpResponse response) => Tile("tile/" + path, log, response));
        routes.MapGet("/log/vkey", (LogKey key) => Results.Text(key.Verifier + "\n", Text));
        routes.MapGet("/log/keys", (Database database, RecordLog log) => Results.Text(string.Concat(database.Read(session => session.KeyChanges(log.Tiles)).Select(c => $"{c.Proof.Index}\n")), Text));
        routes.MapGet("/log/keys/{leaf:long}.json", (long leaf, Database database, RecordLog log) => Results.Bytes(KeyChange(database, log, leaf).Record, "application/json"));
        routes.MapGet("/log/keys/{leaf:long}.tlog-proof", (long leaf, Database database, RecordLog log) => Results.Text(KeyChange(database, log, leaf).Proof.ToString(), Text));
        routes.MapGet("/log/key.pem", (LogKey key) => Results.Text(key.Verifier.ToPem(), "application/x-pem-file"));
    }

    /// <summary>The published schemas, for whoever reads our records.</summary>
    public static void MapSchemas(this IEndpointRouteBuilder routes) => routes.MapGet("/log/schemas/{name}", (string name) =>
        RecordSchemas.Text(name) is { } schema ? Results.Text(schema, "application/schema+json")
            : throw new InputRefused($"{name}: there is no such schema; there are {string.Join(", ", RecordSchemas.Names)}.", StatusCodes.Status404NotFound));

    /// <summary>The book, for technicians.</summary>
    public static void MapRecords(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/records", (Database database, string? type, long? before, int? limit) =>
            new { records = database.Read(session => session.Records(type, before ?? long.MaxValue, Math.Clamp(limit ?? 100, 1, LongestPage))).Select(Summary) });
        routes.MapGet("/api/records/{id}", (string id, Database database) => Results.Bytes(Find(database, id).Canonical, "application/json"));
        routes.MapGet("/api/records/{id}/proof", async (string id, Database database, RecordLog log, CancellationToken stop) => Results.Text(await Proof(id, database, log, stop), Text));
    }

    /// <summary>The proof of a record, the log grown up to it.</summary>
    /// <exception cref="InputRefused">There is no such record.</exception>
    public static async Task<string> Proof(string id, Database database, RecordLog log, CancellationToken stop)
    {
        var record = Find(database, id);
        await log.CatchUp(stop);
        return log.Prove(record.Leaf)!.ToString();
    }

    static IResult Tile(string path, RecordLog log, HttpResponse response)
    {
        if (!TilePath.TryParse(path, out var tile) || !Published(tile, log.Size) || log.Tiles.Read(tile) is not { } bytes)
            throw new InputRefused($"{path}: the log of {log.Size} records has no such tile.", StatusCodes.Status404NotFound);
        response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return Results.Bytes(bytes, "application/octet-stream");
    }

    // Tiles of a growth that is not signed yet lie on the disk already; nobody is shown them.
    static bool Published(TilePath tile, long size) => tile.Width <= TilePath.WidthAt(size, tile.HoldsEntries ? 0 : tile.Level, tile.Index);

    static ProvenRecord KeyChange(Database database, RecordLog log, long leaf) =>
        database.Read(session => session.KeyChanges(log.Tiles)).Find(change => change.Proof.Index == leaf)
        ?? throw new InputRefused($"{leaf}: the log's key did not change there. GET /log/keys lists the leaves where it did.", StatusCodes.Status404NotFound);

    /// <exception cref="InputRefused">There is no such record.</exception>
    public static StoredRecord Find(Database database, string id) =>
        (RecordId.TryParse(id, out var known) ? database.Read(session => session.Record(known)) : null)
        ?? throw new InputRefused($"{id}: there is no such record. GET /api/records lists what there is; an id reads sha256: and 64 digits.", StatusCodes.Status404NotFound);

    static JsonObject Summary(StoredRecord record) => new()
    {
        ["id"] = record.Id.ToString(),
        ["leaf"] = record.Leaf,
        ["type"] = record.Type,
        ["subject"] = record.Subject,
        ["recorded"] = RecordEnvelope.WriteTime(record.Recorded),
        ["supersedes"] = record.Supersedes,
    };

    static IResult Note(SignedNote note) => Results.Text(note.ToString(), Text, Encoding.UTF8);

    static InputRefused NoRecordYet() => new("The log has no record yet.", StatusCodes.Status404NotFound);
}

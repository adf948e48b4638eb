using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Holders;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Mrv;
using FourPerMille.Sensor.Mrv.Records;

namespace FourPerMille.Sensor.Gateway.Levels;

/// <summary>Parcels, and how exactly each may be shown. How a position was blurred is itself a record, so that nobody can say later it was finer.</summary>
sealed class ParcelBook(Database database, IRecordBook records)
{
    /// <summary>All parcels; restricted are also those whose consent to open data was withdrawn.</summary>
    public static IReadOnlyList<Parcel> All(Session session) => [.. Where(session, "1 = 1 OR parcel = @0 ORDER BY parcel", "")];

    static List<Parcel> Where(Session session, string condition, string value) => [.. session.Query($"SELECT {Parcel.Columns} FROM parcels WHERE {condition}", Parcel.Map, value).ToList()
        .Select(parcel => parcel.IsRestricted || !IsWithdrawn(session, parcel) ? parcel : parcel with { IsRestricted = true })];

    /// <summary>Data are open unless the holder says otherwise, on the parcel or on its site.</summary>
    static bool IsWithdrawn(Session session, Parcel parcel) => new[] { parcel.Land, parcel.Site }
        .Select(land => session.InForce(RecordTypes.Consent, land + "/open-data")).FirstOrDefault(said => said is not null) is { } last
        && CanonicalJson.Parse(last.Canonical)["state"]?.ToString() == "withdrawn";

    public Task<IReadOnlyList<Parcel>> Enter(IReadOnlyList<ParcelRequest> requests, CancellationToken stop) =>
        database.Write(session => (IReadOnlyList<Parcel>)[.. requests.Select(request => Enter(session, request))], stop);

    /// <summary>Within a transaction that does more.</summary>
    public Parcel Enter(WriteSession session, ParcelRequest request)
    {
        var known = Where(session, "parcel = @0", request.Parcel).FirstOrDefault();
        // A commitment to the same place is kept: another salt would be another record of nothing new.
        var position = known is not null && JsonNode.DeepEquals(Opened(session, known), request.Position()) ? known.Position : records.Commit(session, "position", request.Position());
        var (latitude, longitude) = request.Cell();
        var record = records.Write(session, RecordDraft.Of(RecordTypes.ParcelPosition, request.Parcel, new JsonObject
        {
            ["about"] = $"{request.Site}/{request.Parcel}", ["parcel"] = request.Parcel, ["region"] = request.Region, ["country"] = request.Country, ["hectares"] = Decimals.Exact(request.Hectares),
            ["cell"] = new JsonObject { ["latitude"] = Decimals.Exact(latitude), ["longitude"] = Decimals.Exact(longitude), ["sizeDegrees"] = Decimals.Exact(request.CellDegrees) },
            ["blurring"] = "grid-cell/1", ["position"] = position, ["restricted"] = request.Restricted, ["licence"] = request.Licence,
        }));
        session.Execute($"INSERT OR REPLACE INTO parcels ({Parcel.Columns}) VALUES (@0, @1, @2, @3, @4, @5, @6, @7, @8, @9, @10, @11)", request.Parcel, request.Site, request.Region, request.Country,
            request.Hectares, latitude, longitude, request.CellDegrees, position, request.Restricted, request.Licence, record.ToString());
        // Its nodes' entities at the observatory are looked at again, and their places put right.
        session.Execute("UPDATE outbox_series SET datastream = NULL, feature = NULL WHERE json_extract(description, '$.Parcel') = @0", request.Parcel);
        return Where(session, "parcel = @0", request.Parcel).Single();
    }

    /// <summary>GeoJSON of what may be shown: the position where the holder's consent stands and its opening still exists, else the cell; null for a restricted parcel.</summary>
    public static JsonObject? Geometry(Session session, Parcel parcel, DateTimeOffset at)
    {
        if (parcel.IsRestricted) return null;
        if (ConsentBook.Allows(session, parcel.Land, ConsentScope.ExactPosition, at) && Opened(session, parcel) is { } exact)
            return new() { ["type"] = "Point", ["coordinates"] = new JsonArray(Degrees(exact["longitude"]), Degrees(exact["latitude"])) };
        var (south, west, north, east) = (parcel.CellLatitude, parcel.CellLongitude, Math.Round(parcel.CellLatitude + parcel.CellDegrees, 9), Math.Round(parcel.CellLongitude + parcel.CellDegrees, 9));
        // Counter-clockwise (RFC 7946, section 3.1.6).
        return new() { ["type"] = "Polygon", ["coordinates"] = new JsonArray(new JsonArray(Point(west, south), Point(east, south), Point(east, north), Point(west, north), Point(west, south))) };
    }

    public static bool Knows(Session session, string parcel) => session.Scalar<long>("SELECT COUNT(*) FROM parcels WHERE parcel = @0", parcel) > 0;

    /// <summary>Of a parcel by name; null where it is not entered or may not be shown.</summary>
    public static JsonObject? GeometryOf(Session session, string parcel, DateTimeOffset at) =>
        Where(session, "parcel = @0", parcel).FirstOrDefault() is { } known ? Geometry(session, known, at) : null;

    static JsonArray Point(double longitude, double latitude) => [longitude, latitude];
    static double Degrees(JsonNode? text) => double.Parse(text!.ToString(), System.Globalization.CultureInfo.InvariantCulture);

    static JsonNode? Opened(Session session, Parcel parcel) =>
        session.Query("SELECT opening FROM openings WHERE digest = @0", row => (byte[])row[0], parcel.Position).ToList().FirstOrDefault() is { } opening
        && Commitment.Opens(parcel.Position, "position", opening, out var value) ? value : null;
}

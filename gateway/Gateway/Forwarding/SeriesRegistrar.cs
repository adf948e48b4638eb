using System.Text.Json;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Store;

namespace FourPerMille.Sensor.Gateway.Forwarding;

/// <summary>Ids of a series at the observatory, as JSON literals.</summary>
sealed record RemoteSeries(string Datastream, string Feature);

/// <summary>
/// Sees to it that the observatory has the entities of a series: node as Thing with its Location, quantity as ObservedProperty, probe and
/// certificate (or model) as Sensor, soil layer as FeatureOfInterest, and the Datastream that ties them. Each is looked for before it is made.
/// </summary>
sealed class SeriesRegistrar(Database database, SensorThingsClient observatory)
{
    /// <summary>The ids, from the store or by asking the observatory.</summary>
    public async Task<RemoteSeries> Ensure(long series, CancellationToken stop)
    {
        var (description, known) = database.Read(session => session.Query("SELECT description, datastream, feature FROM outbox_series WHERE id = @0",
            row => (JsonSerializer.Deserialize<SeriesDescription>(row.GetString(0))!, row.IsDBNull(1) ? null : new RemoteSeries(row.GetString(1), row.GetString(2))), series).Single());
        if (known is not null) return known;
        var made = new RemoteSeries(await Datastream(description, stop), await Feature(description, stop));
        await database.Write(session => session.Execute("UPDATE outbox_series SET datastream = @1, feature = @2 WHERE id = @0", series, made.Datastream, made.Feature), stop);
        return made;
    }

    /// <summary>What was known is no longer so: the observatory may have been set up anew.</summary>
    public Task Forget(IEnumerable<long> series) => database.Write(session =>
    {
        foreach (var id in series) session.Execute("UPDATE outbox_series SET datastream = NULL, feature = NULL WHERE id = @0", id);
    });

    async Task<string> Datastream(SeriesDescription series, CancellationToken stop) => await FindOrCreate("Datastreams", ByKey(series.Key), async () => new JsonObject
    {
        ["name"] = series.Key,
        ["description"] = $"{series.Quantity} of {series.Layer}, by {series.Probe}",
        ["observationType"] = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement",
        ["unitOfMeasurement"] = new JsonObject { ["name"] = series.UnitName, ["symbol"] = series.Ucum, ["definition"] = "ucum:" + series.Ucum },
        ["properties"] = new JsonObject { ["key"] = series.Key, ["depthCm"] = series.DepthCm },
        ["Thing"] = Reference(await Thing(series, stop)),
        ["ObservedProperty"] = Reference(await ObservedProperty(series, stop)),
        ["Sensor"] = Sensor(series),
    }, stop);

    Task<string> Thing(SeriesDescription series, CancellationToken stop) => FindOrCreate("Things", ByKey(series.Node), () => Task.FromResult(new JsonObject
    {
        ["name"] = series.Node,
        ["description"] = $"Soil node at {series.Site}, {series.Region}",
        ["properties"] = new JsonObject
        {
            ["key"] = series.Node, ["site"] = series.Site, ["region"] = series.Region, ["twin"] = series.Twin, ["parcel"] = series.Parcel, ["role"] = series.Role,
        },
        ["Locations"] = new JsonArray(new JsonObject
        {
            ["name"] = series.Site,
            ["description"] = "The site by name; its position is the holder's to release",
            ["encodingType"] = "application/geo+json",
            ["location"] = Unlocated(series.Site),
        }),
    }), stop);

    Task<string> ObservedProperty(SeriesDescription series, CancellationToken stop) =>
        FindOrCreate("ObservedProperties", $"definition eq {SensorThingsClient.Quote(series.Definition)}", () => Task.FromResult(new JsonObject
        {
            ["name"] = series.Quantity, ["definition"] = series.Definition, ["description"] = series.Quantity,
        }), stop);

    Task<string> Feature(SeriesDescription series, CancellationToken stop) => FindOrCreate("FeaturesOfInterest", ByKey(series.Layer), () => Task.FromResult(new JsonObject
    {
        ["name"] = series.Layer,
        ["description"] = series.DepthCm is null ? "Air at the node" : "Soil layer at the node",
        ["encodingType"] = "application/geo+json",
        ["feature"] = Unlocated(series.Layer),
        ["properties"] = new JsonObject { ["key"] = series.Layer },
    }), stop);

    static JsonObject Sensor(SeriesDescription series) => new()
    {
        ["name"] = series.Probe,
        ["description"] = series.Procedure is null ? "Probe by its maker's data sheet" : "Probe with the record that says how its values are calculated",
        ["encodingType"] = "application/json",
        ["metadata"] = series.Procedure ?? "data sheet",
        ["properties"] = new JsonObject { ["probe"] = series.Probe, ["procedure"] = series.Procedure },
    };

    /// <summary>GeoJSON's own way to say that a thing has a place which is not told (RFC 7946, section 3.2).</summary>
    static JsonObject Unlocated(string name) => new() { ["type"] = "Feature", ["geometry"] = null, ["properties"] = new JsonObject { ["name"] = name } };

    static JsonObject Reference(string id) => new() { ["@iot.id"] = JsonNode.Parse(id) };
    static string ByKey(string key) => $"properties/key eq {SensorThingsClient.Quote(key)}";

    async Task<string> FindOrCreate(string set, string filter, Func<Task<JsonObject>> make, CancellationToken stop) =>
        await observatory.Find(set, filter, stop) ?? await observatory.Create(set, await make(), stop);
}

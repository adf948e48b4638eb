using System.Text.Json;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Levels;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.Store;

namespace FourPerMille.Sensor.Gateway.Forwarding;

/// <summary>Ids of a series at the observatory, as JSON literals.</summary>
/// <param name="Set">Datastreams, or MultiDatastreams for one whose results are arrays.</param>
sealed record RemoteSeries(string Datastream, string Feature, string Set = "Datastreams")
{
    /// <summary>How a data array names what it belongs to.</summary>
    public string Link => Set[..^1];
}

/// <summary>
/// Sees to it that the observatory has the entities of a series: node as Thing with its Location, quantity as ObservedProperty (several for a
/// MultiDatastream), probe with its certificate or model as Sensor, soil layer as FeatureOfInterest, and the Datastream that ties them. Each is looked
/// for before it is made, so an unknown outcome doubles nothing.
/// </summary>
sealed class SeriesRegistrar(Database database, SensorThingsClient observatory, TimeProvider time)
{
    const string Measurement = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement";
    const string ComplexObservation = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_ComplexObservation";

    /// <summary>The ids, from the store or by asking the observatory.</summary>
    public async Task<RemoteSeries> Ensure(long series, CancellationToken stop)
    {
        var (description, known) = database.Read(session => session.Query("SELECT description, datastream, feature FROM outbox_series WHERE id = @0",
            row => (JsonSerializer.Deserialize<SeriesDescription>(row.GetString(0))!, row.IsDBNull(1) ? null : new RemoteSeries(row.GetString(1), row.GetString(2))), series).Single());
        var set = description.IsMulti ? "MultiDatastreams" : "Datastreams";
        if (known is not null) return known with { Set = set };
        var made = new RemoteSeries(await Datastream(description, set, stop), await Feature(description, stop), set);
        await database.Write(session => session.Execute("UPDATE outbox_series SET datastream = @1, feature = @2 WHERE id = @0", series, made.Datastream, made.Feature), stop);
        return made;
    }

    /// <summary>What was known is no longer so: the observatory may have been set up anew.</summary>
    public Task Forget(IEnumerable<long> series) => database.Write(session =>
    {
        foreach (var id in series) session.Execute("UPDATE outbox_series SET datastream = NULL, feature = NULL WHERE id = @0", id);
    });

    async Task<string> Datastream(SeriesDescription series, string set, CancellationToken stop) => await FindOrCreate(set, ByKey(series.Key), async () =>
    {
        var stream = new JsonObject
        {
            ["name"] = series.Key,
            ["description"] = $"{series.Quantity} of {series.Layer}, by {series.Probe}",
            ["observationType"] = series.IsMulti ? ComplexObservation : Measurement,
            ["properties"] = new JsonObject { ["key"] = series.Key, ["depthCm"] = series.DepthCm },
            ["Thing"] = Reference(await Thing(series, stop)),
            ["Sensor"] = Reference(await Sensor(series, stop)),
        };
        if (series.Components is not { } components)
        {
            stream["unitOfMeasurement"] = Unit(series);
            stream["ObservedProperty"] = Reference(await ObservedProperty(series.Quantity, series.Definition, stop));
            return stream;
        }
        var properties = new JsonArray();
        foreach (var component in components) properties.Add(Reference(await ObservedProperty(component, series.Definition, stop)));
        stream["multiObservationDataTypes"] = new JsonArray([.. components.Select(_ => (JsonNode)Measurement)]);
        stream["unitOfMeasurements"] = new JsonArray([.. components.Select(_ => (JsonNode)Unit(series))]);
        stream["ObservedProperties"] = properties;
        return stream;
    }, stop);

    static JsonObject Unit(SeriesDescription series) => new() { ["name"] = series.UnitName, ["symbol"] = series.Ucum, ["definition"] = "ucum:" + series.Ucum };

    async Task<string> Thing(SeriesDescription series, CancellationToken stop)
    {
        var location = await Placed("Locations", ByKey(series.Node), new JsonObject
        {
            ["name"] = series.Site,
            ["description"] = "The site by name, and a cell that contains it where one was published; the exact position is the holder's to release",
            ["encodingType"] = "application/geo+json",
            ["location"] = Place(series),
            ["properties"] = new JsonObject { ["key"] = series.Node },
        }, "location", series, stop);
        return await FindOrCreate("Things", ByKey(series.Node), () => Task.FromResult(new JsonObject
        {
            ["name"] = series.Node,
            ["description"] = $"Soil node at {series.Site}, {series.Region}",
            ["properties"] = new JsonObject
            {
                ["key"] = series.Node, ["site"] = series.Site, ["region"] = series.Region, ["twin"] = series.Twin, ["parcel"] = series.Parcel, ["role"] = series.Role,
            },
            ["Locations"] = new JsonArray(Reference(location)),
        }), stop);
    }

    Task<string> ObservedProperty(string name, string definition, CancellationToken stop) =>
        FindOrCreate("ObservedProperties", $"definition eq {SensorThingsClient.Quote(definition)} and name eq {SensorThingsClient.Quote(name)}", () => Task.FromResult(new JsonObject
        {
            ["name"] = name, ["definition"] = definition, ["description"] = name,
        }), stop);

    Task<string> Feature(SeriesDescription series, CancellationToken stop) => Placed("FeaturesOfInterest", ByKey(series.Layer), new JsonObject
    {
        ["name"] = series.Layer,
        ["description"] = series.DepthCm is null ? "Air at the node" : "Soil layer at the node",
        ["encodingType"] = "application/geo+json",
        ["feature"] = Place(series),
        ["properties"] = new JsonObject { ["key"] = series.Layer, ["depthCm"] = series.DepthCm },
    }, "feature", series, stop);

    /// <summary>A probe under one certificate, with the certificate itself: whoever reads a value finds how it was calculated.</summary>
    Task<string> Sensor(SeriesDescription series, CancellationToken stop)
    {
        var key = $"{series.Probe} by {series.Procedure ?? "data sheet"}";
        return FindOrCreate("Sensors", ByKey(key), () => Task.FromResult(new JsonObject
        {
            ["name"] = series.Probe,
            ["description"] = series.Procedure is null ? "Probe by its maker's data sheet" : "Probe with the record that says how its values are calculated",
            ["encodingType"] = "application/json",
            ["metadata"] = Procedure(series) is { } record ? record : "data sheet",
            ["properties"] = new JsonObject { ["key"] = key, ["probe"] = series.Probe, ["procedure"] = series.Procedure },
        }), stop);
    }

    JsonNode? Procedure(SeriesDescription series) => series.Procedure is not { } id ? null
        : Mrv.Records.RecordId.TryParse(id, out var known) && database.Read(session => session.Record(known)) is { } record ? JsonNode.Parse(record.Canonical) : JsonValue.Create(id);

    /// <summary>The cell published for the parcel, or GeoJSON's own way to say that a thing has a place which is not told (RFC 7946, section 3.2).</summary>
    JsonObject Place(SeriesDescription series) => new()
    {
        ["type"] = "Feature",
        ["geometry"] = series.Parcel is { } parcel ? database.Read(session => ParcelBook.GeometryOf(session, parcel, time.GetUtcNow())) : null,
        ["properties"] = new JsonObject { ["name"] = series.Layer },
    };

    static JsonObject Reference(string id) => new() { ["@iot.id"] = JsonNode.Parse(id) };
    static string ByKey(string key) => $"properties/key eq {SensorThingsClient.Quote(key)}";

    async Task<string> FindOrCreate(string set, string filter, Func<Task<JsonObject>> make, CancellationToken stop) =>
        (await observatory.Find(set, filter, stop))?["@iot.id"]?.ToJsonString() ?? await observatory.Create(set, await make(), stop);

    /// <summary>An entity with a place, which is put right where the observatory has an older one: a holder may have agreed or withdrawn.</summary>
    async Task<string> Placed(string set, string filter, JsonObject entity, string place, SeriesDescription series, CancellationToken stop)
    {
        if (await observatory.Find(set, filter, stop) is not { } there) return await observatory.Create(set, entity, stop);
        var id = there["@iot.id"]!.ToJsonString();
        // Who does not know the parcel, as a courier does not, has nothing better to say of its place.
        var isKnown = series.Parcel is { } parcel && database.Read(session => ParcelBook.Knows(session, parcel));
        if (isKnown && !JsonNode.DeepEquals(there[place], entity[place])) await observatory.Update(set, id, new JsonObject { [place] = entity[place]!.DeepClone() }, stop);
        return id;
    }
}

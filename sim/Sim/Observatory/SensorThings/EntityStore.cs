using System.Globalization;
using System.Text.Json.Nodes;

namespace FourPerMille.Sensor.Sim.Observatory.SensorThings;

/// <summary>A request the store cannot follow; the message goes back with 400.</summary>
sealed class EntityRefused(string message) : Exception(message);

/// <summary>Entities and how they hang together. Observations are by far the most: they are kept as plain rows.</summary>
sealed class EntityStore(Func<string, bool>? refusesRow)
{
    /// <summary>What an entity points at: name of the property to the set it points into.</summary>
    static readonly Dictionary<string, string> SingleLinks = new()
    {
        ["Thing"] = "Things", ["Sensor"] = "Sensors", ["ObservedProperty"] = "ObservedProperties", ["Datastream"] = "Datastreams", ["FeatureOfInterest"] = "FeaturesOfInterest",
    };

    /// <summary>Required links by set, after the model of SensorThings 1.1.</summary>
    static readonly Dictionary<string, string[]> Required = new()
    {
        ["Things"] = [], ["Locations"] = [], ["Sensors"] = [], ["ObservedProperties"] = [], ["FeaturesOfInterest"] = [], ["Datastreams"] = ["Thing", "Sensor", "ObservedProperty"],
    };

    static readonly Dictionary<string, string> Children = new() { ["Locations"] = "Things", ["Datastreams"] = "Thing" };

    readonly Lock _gate = new();
    readonly Dictionary<string, List<JsonObject>> _sets = Required.Keys.ToDictionary(s => s, _ => new List<JsonObject>());
    readonly Dictionary<long, List<ObservationRow>> _observations = [];
    readonly HashSet<string> _recordIds = [];
    long _lastObservation;

    public long ObservationCount { get { lock (_gate) return _lastObservation; } }

    /// <summary>Observations that carried a <c>recordId</c> another had before.</summary>
    public long RecordIdsTwice { get; private set; }

    public int Count(string set) { lock (_gate) return _sets[set].Count; }

    public static bool IsSet(string name) => Required.ContainsKey(name);

    /// <summary>Adds an entity and those nested in it; returns its id.</summary>
    /// <exception cref="EntityRefused">A name or a required link is missing, or a link leads nowhere.</exception>
    public long Insert(string set, JsonObject entity)
    {
        lock (_gate)
        {
            if (entity["name"] is null) throw new EntityRefused($"{set}: name is missing");
            foreach (var (link, target) in SingleLinks.Where(l => entity.ContainsKey(l.Key)).ToList()) entity[link] = Follow(target, entity[link]);
            foreach (var link in Required[set].Where(l => !entity.ContainsKey(l))) throw new EntityRefused($"{set}: {link} is missing");
            var nested = Children.Keys.Where(entity.ContainsKey).ToDictionary(c => c, c => (JsonArray)entity[c]!);
            foreach (var child in nested.Keys) entity.Remove(child);

            _sets[set].Add(entity);
            long id = _sets[set].Count;
            entity["@iot.id"] = id;
            foreach (var (child, items) in nested)
                foreach (var item in items.ToList())
                {
                    items.Remove(item);
                    if (Children[child] == "Thing") item!["Thing"] = new JsonObject { ["@iot.id"] = id };
                    Insert(child, (JsonObject)item!);
                }
            return id;
        }
    }

    /// <summary>Entities of a set that meet a filter, in order of their ids.</summary>
    public List<JsonObject> Find(string set, Filter filter)
    {
        lock (_gate) return [.. _sets[set].Where(filter.Meets).Select(e => (JsonObject)e.DeepClone())];
    }

    public List<JsonObject> FindObservations(long datastream, Filter filter)
    {
        lock (_gate) return _observations.TryGetValue(datastream, out var rows) ? [.. rows.Select(r => r.ToJson()).Where(filter.Meets)] : [];
    }

    /// <summary>One row of CreateObservations; null where it is refused.</summary>
    /// <exception cref="EntityRefused">There is no such Datastream.</exception>
    public long? AddObservation(long datastream, JsonObject row)
    {
        lock (_gate)
        {
            if (datastream < 1 || datastream > _sets["Datastreams"].Count) throw new EntityRefused($"Datastreams({datastream}) does not exist");
            var recordId = row["parameters"]?["recordId"]?.ToString() ?? "";
            if (!IsTime(row["phenomenonTime"]) || !IsTime(row["resultTime"]) || row["result"] is null || refusesRow?.Invoke(recordId) == true) return null;
            if (recordId.Length > 0 && !_recordIds.Add(recordId)) RecordIdsTwice++;
            if (!_observations.TryGetValue(datastream, out var rows)) _observations[datastream] = rows = [];
            rows.Add(new ObservationRow(++_lastObservation, row["phenomenonTime"]!.ToString(), row["resultTime"]!.ToString(), row["result"]!.ToJsonString(), row["resultQuality"]?.ToJsonString(), row["parameters"]?.ToJsonString()));
            return _lastObservation;
        }
    }

    JsonObject Follow(string set, JsonNode? link)
    {
        if (link is not JsonObject target) throw new EntityRefused($"a link into {set} is no object");
        if (target["@iot.id"] is null) return new JsonObject { ["@iot.id"] = Insert(set, (JsonObject)target.DeepClone()) };
        var id = (long)target["@iot.id"]!;
        return id >= 1 && id <= _sets[set].Count ? new JsonObject { ["@iot.id"] = id } : throw new EntityRefused($"{set}({id}) does not exist");
    }

    /// <summary>An instant or interval of ISO 8601 with a zone whose offset has its colon.</summary>
    static bool IsTime(JsonNode? node) => node?.ToString() is { } text && text.Split('/').All(part =>
        (part.EndsWith('Z') || (part.Length > 6 && part[^3] == ':' && part[^6] is '+' or '-'))
        && DateTimeOffset.TryParse(part, CultureInfo.InvariantCulture, DateTimeStyles.None, out _));

    sealed record ObservationRow(long Id, string PhenomenonTime, string ResultTime, string Result, string? Quality, string? Parameters)
    {
        public JsonObject ToJson() => new()
        {
            ["@iot.id"] = Id,
            ["phenomenonTime"] = PhenomenonTime,
            ["resultTime"] = ResultTime,
            ["result"] = JsonNode.Parse(Result),
            ["resultQuality"] = Quality is null ? null : JsonNode.Parse(Quality),
            ["parameters"] = Parameters is null ? null : JsonNode.Parse(Parameters),
        };
    }
}

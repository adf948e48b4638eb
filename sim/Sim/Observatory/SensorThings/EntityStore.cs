using System.Globalization;
using System.Text.Json.Nodes;

namespace FourPerMille.Sensor.Sim.Observatory.SensorThings;

/// <summary>A request the store cannot follow; the message goes back with the status.</summary>
sealed class EntityRefused(string message, int status = 400) : Exception(message)
{
    public int Status => status;
}

/// <summary>Entities and how they hang together. Observations are by far the most: they are kept as plain rows.</summary>
sealed class EntityStore : IDisposable
{
    /// <summary>What an entity points at: name of the property to the set it points into.</summary>
    static readonly Dictionary<string, string> SingleLinks = new()
    {
        ["Thing"] = "Things", ["Sensor"] = "Sensors", ["ObservedProperty"] = "ObservedProperties", ["Datastream"] = "Datastreams", ["FeatureOfInterest"] = "FeaturesOfInterest",
    };

    /// <summary>Links to several, which keep their order.</summary>
    static readonly Dictionary<string, string> ManyLinks = new() { ["Locations"] = "Locations", ["ObservedProperties"] = "ObservedProperties" };

    /// <summary>What an entity must have, after the model of SensorThings 1.1.</summary>
    static readonly Dictionary<string, string[]> Required = new()
    {
        ["Things"] = ["name", "description"],
        ["Locations"] = ["name", "description", "encodingType", "location"],
        ["Sensors"] = ["name", "description", "encodingType", "metadata"],
        ["ObservedProperties"] = ["name", "definition", "description"],
        ["FeaturesOfInterest"] = ["name", "description", "encodingType", "feature"],
        ["Datastreams"] = ["name", "description", "unitOfMeasurement", "observationType", "Thing", "Sensor", "ObservedProperty"],
        ["MultiDatastreams"] = ["name", "description", "unitOfMeasurements", "observationType", "multiObservationDataTypes", "Thing", "Sensor", "ObservedProperties"],
    };

    readonly Lock _gate = new();
    readonly Dictionary<string, List<JsonObject>> _sets = Required.Keys.ToDictionary(s => s, _ => new List<JsonObject>());
    readonly Dictionary<(string Set, long Id), List<ObservationRow>> _observations = [];
    readonly HashSet<string> _recordIds = [], _keys = [];
    readonly ObservatoryOptions _options;
    readonly Journal _journal;
    long _lastObservation;

    public EntityStore(ObservatoryOptions options, Journal journal)
    {
        (_options, _journal) = (options, journal);
        foreach (var deed in journal.Past) Repeat(deed);
    }

    public long ObservationCount { get { lock (_gate) return _lastObservation; } }

    /// <summary>Observations that carried a <c>recordId</c> another had before.</summary>
    public long RecordIdsTwice { get; private set; }

    public long EntitiesTwice { get; private set; }

    /// <summary>Whether an observation of this id has arrived.</summary>
    public bool Has(string recordId) { lock (_gate) return _recordIds.Contains(recordId); }

    public int Count(string set) { lock (_gate) return _sets[set].Count; }

    public static bool IsSet(string name) => Required.ContainsKey(name);
    public static bool HasObservations(string set) => set is "Datastreams" or "MultiDatastreams";

    /// <summary>Adds an entity and those nested in it; returns its id.</summary>
    /// <exception cref="EntityRefused">Something required is missing, or a link leads nowhere; nothing was added.</exception>
    /// <exception cref="DiskFull">Nothing was added.</exception>
    public long Insert(string set, JsonObject entity)
    {
        lock (_gate)
        {
            Check(set, entity);
            _journal.Write(new JsonObject { ["insert"] = set, ["entity"] = entity.DeepClone() });
            var id = Add(set, entity);
            _journal.Flush();
            return id;
        }
    }

    /// <summary>Replaces some properties of an entity.</summary>
    public void Patch(string set, long id, JsonObject changes)
    {
        lock (_gate)
        {
            Existing(set, id);
            _journal.Write(new JsonObject { ["patch"] = set, ["id"] = id, ["changes"] = changes.DeepClone() });
            Change(set, id, changes);
            _journal.Flush();
        }
    }

    public JsonObject Get(string set, long id) { lock (_gate) return (JsonObject)Existing(set, id).DeepClone(); }

    /// <summary>Entities of a set that meet a filter, in order of their ids.</summary>
    public List<JsonObject> Find(string set, Filter filter)
    {
        lock (_gate) return [.. _sets[set].Where(filter.Meets).Select(e => (JsonObject)e.DeepClone())];
    }

    public List<JsonObject> FindObservations(string set, long stream, Filter filter)
    {
        lock (_gate)
        {
            Existing(set, stream);
            return _observations.TryGetValue((set, stream), out var rows) ? [.. rows.Select(r => r.ToJson()).Where(filter.Meets)] : [];
        }
    }

    /// <summary>One row of CreateObservations: the observation's id, or why it is refused.</summary>
    /// <exception cref="EntityRefused">There is no such stream, or the whole request ends here.</exception>
    public (long? Id, string? Reason) AddObservation(string set, long stream, JsonObject row)
    {
        lock (_gate)
        {
            var parent = Existing(set, stream);
            var recordId = row["parameters"]?["recordId"]?.ToString() ?? "";
            if (_options.RefusesRow?.Invoke(recordId) == true) return (null, "this row is not liked here");
            if (!IsTime(row["phenomenonTime"]) || !IsTime(row["resultTime"])) return (null, "a time needs a zone, and its offset a colon");
            if (!Fits(row["result"], parent)) return (null, "the result does not fit the stream");
            if (row["FeatureOfInterest/id"] is { } feature && ((long)feature < 1 || (long)feature > _sets["FeaturesOfInterest"].Count)) return (null, $"FeaturesOfInterest({feature}) does not exist");
            if (_recordIds.Contains(recordId) && _options.OnSecondArrival == SecondArrival.RowRefused) return (null, $"{recordId} is here already");
            if (_recordIds.Contains(recordId) && _options.OnSecondArrival == SecondArrival.ServerError) throw new EntityRefused($"{recordId}: duplicate key", 500);
            try { _journal.Write(new JsonObject { ["observe"] = set, ["id"] = stream, ["row"] = row.DeepClone() }); }
            catch (DiskFull full) { return (null, full.Message); }
            return (Observe(set, stream, row), null);
        }
    }

    /// <summary>The row for whose sake a whole request is refused, or null.</summary>
    public string? RefusedWhole(IEnumerable<JsonObject?> rows) => _options.RefusesRequestWith is { } refuses
        ? rows.Select(row => row?["parameters"]?["recordId"]?.ToString()).FirstOrDefault(id => id is not null && refuses(id)) : null;

    /// <summary>Before an answer to rows leaves.</summary>
    public void Flush() { lock (_gate) _journal.Flush(); }

    void Repeat(JsonObject deed)
    {
        if (deed["insert"] is { } inserted) Add(inserted.ToString(), (JsonObject)deed["entity"]!.DeepClone());
        else if (deed["patch"] is { } patched) Change(patched.ToString(), (long)deed["id"]!, (JsonObject)deed["changes"]!);
        else if (deed["observe"] is { } observed) Observe(observed.ToString(), (long)deed["id"]!, (JsonObject)deed["row"]!);
    }

    /// <summary>Whole or not at all: everything nested is looked at before anything is added.</summary>
    void Check(string set, JsonObject entity)
    {
        foreach (var name in Required[set].Where(n => entity[n] is null)) throw new EntityRefused($"{set}: {name} is missing");
        foreach (var (link, target) in SingleLinks.Where(l => entity.ContainsKey(l.Key))) CheckLink(target, entity[link]);
        foreach (var (link, target) in ManyLinks.Where(l => entity.ContainsKey(l.Key)))
            foreach (var one in entity[link] as JsonArray ?? throw new EntityRefused($"{set}: {link} is an array")) CheckLink(target, one);
        if (set == "MultiDatastreams" && new[] { "unitOfMeasurements", "multiObservationDataTypes", "ObservedProperties" }.Select(n => (entity[n] as JsonArray)?.Count).Distinct().Count() != 1)
            throw new EntityRefused("MultiDatastreams: units, data types and observed properties are as many as each other");
    }

    void CheckLink(string target, JsonNode? link)
    {
        if (link is not JsonObject entity) throw new EntityRefused($"a link into {target} is no object");
        if (entity["@iot.id"] is { } id) Existing(target, (long)id);
        else Check(target, entity);
    }

    long Add(string set, JsonObject entity)
    {
        foreach (var (link, target) in SingleLinks.Where(l => entity.ContainsKey(l.Key)).ToList()) entity[link] = Linked(target, entity[link]!);
        foreach (var (link, target) in ManyLinks.Where(l => entity.ContainsKey(l.Key)).ToList())
            entity[link] = new JsonArray([.. ((JsonArray)entity[link]!).Select(one => (JsonNode)Linked(target, one!))]);
        if (entity["properties"]?["key"] is { } key && !_keys.Add($"{set} {key}")) EntitiesTwice++;
        _sets[set].Add(entity);
        entity["@iot.id"] = (long)_sets[set].Count;
        return _sets[set].Count;
    }

    JsonObject Linked(string target, JsonNode link) =>
        new() { ["@iot.id"] = link["@iot.id"] is { } id ? (long)id : Add(target, (JsonObject)link.DeepClone()) };

    void Change(string set, long id, JsonObject changes)
    {
        foreach (var (name, value) in changes) if (name != "@iot.id") Existing(set, id)[name] = value?.DeepClone();
    }

    long Observe(string set, long stream, JsonObject row)
    {
        var recordId = row["parameters"]?["recordId"]?.ToString() ?? "";
        if (recordId.Length > 0 && !_recordIds.Add(recordId)) RecordIdsTwice++;
        if (!_observations.TryGetValue((set, stream), out var rows)) _observations[(set, stream)] = rows = [];
        rows.Add(new ObservationRow(++_lastObservation, row["phenomenonTime"]!.ToString(), row["resultTime"]!.ToString(), row["result"]!.ToJsonString(), row["resultQuality"]?.ToJsonString(), row["parameters"]?.ToJsonString()));
        return _lastObservation;
    }

    JsonObject Existing(string set, long id) =>
        id >= 1 && id <= _sets[set].Count ? _sets[set][(int)id - 1] : throw new EntityRefused($"{set}({id}) does not exist", 404);

    /// <summary>A MultiDatastream's result has a place for each property; a band that was blind is null.</summary>
    static bool Fits(JsonNode? result, JsonObject stream) =>
        stream["ObservedProperties"] is JsonArray properties ? result is JsonArray values && values.Count == properties.Count : result is not (null or JsonArray);

    /// <summary>An instant or interval of ISO 8601 with a zone whose offset has its colon.</summary>
    static bool IsTime(JsonNode? node) => node?.ToString() is { } text && text.Split('/').All(part =>
        (part.EndsWith('Z') || (part.Length > 6 && part[^3] == ':' && part[^6] is '+' or '-'))
        && DateTimeOffset.TryParse(part, CultureInfo.InvariantCulture, DateTimeStyles.None, out _));

    public void Dispose() => _journal.Dispose();

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

using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace FourPerMille.Sensor.Estimation.Levels;

/// <summary>A cell in which parcels lie; where exactly is the holders' to tell.</summary>
/// <param name="Latitude">Of its south-western corner, degrees, as <paramref name="Longitude"/> is.</param>
public sealed record LevelCell(double Latitude, double Longitude, double SizeDegrees, int Parcels, double Hectares);

/// <summary>What one gateway knows of one region at one time. A later one of the same gateway and region takes its place.</summary>
/// <param name="Gateway">The gateway's name, as its log has it.</param>
/// <param name="Country">ISO 3166-1, two letters; "" where none was stated.</param>
/// <param name="Twin">Under which name the region is twinned with another; null for none.</param>
/// <param name="Cells">Of parcels whose holders do not restrict them.</param>
public sealed record LevelPart(string Gateway, DateTimeOffset AsOf, string Country, string Region, string? Twin, bool Simulated, LevelState Figures, IReadOnlyList<LevelCell> Cells, string? RecordId = null)
{
    [JsonIgnore] public (string, string, string) Key => (Gateway, Country, Region);
}

/// <summary>
/// The published form: parts by gateway and region, never their sum, so that merging is a union: idempotent, in any order and grouping the same. Sums
/// are taken when somebody asks, exactly.
/// </summary>
public sealed class LevelDocument
{
    public const string FormatName = "fpm.levels/1";

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        // Records write decimals as text; both forms read back to the same double.
        NumberHandling = JsonNumberHandling.AllowReadingFromString,
    };

    readonly SortedDictionary<(string, string, string), LevelPart> _parts;

    LevelDocument(SortedDictionary<(string, string, string), LevelPart> parts) => _parts = parts;

    public IReadOnlyCollection<LevelPart> Parts => _parts.Values;

    /// <exception cref="ArgumentException">One gateway says two different things of one region and moment.</exception>
    public static LevelDocument Of(IEnumerable<LevelPart> parts)
    {
        var kept = new SortedDictionary<(string, string, string), LevelPart>(Comparer<(string, string, string)>.Create(Compare));
        foreach (var part in parts)
            if (!kept.TryGetValue(part.Key, out var other) || other.AsOf < part.AsOf) kept[part.Key] = part;
            else if (other.AsOf == part.AsOf && Text(other) != Text(part))
                throw new ArgumentException($"{part.Gateway} says two different things of {part.Region} as of {part.AsOf:u}: one of the files was changed. Fetch both again.");
        return new(kept);
    }

    public static LevelDocument Merge(IEnumerable<LevelDocument> documents) => Of(documents.SelectMany(d => d.Parts));

    /// <summary>Everything together.</summary>
    public LevelFigures All() => Figures(_ => true);
    public LevelFigures OfCountry(string country) => Figures(p => p.Country == country);
    public LevelFigures OfRegion(string region) => Figures(p => p.Region == region);

    public IEnumerable<string> Countries => Parts.Select(p => p.Country).Distinct().Order(StringComparer.Ordinal);
    public IEnumerable<string> Regions => Parts.Select(p => p.Region).Distinct().Order(StringComparer.Ordinal);

    /// <summary>Pairs of regions twinned under one name.</summary>
    public IEnumerable<(string Twin, string First, string Second)> Twins => Parts.Where(p => p.Twin is not null).GroupBy(p => p.Twin!, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal)
        .Select(g => (g.Key, Regions: g.Select(p => p.Region).Distinct().Order(StringComparer.Ordinal).ToList())).Where(g => g.Regions.Count == 2).Select(g => (g.Key, g.Regions[0], g.Regions[1]));

    public bool IsSimulated => Parts.Any(p => p.Simulated);

    LevelFigures Figures(Func<LevelPart, bool> chosen) => LevelFigures.Sum(Parts.Where(chosen).Select(p => LevelFigures.Of(p.Figures)));

    public string ToJson() => JsonSerializer.Serialize(new File(FormatName, [.. Parts]), Json) + "\n";

    /// <exception cref="FormatException">The text is no such document; the message says what is wrong.</exception>
    public static LevelDocument FromJson(string text)
    {
        try
        {
            var file = JsonSerializer.Deserialize<File>(text, Json);
            if (file is not { Format: FormatName, Parts: not null }) throw new FormatException($"it is not {FormatName}");
            foreach (var part in file.Parts) LevelFigures.Of(part.Figures);
            return Of(file.Parts);
        }
        catch (Exception broken) when (broken is JsonException or NullReferenceException or ArgumentException) { throw new FormatException(broken.Message); }
    }

    /// <summary>One part as JSON, for a record.</summary>
    public static JsonObject Node(LevelPart part) => (JsonObject)JsonSerializer.SerializeToNode(part, Json)!;

    /// <exception cref="FormatException">The JSON is no part.</exception>
    public static LevelPart Part(JsonNode? node)
    {
        try
        {
            var part = node.Deserialize<LevelPart>(Json) ?? throw new FormatException("no part");
            LevelFigures.Of(part.Figures);
            return part;
        }
        catch (Exception broken) when (broken is JsonException or NullReferenceException or ArgumentException) { throw new FormatException(broken.Message); }
    }

    static string Text(LevelPart part) => JsonSerializer.Serialize(part with { RecordId = null }, Json);

    static int Compare((string, string, string) a, (string, string, string) b) =>
        string.CompareOrdinal(a.Item1, b.Item1) is not 0 and var first ? first : string.CompareOrdinal(a.Item2, b.Item2) is not 0 and var second ? second : string.CompareOrdinal(a.Item3, b.Item3);

    sealed record File(string Format, IReadOnlyList<LevelPart> Parts);
}

using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace FourPerMille.Sensor.Estimation.Programmes;

/// <summary>How a programme's text on the error of a spectroscopic model is read.</summary>
public enum ModelErrorReading
{
    /// <summary>Each point has its own draw of the model's error: the variance of a mean of n points gains sum(s_i^2)/n^2.</summary>
    [JsonStringEnumMemberName("per-point")] PerPoint,
    /// <summary>The model's variance is that of the mean itself: it gains sum(s_i^2)/n, however many points there are.</summary>
    [JsonStringEnumMemberName("of-mean")] OfMean,
}

/// <summary>
/// What a programme takes off a gain for its uncertainty, as data: a file names its edition and source, and a claim names the file.
/// </summary>
public sealed record ProgrammeRule
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter<ModelErrorReading>() }, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public required string Id { get; init; }
    public required string Name { get; init; }
    public required string Edition { get; init; }
    public required string Source { get; init; }
    public string? Note { get; init; }
    /// <summary>The one-sided quantile of Student's t, as the programme writes it: a decimal or a fraction such as 2/3.</summary>
    public required string Quantile { get; init; }
    /// <summary>Uncertainty in % of the gain up to which nothing is taken off.</summary>
    public double ToleratedUncertaintyPercent { get; init; }
    public ModelErrorReading ModelErrorReading { get; init; }

    [JsonIgnore]
    public double QuantileProbability
    {
        get
        {
            double[] parts = Quantile.Split('/').Select(p => double.TryParse(p, NumberStyles.Float, CultureInfo.InvariantCulture, out double v) ? v : double.NaN).ToArray();
            double value = parts.Length == 2 ? parts[0] / parts[1] : parts[0];
            return value is >= 0.5 and < 1 && parts.Length <= 2 ? value : throw new ArgumentException($"Rule '{Id}': a one-sided quantile of '{Quantile}' cannot be.");
        }
    }

    /// <exception cref="ArgumentException">The text is not a rule.</exception>
    public static ProgrammeRule FromJson(string json)
    {
        try
        {
            var rule = JsonSerializer.Deserialize<ProgrammeRule>(json, Json) ?? throw new ArgumentException("The rule is empty.");
            _ = rule.QuantileProbability;
            if (!(rule.ToleratedUncertaintyPercent is >= 0 and < 100)) throw new ArgumentException($"Rule '{rule.Id}': tolerated uncertainty lies between 0 and 100 %.");
            return rule;
        }
        catch (JsonException fault)
        {
            throw new ArgumentException($"This is not a rule: {fault.Message}", fault);
        }
    }

    /// <summary>A rule that ships with the library, by its id.</summary>
    /// <exception cref="ArgumentException">There is none of that name; the message lists those there are.</exception>
    public static ProgrammeRule Named(string id) => Shipped.FirstOrDefault(r => r.Id == id)
        ?? throw new ArgumentException($"No rule '{id}'; there are {string.Join(", ", Shipped.Select(r => r.Id))}.");

    public static IReadOnlyList<ProgrammeRule> Shipped { get; } = ReadShipped();

    static ProgrammeRule[] ReadShipped()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return assembly.GetManifestResourceNames().Where(n => n.Contains(".Programmes.Rules.") && n.EndsWith(".json")).Order(StringComparer.Ordinal).Select(name =>
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            return FromJson(reader.ReadToEnd());
        }).ToArray();
    }
}

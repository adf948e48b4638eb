using System.Globalization;
using System.Text.Json;
using FourPerMille.Sensor.Mrv.Records;

namespace FourPerMille.Sensor.Gateway.SocModels;

/// <summary>A layer of a core, cm below the surface.</summary>
public sealed record CoreLayer(double TopCm, double BottomCm)
{
    const double DeepestCm = 300;

    public override string ToString() => FormattableString.Invariant($"{TopCm:0.#}-{BottomCm:0.#}");

    /// <summary>Layers as they are typed: <c>0-10, 10-30</c>; from the surface, without a gap.</summary>
    /// <exception cref="InputRefused">They are not that.</exception>
    public static IReadOnlyList<CoreLayer> Read(string? text)
    {
        var layers = new List<CoreLayer>();
        foreach (var part in (text ?? "").Split([',', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var ends = part.Split(['-', '–'], StringSplitOptions.TrimEntries);
            if (ends.Length != 2 || !Number(ends[0], out var top) || !Number(ends[1].Replace("cm", ""), out var bottom)) throw Refused(text);
            layers.Add(new(top, bottom));
        }
        var reached = 0.0;
        foreach (var layer in layers)
        {
            if (layer.TopCm != reached || layer.BottomCm <= layer.TopCm || layer.BottomCm > DeepestCm) throw Refused(text);
            reached = layer.BottomCm;
        }
        return layers.Count is > 0 and <= SampleId.MostLayers ? layers : throw Refused(text);
    }

    static bool Number(string text, out double value) => double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out value);

    static InputRefused Refused(string? text) => new($"layers: '{text}' are not 1 to {SampleId.MostLayers} layers from the surface down without a gap, in cm, such as 0-10, 10-30.")
    {
        Key = "model.refused-layers", Parts = [text, SampleId.MostLayers],
    };
}

/// <summary>What a technician asks of a campaign that shall make a model.</summary>
/// <param name="Boundary">GeoJSON, or corners as lines: <see cref="FieldBoundary"/>.</param>
/// <param name="Cores">Null takes the recommended number.</param>
/// <param name="Seed">16 hexadecimal digits; null has one drawn.</param>
/// <param name="Parcel">A parcel the gateway knows: the boundary is held against it.</param>
public sealed record PlanRequest(string Campaign, string Region, string Boundary, string Layers, string Project, string Technician,
    int? Cores = null, double? Spread = null, double? WantedError = null, string? Parcel = null, string? Seed = null);

/// <summary>A campaign whose cores make a model of its region.</summary>
public sealed record ModelCampaign
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public string Name { get; init; } = "";
    public int Version { get; init; }
    public string Region { get; init; } = "";
    public string Code { get; init; } = "";
    public RecordId RecordId { get; init; }

    public required string Project { get; init; }
    public required string Technician { get; init; }
    public required DateTimeOffset Planned { get; init; }
    public required IReadOnlyList<CoreLayer> Layers { get; init; }
    public string? Parcel { get; init; }
    public double? Spread { get; init; }
    public double? WantedError { get; init; }

    internal string ToJson() => JsonSerializer.Serialize(new Content(Project, Technician, Planned, Layers, Parcel, Spread, WantedError), Json);

    internal static ModelCampaign FromRow(Microsoft.Data.Sqlite.SqliteDataReader row)
    {
        var content = JsonSerializer.Deserialize<Content>(row.GetString(5), Json)!;
        return new ModelCampaign
        {
            Name = row.GetString(0), Version = row.GetInt32(1), Region = row.GetString(2), Code = row.GetString(3), RecordId = Calibration.RecordIds.Parse(row.GetString(4)),
            Project = content.Project, Technician = content.Technician, Planned = content.Planned, Layers = content.Layers, Parcel = content.Parcel, Spread = content.Spread, WantedError = content.WantedError,
        };
    }

    internal const string Columns = "name, version, region, code, record_id, content";

    sealed record Content(string Project, string Technician, DateTimeOffset Planned, IReadOnlyList<CoreLayer> Layers, string? Parcel, double? Spread, double? WantedError);
}

/// <summary>One layer of one core.</summary>
/// <param name="LeftOut">Why it is not trained on; null where it is.</param>
/// <param name="Explained">Why it is kept although it looks wrong.</param>
public sealed record CoreSample(string Id, int Number, int Layer, string Stratum, int Point, double TopCm, double BottomCm, string? LeftOut, string? Explained)
{
    internal const string Columns = "sample, number, layer, stratum, point, top_cm, bottom_cm, left_out, explained";

    /// <summary>Samples of one point err together: a validation never has one of them on each side.</summary>
    public string Group => FormattableString.Invariant($"{Stratum}/{Point}");

    internal static CoreSample FromRow(Microsoft.Data.Sqlite.SqliteDataReader row) => new(row.GetString(0), row.GetInt32(1), row.GetInt32(2), row.GetString(3), row.GetInt32(4),
        row.GetDouble(5), row.GetDouble(6), row.IsDBNull(7) ? null : row.GetString(7), row.IsDBNull(8) ? null : row.GetString(8));
}

/// <summary>Where a core is to be taken.</summary>
/// <param name="Number">Of the core in its campaign, as on its labels.</param>
public sealed record PlannedPoint(int Number, string Stratum, int Point, double Latitude, double Longitude);

/// <summary>What the campaign's record says of how the points were drawn.</summary>
public sealed record DrawnPlan(string Seed, string Design, IReadOnlyList<PlannedPoint>? Points, IReadOnlyList<(string Stratum, double AreaHa, int Points)> Strata);

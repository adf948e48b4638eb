using System.Text.Json;
using System.Text.Json.Serialization;
using FourPerMille.Sensor.Estimation.Models;

namespace FourPerMille.Sensor.Gateway.SocModels.Candidates;

public enum CandidateState { Training, Ready, Failed, Accepted, Declined }

/// <summary>What a candidate was made from: the cores alone, or a library that the cores spike.</summary>
public enum CandidateBasis { Cores, Library }

/// <summary>A core sample as a model that had not seen its point judged it.</summary>
/// <param name="Observed">The laboratory's value, in the model's unit, as all below.</param>
/// <param name="Estimate">Null where the model abstained, and so are the three that follow.</param>
/// <param name="T2">Over its limit: above 1 the spectrum is unlike those of the calibration.</param>
public sealed record JudgedCore(string Sample, string Stratum, int Point, double Observed, double? Estimate, double? Lower90, double? Upper90, double? U, Verdict Verdict, string Reason, double T2, double Q, double? Moisture)
{
    public double? Error => Estimate - Observed;
    public bool IsCovered => Lower90 <= Observed && Observed <= Upper90;
}

/// <summary>A sample that was whole and not trained on, with the reason a technician gave.</summary>
public sealed record LeftOutCore(string Sample, string Reason);

/// <summary>What the held-out points say of the model, in its unit.</summary>
/// <param name="Concordance">Lin's.</param>
/// <param name="Nse">Nash and Sutcliffe's, one of the two figures called R²; <paramref name="SquaredCorrelation"/> is the other.</param>
public sealed record CandidateFigures(int Judged, int Covered, double Rmsecv, double Bias, double Nse, double SquaredCorrelation, double Rpiq, double Concordance)
{
    public double Coverage => Covered / (double)Judged;
}

/// <summary>A model that was trained and is not yet in force.</summary>
public sealed record ModelCandidate
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) }, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    [JsonIgnore] public long Id { get; init; }
    [JsonIgnore] public string Campaign { get; init; } = "";
    [JsonIgnore] public CandidateState State { get; init; }

    public required DateTimeOffset Begun { get; init; }
    public required string By { get; init; }
    public required CandidateBasis Basis { get; init; }

    /// <summary>Of the cores it is made from: another hash, other cores.</summary>
    public required string Inputs { get; init; }

    /// <summary>The library's model id and whose it is.</summary>
    public string? Parent { get; init; }
    public string? ParentRegion { get; init; }
    public int LibrarySamples { get; init; }
    public string Unit { get; init; } = "g/kg";
    public string Laboratory { get; init; } = "";
    public string Method { get; init; } = "";

    /// <summary>Method of the library's values, in its own words; null without a library.</summary>
    public string? LibraryMethod { get; init; }

    public IReadOnlyList<JudgedCore> Cores { get; init; } = [];
    public IReadOnlyList<LeftOutCore> LeftOut { get; init; } = [];
    public CandidateFigures? Figures { get; init; }

    /// <summary>RMSECV by number of latent variables, 0 …, on the model's scale; and the number taken.</summary>
    public IReadOnlyList<double> Curve { get; init; } = [];
    public int LatentVariables { get; init; }

    /// <summary>Water content above which it will abstain, m3/m3.</summary>
    public double? MaximumMoisture { get; init; }
    public string? ModelId { get; init; }

    /// <summary>Why training failed, or why it was declined.</summary>
    public string? Reason { get; init; }
    public string? DecidedBy { get; init; }
    public DateTimeOffset? Decided { get; init; }

    /// <summary>The record that puts it in force.</summary>
    public string? RecordId { get; init; }

    /// <summary>Points with a judged or abstained core.</summary>
    [JsonIgnore] public int Points => Cores.Select(core => (core.Stratum, core.Point)).Distinct().Count();

    internal const string Columns = "id, campaign, state, content";

    internal string ToJson() => JsonSerializer.Serialize(this, Json);

    internal static string Word(CandidateState state) => state.ToString().ToLowerInvariant();

    internal static ModelCandidate FromRow(Microsoft.Data.Sqlite.SqliteDataReader row) => JsonSerializer.Deserialize<ModelCandidate>(row.GetString(3), Json)! with
    {
        Id = row.GetInt64(0), Campaign = row.GetString(1), State = Enum.Parse<CandidateState>(row.GetString(2), ignoreCase: true),
    };
}

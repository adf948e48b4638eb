using System.Text.Json.Nodes;
using FourPerMille.Sensor.Mrv.Records;

namespace FourPerMille.Sensor.Gateway.Records;

/// <summary>The model estimates are made with: what it was trained on, how, and how well it did. The artefact itself stays outside the log.</summary>
public sealed record ModelRecord
{
    /// <summary>What it is about, such as the region; a model of the same name supersedes.</summary>
    public required string Name { get; init; }
    public required int Version { get; init; }
    public required IReadOnlyList<string> Regions { get; init; }

    /// <summary>Who analysed the training soils, and how (ISO 10694, dry combustion, …).</summary>
    public required string Laboratory { get; init; }
    public required string LaboratoryMethod { get; init; }
    public required string Unit { get; init; }

    /// <summary>The chain as it is parsed, such as <c>absorbance,sg:11:2:1,snv</c>.</summary>
    public required string Pretreatment { get; init; }

    /// <summary>Of the reference values before training: none, sqrt, ….</summary>
    public required string Transform { get; init; }
    public required IReadOnlyList<int> WavelengthsNm { get; init; }
    public required int LatentVariables { get; init; }
    public required int TrainingRows { get; init; }

    /// <summary>Root mean squared error of cross-validation, in <see cref="Unit"/>.</summary>
    public required double Rmsecv { get; init; }
    public required string CrossValidation { get; init; }

    /// <summary><c>sha256:…</c> of the rows and of the model's file.</summary>
    public required string TrainingSetHash { get; init; }
    public required string ArtefactHash { get; init; }

    /// <summary>Local cores that entered this version; 0 for none.</summary>
    public int LocalCores { get; init; }

    /// <summary>pls, gp or mbl; and how its interval is found.</summary>
    public string? Regression { get; init; }
    public string? Interval { get; init; }

    /// <summary>Hash of the model it was spiked from; null for one trained from a library.</summary>
    public string? ParentHash { get; init; }

    /// <summary>Who accepted it and on what evidence; null where a program brought it.</summary>
    public ModelStatement? Statement { get; init; }

    public RecordDraft Draft() => RecordDraft.Of(RecordTypes.Model, Name, new RecordBody
    {
        ["name"] = Name,
        ["version"] = Version,
        ["regions"] = new JsonArray([.. Regions.Select(r => (JsonNode)r)]),
        ["laboratory"] = Laboratory,
        ["laboratoryMethod"] = LaboratoryMethod,
        ["observedProperty"] = Vocabulary.OrganicCarbon,
        ["unit"] = Unit,
        ["pretreatment"] = Pretreatment,
        ["transform"] = Transform,
        ["wavelengthsNm"] = new JsonArray([.. WavelengthsNm.Select(w => (JsonNode)w)]),
        ["latentVariables"] = LatentVariables,
        ["trainingRows"] = TrainingRows,
        ["localCores"] = LocalCores,
        ["rmsecv"] = Decimals.Statistic(Rmsecv),
        ["crossValidation"] = CrossValidation,
        ["trainingSet"] = TrainingSetHash,
        ["artefact"] = ArtefactHash,
        ["regression"] = Regression, ["interval"] = Interval, ["parent"] = ParentHash,
        ["acceptedBy"] = Statement?.AcceptedBy, ["campaign"] = Statement?.Campaign.ToString(), ["cores"] = Statement?.Cores.DeepClone(), ["validation"] = Statement?.Validation.DeepClone(),
        [ProgramIdentity.Field] = ProgramIdentity.ToJson(),
    }.WithoutNulls());
}

/// <summary>What a technician's acceptance adds to a model's record.</summary>
/// <param name="AcceptedBy">Digest of the commitment to the technician.</param>
/// <param name="Cores">count, points, leftOut, and the hash over the samples' record ids.</param>
/// <param name="Validation">How held-out points were judged, and the figures.</param>
public sealed record ModelStatement(string AcceptedBy, RecordId Campaign, JsonObject Cores, JsonObject Validation)
{
    /// <summary>As a record states it; what people stated is not computed again. Null where it has none.</summary>
    public static ModelStatement? Of(JsonObject record) => record["acceptedBy"] is { } by && RecordId.TryParse(record["campaign"]!.ToString(), out var campaign)
        ? new(by.ToString(), campaign, (JsonObject)record["cores"]!, (JsonObject)record["validation"]!) : null;
}

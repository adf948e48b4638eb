using System.Collections.Concurrent;
using FourPerMille.Sensor.Estimation.Models;
using FourPerMille.Sensor.Gateway.Calibration;
using FourPerMille.Sensor.Gateway.Observations;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Mrv.Records;

namespace FourPerMille.Sensor.Gateway.Estimates;

/// <summary>A model with its names: the first 16 digits of its file's hash, and the record that states it for a region.</summary>
public sealed record ModelInForce(string Id, RecordId RecordId, string Region, SocModel Model);

/// <summary>Which model speaks for which region. A new one supersedes the old and has the region's days estimated again.</summary>
public sealed class ModelBook(Database database, NodeRegistry nodes, IRecordBook records, TimeProvider time)
{
    readonly ConcurrentDictionary<string, ModelInForce?> _byRegion = new();

    /// <summary>The model in force, or null.</summary>
    public ModelInForce? InForce(string region) => _byRegion.GetOrAdd(region, name => database.Read(session => session.Query(
        "SELECT models.id, models.file, region_models.record_id FROM region_models JOIN models ON models.id = region_models.model WHERE region = @0",
        row => new ModelInForce(row.GetString(0), RecordIds.Parse(row.GetString(2)), name, SocModel.FromJson(row.GetString(1))), name).ToList().FirstOrDefault()));

    /// <summary>A model by its id, in force or not; null where there is none.</summary>
    public SocModel? Stored(string id) => database.Read(session => session.Scalar<string>("SELECT file FROM models WHERE id = @0", id)) is { } file ? SocModel.FromJson(file) : null;

    /// <summary>The model of a region that this one is twinned with: it can say how far off its domain a soil lies, not what the soil holds.</summary>
    public ModelInForce? OfTwin(Node node) => node.Settings.Twin is { } twin
        ? nodes.All.Where(n => n.Settings.Twin == twin && n.Settings.Region != node.Settings.Region)
            .Select(n => n.Settings.Region).Distinct().Select(InForce).FirstOrDefault(model => model is not null)
        : null;

    /// <summary>Puts a model in force for regions, each with a record of its own.</summary>
    public async Task<ModelInForce> Adopt(SocModel model, IReadOnlyList<string> regions, CancellationToken stop)
    {
        var adopted = await database.Write(session => regions.Select(region => Adopt(session, model, region)).ToList(), stop);
        return adopted[0];
    }

    /// <summary>The same within the caller's transaction.</summary>
    /// <param name="statement">Who accepted it, and how it did on points it had not seen; null where a program brought it.</param>
    /// <param name="recompute">Has the days on record estimated again.</param>
    internal ModelInForce Adopt(WriteSession session, SocModel model, string region, ModelStatement? statement = null, bool recompute = true)
    {
        var id = model.Hash[..16];
        session.Execute("INSERT OR IGNORE INTO models (id, name, file, made_ms) VALUES (@0, @1, @2, @3)", id, model.Options.Name, model.ToJson(), time.GetUtcNow().ToUnixTimeMilliseconds());
        var version = session.Scalar<int>("SELECT version FROM region_models WHERE region = @0", region) + 1;
        var recordId = records.Write(session, (Record(model, region, version) with { Statement = statement }).Draft());
        session.Execute("INSERT OR REPLACE INTO region_models (region, model, version, record_id) VALUES (@0, @1, @2, @3)", region, id, version, recordId.ToString());
        var inForce = new ModelInForce(id, recordId, region, model);
        session.AfterCommit(() => _byRegion[region] = inForce);
        if (!recompute) return inForce;
        foreach (var node in Concerned(region))
            foreach (var day in session.Query("SELECT day FROM soil_days WHERE node = @0", row => row.GetInt64(0), node.Number).ToList())
                ObservationBook.MarkDue(session, node, day);
        return inForce;
    }

    /// <summary>Nodes of the region, and those of its twins, which are told by this model how far off they lie.</summary>
    IEnumerable<Node> Concerned(string region)
    {
        var twins = nodes.All.Where(n => n.Settings.Region == region).Select(n => n.Settings.Twin).OfType<string>().ToHashSet();
        return nodes.All.Where(n => n.Settings.Region == region || (n.Settings.Twin is { } twin && twins.Contains(twin)));
    }

    internal static ModelRecord Record(SocModel model, string region, int version) => new()
    {
        Name = region, Version = version, Regions = [region],
        Laboratory = model.Options.Reference.Laboratory, LaboratoryMethod = model.Options.Reference.Method, Unit = model.Options.Unit,
        Pretreatment = model.Options.Pretreatment.Name, Transform = model.Options.Transform.Name(), WavelengthsNm = [.. model.WavelengthsNm.Select(nm => (int)nm)],
        LatentVariables = model.LatentVariables, TrainingRows = model.TrainingSet.Count, LocalCores = model.Lineage?.LocalSamples ?? 0,
        Rmsecv = model.CrossValidation.Metrics.Rmse, CrossValidation = $"{model.CrossValidation.Scheme}, {model.CrossValidation.Folds} folds",
        TrainingSetHash = "sha256:" + model.TrainingSet.Hash, ArtefactHash = "sha256:" + model.Hash,
        Regression = model.Options.Method.ToString().ToLowerInvariant(), Interval = model.Interval.Kind.ToString(), ParentHash = model.Lineage is { } from ? "sha256:" + from.ParentHash : null,
    };
}

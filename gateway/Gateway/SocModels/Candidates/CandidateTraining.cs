using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using FourPerMille.Sensor.Estimation.Models;
using FourPerMille.Sensor.Gateway.Estimates;
using FourPerMille.Sensor.Gateway.SocModels.Cores;

namespace FourPerMille.Sensor.Gateway.SocModels.Candidates;

/// <summary>From cores to a candidate: trains, judges every point by a model that had not seen it, and draws up the figures. Pure.</summary>
static class CandidateTraining
{
    /// <summary>A first look is worth having long before there are enough.</summary>
    public const int FewestCores = 15;

    /// <summary>Parts the points are dealt out to for the figures.</summary>
    public const int Parts = 10;

    /// <summary>Of what is trained on: samples, values, spectra and waters, in order.</summary>
    public static string InputsOf(IEnumerable<CoreEntry> entries)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var entry in entries.Where(e => e.IsUsed).OrderBy(e => e.Sample.Id, StringComparer.Ordinal))
            hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{entry.Sample.Id}\n{entry.Soc:R}\n{entry.MoistureM3PerM3:R}\n{string.Join(' ', entry.Reflectance!.Select(r => r.ToString("R", CultureInfo.InvariantCulture)))}\n")));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <param name="draft">With basis and names; the rest is filled in.</param>
    /// <param name="parent">The library; null trains on the cores alone.</param>
    /// <param name="told">Parts done of all, the final fit being the last.</param>
    /// <exception cref="InputRefused">What the estimation core refuses.</exception>
    public static (ModelCandidate Candidate, SocModel Model) Run(ModelCandidate draft, IReadOnlyList<CoreEntry> used, SocModel? parent, Action<int> told, CancellationToken stop)
    {
        var perGram = PerGram(draft.Unit);
        List<LaboratoryRow> rows = [.. used.Select(e => new LaboratoryRow(e.Sample.Id, e.Soc!.Value * perGram, e.Reflectance!, e.MoistureM3PerM3, e.Sample.Group))];
        var options = ModelTraining.Usual(draft.Campaign, draft.Unit, new LaboratoryReference(draft.Laboratory, draft.Method, "layers of cores, as on record"), rows);
        return ModelTraining.Understood("cores", () =>
        {
            var local = parent is null ? ModelTraining.Own(rows) : ModelTraining.Local(rows, parent);
            SocModel Make(TrainingSet set) => parent is null ? SocModel.Train(set, options) : parent.SpikedWith(set);
            var validation = LocalValidation.Run(local, Make, Parts, told, stop);
            var model = Make(local);
            told(Parts + 1);
            return (Filled(draft, used, local, validation, model), model);
        });
    }

    /// <summary>Units of the model per g/kg.</summary>
    /// <exception cref="InputRefused">The library speaks a unit that is no carbon per mass.</exception>
    public static double PerGram(string unit) => unit switch
    {
        "g/kg" => 1,
        "%" or "g/100 g" or "g/100g" => 0.1,
        _ => throw new InputRefused($"the library's unit '{unit}' is none of carbon per mass; train on the cores alone.") { Key = "model.refused-library-unit", Parts = [unit] },
    };

    static ModelCandidate Filled(ModelCandidate draft, IReadOnlyList<CoreEntry> used, TrainingSet local, LocalValidation validation, SocModel model) => draft with
    {
        Cores = [.. used.Select((entry, i) => Judged(entry, local.Targets[i], validation.Predictions[i], validation.Strangeness[i]))],
        Figures = validation.Metrics is { } m ? new(validation.Judged, validation.Covered, m.Rmse, m.Bias, m.Nse, m.SquaredCorrelation, m.Rpiq, validation.Concordance) : null,
        Curve = model.RmsecvByComponents(), LatentVariables = model.LatentVariables, MaximumMoisture = model.Gate.MaximumMoistureM3PerM3, ModelId = model.Hash[..16],
    };

    static JudgedCore Judged(CoreEntry entry, double observed, SocPrediction said, (double T2, double Q) strange) => new(entry.Sample.Id, entry.Sample.Stratum, entry.Sample.Point, observed,
        Finite(said.Estimate), Finite(said.Lower90), Finite(said.Upper90), Finite(said.StandardUncertainty), said.Verdict, said.Reason, strange.T2, strange.Q, entry.MoistureM3PerM3);

    // An interval of too few errors has no end.
    static double? Finite(double value) => double.IsFinite(value) ? value : null;
}

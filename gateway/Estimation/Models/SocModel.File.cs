using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using FourPerMille.Sensor.Estimation.Algebra;
using FourPerMille.Sensor.Estimation.Domain;
using FourPerMille.Sensor.Estimation.GaussianProcesses;
using FourPerMille.Sensor.Estimation.Intervals;
using FourPerMille.Sensor.Estimation.MemoryBased;
using FourPerMille.Sensor.Estimation.Plsr;
using FourPerMille.Sensor.Estimation.Spectra;

namespace FourPerMille.Sensor.Estimation.Models;

// The model as a file: JSON whose last property is its own hash, SHA-256 over the file's bytes with that hash written as 64 zeros.
public sealed partial class SocModel
{
    const string Format = "fpm-soc-model/1";
    static readonly string Unsigned = new('0', 64);

    static readonly JsonSerializerOptions Layout = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        // The file is never put into HTML; escaped, the + of base64 would be six letters.
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
    };

    readonly Lazy<(string Text, string Hash)> _text;

    /// <summary>SHA-256 of the model file, lower-case hex.</summary>
    public string Hash => _text.Value.Hash;

    /// <summary>The whole model as JSON, hash included.</summary>
    public string ToJson() => _text.Value.Text;

    /// <exception cref="FormatException">Not a model of this format, or not the bytes that were hashed.</exception>
    public static SocModel FromJson(string json)
    {
        ModelFile file;
        try
        {
            file = JsonSerializer.Deserialize<ModelFile>(json, Layout) ?? throw new JsonException("The file is empty.");
        }
        catch (JsonException e)
        {
            throw new FormatException($"Not a model file: {e.Message}", e);
        }
        if (file.Format != Format) throw new FormatException($"The model's format is '{file.Format}'; this program reads '{Format}'.");
        if (file.Hash.Length != 64 || HashOf(json.Replace(file.Hash, Unsigned)) != file.Hash)
            throw new FormatException("The model file's hash is not that of its contents: it was changed or cut short.");
        var model = file.ToModel();
        if (model.TrainingSet.Hash != file.TrainingSet.Hash) throw new FormatException("The training set's hash is not that of its samples.");
        return model;
    }

    (string, string) Write()
    {
        var blank = JsonSerializer.Serialize(ModelFile.From(this), Layout);
        var hash = HashOf(blank);
        return (blank.Replace(Unsigned, hash), hash);
    }

    static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    sealed record ModelFile(
        string Format, string Name, string Quantity, string Unit, LaboratoryReference Reference, string Pretreatment, string PretreatmentHash,
        TargetTransform Transform, RegressionMethod Method, string Components, int MaximumComponents, double Alpha, string QLimit, int DomainComponents, double AbstainBeyond, double? MoistureScale, SoilGate Gate,
        PlsPart Pls, NeighbourSettings? Neighbours, GaussianPart? GaussianProcess, DomainLimits Limits, DomainLimits Domain, IntervalRule Interval, CrossValidationSummary CrossValidation, TrainingPart TrainingSet,
        Lineage? Lineage, string Hash)
    {
        public static ModelFile From(SocModel m) => new(SocModel.Format, m.Options.Name, m.Options.Quantity, m.Options.Unit, m.Options.Reference,
            m.Options.Pretreatment.Name, m.Options.Pretreatment.Hash, m.Options.Transform, m.Options.Method, m.Options.Components.Text, m.Options.MaximumComponents,
            m.Options.Alpha, m.Options.QLimit.ToString(), m.Options.DomainComponents, m.Options.AbstainBeyond, m._features.MoistureScale, m.Gate, PlsPart.From(m._pls),
            (m._regression as NeighbourRegression)?.Settings, GaussianPart.From(m._regression as GaussianProcessRegression), m.Limits, m.Domain, m._interval,
            m.CrossValidation, TrainingPart.From(m.TrainingSet), m.Lineage, Unsigned);

        public SocModel ToModel()
        {
            var options = new TrainingOptions
            {
                Name = Name, Quantity = Quantity, Unit = Unit, Reference = Reference, Pretreatment = PreprocessingChain.Parse(Pretreatment),
                Transform = Transform, Method = Method, Components = ComponentRule.Parse(Components), MaximumComponents = MaximumComponents, Alpha = Alpha,
                QLimit = Enum.Parse<QLimitKind>(QLimit), DomainComponents = DomainComponents, AbstainBeyond = AbstainBeyond, Interval = Interval.Kind,
                MoistureCovariate = MoistureScale is not null, MaximumMoistureM3PerM3 = Gate.MaximumMoistureM3PerM3,
            };
            var (set, pls) = (TrainingSet.ToSet(), Pls.ToModel());
            var features = new Features(options.Pretreatment, MoistureScale);
            return new(set, options, features, pls, Regression(set, options, features, pls), Limits, Domain, Interval, Gate, CrossValidation, Lineage);
        }

        // Neighbours and Gaussian process are the training samples seen through a few numbers: those are kept, the rest is made again.
        IRegression? Regression(TrainingSet set, TrainingOptions options, Features features, PlsModel pls)
        {
            if (Method == RegressionMethod.Pls) return null;
            var (rows, target) = (new RowProducts(Pretreated(set, features)), Transformed(set, options));
            return Method == RegressionMethod.Mbl
                ? NeighbourRegression.Restore(rows, pls, target, set.Weights, Neighbours ?? throw new FormatException("A memory-based model needs its neighbours."))
                : (GaussianProcess ?? throw new FormatException("The Gaussian process is missing.")).Restore(rows.Uncentred(), target, set.Weights);
        }
    }

    sealed record GaussianPart(double[] Mean, double[][] Axes, Hyperparameters Beliefs)
    {
        public static GaussianPart? From(GaussianProcessRegression? r) => r is null ? null : new(r.Scores.Mean, Jagged(r.Scores.Axes), r.Beliefs);

        public GaussianProcessRegression Restore(RowMatrix treated, double[] target, double[] weights) =>
            GaussianProcessRegression.Restore(new(Mean, RowMatrix.FromRows(Axes)), Beliefs, treated, target, weights);
    }

    static double[][] Jagged(RowMatrix table) => [.. Enumerable.Range(0, table.Rows).Select(i => table.Row(i).ToArray())];

    sealed record PlsPart(int Components, double[] Mean, double[][] WeightVectors, double[][] Mixing, double[] Norms, double[] Loads,
        double TargetMean, double EffectiveRows, double T2Scale, double[] Coefficients)
    {
        public static PlsPart From(PlsModel m) => new(m.Components, m.Mean, Jagged(m.WeightVectors), Jagged(m.Mixing), m.Norms, m.Loads, m.TargetMean, m.EffectiveRows,
            m.T2Scale, m.Coefficients());

        public PlsModel ToModel() =>
            new(Components, Mean, RowMatrix.FromRows(WeightVectors), RowMatrix.FromRows(Mixing), Norms, Loads, TargetMean, EffectiveRows, T2Scale);
    }

    // Spectra as base64 of rows of little-endian IEEE doubles: decimal text would be twice the size.
    sealed record TrainingPart(string Hash, string[] Ids, double[] WavelengthsNm, double[] Targets, double[] Weights, string[]? Groups,
        double[]? MoistureM3PerM3, string SpectraBase64)
    {
        public static TrainingPart From(TrainingSet set)
        {
            var bytes = new byte[set.Spectra.Data.Length * sizeof(double)];
            for (var i = 0; i < set.Spectra.Data.Length; i++) BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(i * sizeof(double)), set.Spectra.Data[i]);
            return new(set.Hash, [.. set.Ids], set.WavelengthsNm, set.Targets, set.Weights, set.Groups?.ToArray(), set.MoistureM3PerM3, Convert.ToBase64String(bytes));
        }

        public TrainingSet ToSet()
        {
            var bytes = Convert.FromBase64String(SpectraBase64);
            var values = new double[bytes.Length / sizeof(double)];
            for (var i = 0; i < values.Length; i++) values[i] = BinaryPrimitives.ReadDoubleLittleEndian(bytes.AsSpan(i * sizeof(double)));
            return new(Ids, WavelengthsNm, new RowMatrix(Ids.Length, WavelengthsNm.Length, values), Targets, Groups, MoistureM3PerM3, Weights);
        }
    }
}

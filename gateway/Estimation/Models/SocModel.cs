using System.Collections.Concurrent;
using FourPerMille.Sensor.Estimation.Algebra;
using FourPerMille.Sensor.Estimation.Domain;
using FourPerMille.Sensor.Estimation.GaussianProcesses;
using FourPerMille.Sensor.Estimation.Intervals;
using FourPerMille.Sensor.Estimation.MemoryBased;
using FourPerMille.Sensor.Estimation.Plsr;

namespace FourPerMille.Sensor.Estimation.Models;

/// <summary>How a model did on samples held out of it.</summary>
/// <param name="Scheme">Fold scheme: mod10, group, …</param>
/// <param name="RmsecvModelScale">Root mean squared error of the model's own scale, at the chosen components.</param>
/// <param name="Metrics">In the target's unit, after the transform is undone.</param>
public sealed record CrossValidationSummary(string Scheme, int Folds, double RmsecvModelScale, FitMetrics Metrics);

/// <summary>Where a spiked model comes from.</summary>
public sealed record Lineage(string ParentHash, int LocalSamples, double LocalWeight);

/// <summary>
/// A calibrated model of soil organic carbon: it pretreats a spectrum, estimates, states its uncertainty, and says whether the spectrum is
/// like those it was made from. It is a value: the same training set and options give the same model and hash.
/// </summary>
public sealed partial class SocModel
{
    readonly Features _features;
    readonly PlsModel _pls;
    readonly IRegression? _regression; // null: the PLS model itself
    readonly IntervalRule _interval;

    SocModel(TrainingSet training, TrainingOptions options, Features features, PlsModel pls, IRegression? regression, DomainLimits limits, DomainLimits domain,
        IntervalRule interval, SoilGate gate, CrossValidationSummary validation, Lineage? lineage)
    {
        (TrainingSet, Options, _features, _pls, _regression) = (training, options, features, pls, regression);
        (Limits, Domain, _interval, Gate, CrossValidation, Lineage) = (limits, domain, interval, gate, validation, lineage);
        _text = new(Write);
    }

    public TrainingOptions Options { get; }
    /// <summary>The samples it was made from: spiking, neighbours and an audit need them.</summary>
    public TrainingSet TrainingSet { get; }
    /// <summary>Limits of T² and Q in the components of the estimate.</summary>
    public DomainLimits Limits { get; }
    /// <summary>Limits in the components of the domain.</summary>
    public DomainLimits Domain { get; }
    public IntervalRule Interval => _interval;
    public SoilGate Gate { get; }
    public CrossValidationSummary CrossValidation { get; }
    public Lineage? Lineage { get; }

    /// <summary>With so many the 90 % conformal quantile, the ceil(0.9 (n + 1))-th smallest, is no longer the largest error seen.</summary>
    public const int EnoughLocalSamples = 19;
    public int LatentVariables => _pls.Components;
    public double[] WavelengthsNm => TrainingSet.WavelengthsNm;

    /// <summary>Validates by cross-validation, chooses the components, fits all samples and learns interval and domain from the held-out ones.</summary>
    /// <exception cref="ArgumentException">Fewer than ten samples, a target the transform cannot take, bands the pretreatment cannot take.</exception>
    public static SocModel Train(TrainingSet set, TrainingOptions options) => Train(set, options, lineage: null);

    /// <summary>
    /// A new version that also knows local samples, each counting <paramref name="weight"/> times (null: together they weigh as much as all
    /// others). Component choice follows the same weights. The interval speaks for the local soils: from <see cref="EnoughLocalSamples"/> on
    /// their held-out errors alone set its width.
    /// </summary>
    public SocModel SpikedWith(TrainingSet local, double? weight = null)
    {
        var each = weight ?? Math.Max(1, TrainingSet.Weights.Sum() / local.Weights.Sum());
        // Where the moisture of every sample is known, the gate follows the samples.
        var limit = TrainingSet.MoistureM3PerM3 is null ? Options.MaximumMoistureM3PerM3 : null;
        return Train(TrainingSet.SpikedWith(local, each), Options with { Folds = null, MaximumMoistureM3PerM3 = limit }, new Lineage(Hash, local.Count, each));
    }

    /// <summary>The model made again from its own samples and options: it has the same hash, unless program or processor compute otherwise than those that made it.</summary>
    public SocModel MadeAgain() => Train(TrainingSet, Options, Lineage);

    /// <summary>What the model says about one spectrum, given what the other probes say of the soil.</summary>
    public SocPrediction Predict(double[] spectrum, SoilState soil = default) => Predict(new RowMatrix(1, spectrum.Length, spectrum), _ => soil)[0];

    /// <summary>What the model says about each row of <paramref name="spectra"/>, as measured: it pretreats them itself.</summary>
    /// <param name="soil">What the other probes say beside a row; asked from several threads.</param>
    public SocPrediction[] Predict(RowMatrix spectra, Func<int, SoilState>? soil = null)
    {
        if (spectra.Columns != WavelengthsNm.Length)
            throw new ArgumentException($"The model knows {WavelengthsNm.Length} bands, the spectra have {spectra.Columns}.", nameof(spectra));
        var treated = _features.Apply(spectra, i => soil?.Invoke(i).MoistureM3PerM3 ?? double.NaN);
        var readings = _pls.Predict(treated);
        var (estimates, spreads) = Estimates(treated);
        var predictions = new SocPrediction[spectra.Rows];
        Parallel.ForEach(Partitioner.Create(0, Math.Max(1, spectra.Rows), JudgedTogether), range =>
        {
            for (var i = range.Item1; i < Math.Min(range.Item2, spectra.Rows); i++)
            {
                var place = new Hardness(estimates?[i] ?? readings[i].Estimate, readings[i].T2, readings[i].Q, spreads?[i] ?? 1);
                predictions[i] = Judge(place, Strangeness(readings[i]), soil is null ? default : soil(i));
            }
        });
        return predictions;
    }

    const int JudgedTogether = 4096;

    // Null where PLS itself estimates.
    (double[]?, double[]?) Estimates(RowMatrix treated)
    {
        if (_regression is null) return (null, null);
        var (estimates, spreads) = (new double[treated.Rows], new double[treated.Rows]);
        _regression.Predict(treated, estimates, spreads);
        return (estimates, spreads);
    }

    // T² and Q over their limits, whichever components see more.
    (double T2, double Q) Strangeness(PlsReading reading) => (
        Math.Max(reading.T2 / Limits.T2, reading.DomainT2 / Domain.T2),
        Math.Max(reading.Q / Limits.Q(Options.QLimit), reading.DomainQ / Domain.Q(Options.QLimit)));

    SocPrediction Judge(Hardness place, (double T2, double Q) strangeness, SoilState soil)
    {
        if (Gate.Refuses(soil) is { } refusal) return SocPrediction.Abstained(place.T2, place.Q, refusal.Reason, refusal.EndsWhen);
        if (Options.MoistureCovariate && soil.MoistureM3PerM3 is null)
            return SocPrediction.Abstained(double.NaN, double.NaN, Reasons.MoistureUnknown, Reasons.MoistureProbe);
        if (!double.IsFinite(place.Q)) return SocPrediction.Abstained(double.NaN, double.NaN, Reasons.NotWhole, Reasons.WholeSpectrum);
        var (t2, q) = strangeness;
        if (Math.Max(t2, q) > Options.AbstainBeyond) return SocPrediction.Abstained(place.T2, place.Q, Reasons.Far(t2, q), Reasons.LocalCores);
        var (halfWidth, deviation) = _interval.At(place);
        var transform = Options.Transform;
        var (estimate, uncertainty) = transform.Moments(place.Level, deviation);
        var inside = t2 <= 1 && q <= 1;
        return new(estimate, uncertainty, transform.Undo(place.Level - halfWidth), transform.Undo(place.Level + halfWidth), place.T2, place.Q,
            inside ? Verdict.In : Verdict.Out, inside ? "" : Reasons.Beyond(t2, q), inside ? "" : Reasons.LocalCores);
    }

    static SocModel Train(TrainingSet set, TrainingOptions options, Lineage? lineage)
    {
        if (set.Count < 10) throw new ArgumentException($"A calibration needs ten samples at least, {set.Count} were given.", nameof(set));
        options.Pretreatment.Wavelengths(set.WavelengthsNm);
        var features = Features.Of(set, options);
        var rows = new RowProducts(Pretreated(set, features));
        var target = Transformed(set, options);
        var folds = options.Folds ?? (set.Groups is null ? Folds.ByRow(set.Count) : Folds.ByGroup(set.Groups));
        var validation = PlsCrossValidation.Run(rows, target, folds, options.MaximumComponents, set.Weights);
        var chosen = validation.Choose(options.Components);
        var path = PlsFit.Fit(rows, target, set.Weights, Math.Max(chosen, Math.Min(options.DomainComponents, validation.Components)));
        var a = Math.Min(chosen, path.Components);
        var pls = PlsModel.From(path, rows, a, path.Components);
        var (regression, heldOut) = Regression(options, rows, pls, target, set.Weights, folds);
        heldOut ??= new(validation.Residuals.Row(a).ToArray(), [.. Enumerable.Repeat(1.0, set.Count)]);
        var places = Enumerable.Range(0, set.Count)
            .Select(i => new Hardness(target[i] - heldOut.Errors[i], validation.T2[a, i], validation.Q[a, i], heldOut.Spreads[i])).ToArray();
        DomainLimits LimitsWith(int components) => DomainLimits.Of(path, rows, components, validation.Q.Row(components).ToArray(), options.Alpha);
        var interval = IntervalOf(options, path, pls, places, heldOut.Errors, set.Weights, IntervalWeights(set, lineage));
        var gate = new SoilGate(options.MaximumMoistureM3PerM3 ?? set.MoistureM3PerM3?.Max());
        return new(set, options, features, pls, regression, LimitsWith(a), LimitsWith(path.Components), interval, gate, Summary(set, options, folds, places, heldOut.Errors, interval), lineage);
    }

    static (IRegression?, HeldOut?) Regression(TrainingOptions options, RowProducts rows, PlsModel pls, double[] target, double[] weights, Folds folds)
    {
        switch (options.Method)
        {
            case RegressionMethod.Gp:
                return GaussianProcessRegression.Train(rows.Uncentred(), target, weights, folds, options.Components.Number ?? GaussianProcessRegression.InputsFor(pls.Bands));
            case RegressionMethod.Mbl:
                return NeighbourRegression.Train(rows, pls, target, weights, folds);
            default:
                return (null, null);
        }
    }

    static RowMatrix Pretreated(TrainingSet set, Features features)
    {
        var treated = features.Apply(set.Spectra, i => set.MoistureM3PerM3![i]);
        for (var i = 0; i < treated.Rows; i++)
            foreach (var value in treated.Row(i))
                if (!double.IsFinite(value)) throw new ArgumentException($"Sample {set.Ids[i]} has a band that '{features.Pretreatment}' cannot take.", nameof(set));
        return treated;
    }

    static double[] Transformed(TrainingSet set, TrainingOptions options)
    {
        var target = set.Targets.Select(t => options.Transform.Forward(t)).ToArray();
        var bad = Array.FindIndex(target, t => !double.IsFinite(t));
        return bad < 0 ? target : throw new ArgumentException($"Sample {set.Ids[bad]}: {set.Targets[bad]} has no {options.Transform.Name()}.", nameof(set));
    }

    /// <summary>
    /// Whose held-out errors set the interval's width. Conformal coverage needs errors exchangeable with those to come: after spiking these
    /// are the local samples', for a library of other soils errs by other amounts. Too few local samples cannot fill a tenth of the tail.
    /// </summary>
    static double[] IntervalWeights(TrainingSet set, Lineage? lineage)
    {
        if (lineage is null || lineage.LocalSamples < EnoughLocalSamples) return set.Weights;
        var local = new double[set.Count];
        Array.Fill(local, 1, set.Count - lineage.LocalSamples, lineage.LocalSamples);
        return local;
    }

    static IntervalRule IntervalOf(
        TrainingOptions options, PlsPath path, PlsModel pls, Hardness[] places, double[] errors, double[] weights, double[] intervalWeights)
    {
        if (options.Interval == IntervalKind.Conformal) return IntervalRule.Conformal(errors, intervalWeights);
        if (options.Interval == IntervalKind.ScaledConformal) return IntervalRule.ScaledConformal(places, errors, weights, intervalWeights);
        if (options.Method == RegressionMethod.Gp) return IntervalRule.Posterior;
        if (options.Method == RegressionMethod.Mbl) throw new ArgumentException("Memory-based learning has no analytic interval: conformal or scaled-conformal.", nameof(options));
        var fitted = path.Residuals.Row(pls.Components);
        var variance = Products.WeightedDot(path.Weights, fitted, fitted) / path.TotalWeight * path.EffectiveRows / Math.Max(1, path.EffectiveRows - pls.Components - 1);
        return IntervalRule.Analytic(Math.Sqrt(variance), path.EffectiveRows, pls.Components, pls.T2Scale);
    }

    static CrossValidationSummary Summary(TrainingSet set, TrainingOptions options, Folds folds, Hardness[] places, double[] errors, IntervalRule interval)
    {
        var estimates = places.Select(p => options.Transform.Moments(p.Level, interval.At(p).StandardDeviation).Mean).ToArray();
        var squares = errors.Zip(set.Weights, (e, w) => w * e * e).Sum() / set.Weights.Sum();
        return new(folds.Scheme, folds.Count, Math.Sqrt(squares), FitMetrics.Of(set.Targets, estimates, set.Weights));
    }
}

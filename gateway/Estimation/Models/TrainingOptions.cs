using FourPerMille.Sensor.Estimation.Domain;
using FourPerMille.Sensor.Estimation.Intervals;
using FourPerMille.Sensor.Estimation.Plsr;
using FourPerMille.Sensor.Estimation.Spectra;

namespace FourPerMille.Sensor.Estimation.Models;

/// <summary>Where the laboratory values come from; a model speaks its laboratory's language.</summary>
/// <param name="Method">For example <c>ISO 10694 dry combustion, carbonate-corrected</c> or <c>ISO 14235 wet oxidation</c>.</param>
/// <param name="Preparation">For example <c>air-dried, 2 mm</c>.</param>
public sealed record LaboratoryReference(string Laboratory, string Method, string Preparation = "");

/// <summary>How a model is made.</summary>
public sealed record TrainingOptions
{
    public string Name { get; init; } = "soc";
    public string Quantity { get; init; } = "soil organic carbon";
    public string Unit { get; init; } = "g/kg";
    public LaboratoryReference Reference { get; init; } = new("unstated", "unstated");
    public PreprocessingChain Pretreatment { get; init; } = PreprocessingChain.None;
    public TargetTransform Transform { get; init; }
    public RegressionMethod Method { get; init; }

    /// <summary>Latent variables of the PLS model; with a Gaussian process a fixed number is that of its inputs as well.</summary>
    public ComponentRule Components { get; init; } = ComponentRule.OneStandardError;
    public int MaximumComponents { get; init; } = 25;

    /// <summary>Null: by group where the training set has groups, by row (mod 10) where it has none.</summary>
    public Folds? Folds { get; init; }

    public IntervalKind Interval { get; init; } = IntervalKind.ScaledConformal;

    /// <summary>False-alarm rate of the domain limits.</summary>
    public double Alpha { get; init; } = 0.01;
    public QLimitKind QLimit { get; init; } = QLimitKind.HeldOut;

    /// <summary>
    /// The domain is watched in at least this many components, whatever the estimate takes: with fewer, wet soil passes for dry (STUDY.md).
    /// </summary>
    public int DomainComponents { get; init; } = 10;

    /// <summary>A spectrum this many times beyond a limit gets no estimate at all.</summary>
    public double AbstainBeyond { get; init; } = 4;

    /// <summary>
    /// The moisture probe's reading becomes one more column beside the bands, so that one model serves dry and wet soil. Every sample needs its
    /// moisture then, and so does every spectrum to be estimated.
    /// </summary>
    public bool MoistureCovariate { get; init; }

    /// <summary>Water content above which the model abstains; null: the wettest sample of the training set, where its moisture is known.</summary>
    public double? MaximumMoistureM3PerM3 { get; init; }
}

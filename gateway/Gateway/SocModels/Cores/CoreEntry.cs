using FourPerMille.Sensor.Gateway.SocModels.Laboratory;

namespace FourPerMille.Sensor.Gateway.SocModels.Cores;

/// <summary>A core sample with all that is known of it. Pure.</summary>
public sealed record CoreEntry(CoreSample Sample, IReadOnlyList<CoreShot> Shots, IReadOnlyList<LaboratoryResult> Results)
{
    /// <summary>Duplicates of dry combustion agree within a tenth of their mean, or 0.25 g/kg where that is more (ISO 10694, repeatability).</summary>
    const double RelativeRepeatability = 0.10, LeastRepeatability = 0.25;

    IReadOnlyList<CoreShot> Used { get; } = [.. Shots.Where(shot => !shot.IsTakenBack)];

    /// <summary>Mean of the replicates, g/kg.</summary>
    public double? Soc => Results.Count == 0 ? null : Results.Average(r => r.SocGramsPerKg);

    /// <summary>Band by band, the mean of the sample's shots.</summary>
    public double[]? Reflectance => Used.Count == 0 ? null : [.. Enumerable.Range(0, Used[0].Reflectance.Length).Select(band => Used.Average(shot => shot.Reflectance[band]))];

    public double? MoistureM3PerM3 => Used.Where(shot => shot.MoistureM3PerM3 is not null).Select(shot => shot.MoistureM3PerM3).DefaultIfEmpty(null).Average();

    public bool DoReplicatesDisagree => Results.Count > 1 && Results.Max(r => r.SocGramsPerKg) - Results.Min(r => r.SocGramsPerKg) > Math.Max(LeastRepeatability, RelativeRepeatability * Soc!.Value);

    public bool IsWhole => Soc is not null && Used.Count > 0;

    /// <summary>Trained on: whole, and not left out.</summary>
    public bool IsUsed => IsWhole && Sample.LeftOut is null;
}

using FourPerMille.Sensor.Estimation.Stock;
using MathNet.Numerics.Distributions;

namespace FourPerMille.Sensor.Estimation.Levels;

/// <summary>A stock over an area.</summary>
/// <param name="ExpandedUncertainty">U = 2 u, t C/ha.</param>
/// <param name="SharedShare">Of the variance, what no further point of the same laboratory, models and probes averages away.</param>
/// <param name="YearsUntilDetectable">
/// After which a true growth of 4 per mille a year would be found by a repeat of the same design and methods (one-sided 5 %, power 80 %), taking the shared
/// errors as the same in both: they then cancel. Null where nothing is uncertain of its own.
/// </param>
public sealed record StockIndicator(int Units, double Hectares, double TonnesPerHa, double ExpandedUncertainty, double SharedShare, double? YearsUntilDetectable);

/// <summary>A change over an area, held against 4 per mille a year.</summary>
public sealed record ChangeIndicator(int Units, double Hectares, double Years, FourPerMilleVerdict Verdict)
{
    /// <summary>U = 2 u of the change, t C/ha.</summary>
    public double ExpandedUncertainty => LevelIndicators.CoverageFactor * Verdict.ChangeUncertainty;
    public double TonnesPerHaYear => Verdict.ChangeTonnesPerHa / Years;
}

/// <summary>The key figures of a level, by name. What cannot be said is null, and <see cref="NotKnown"/> says why.</summary>
/// <param name="Completeness">Readings held of those taken.</param>
public sealed record LevelIndicators(long Parcels, long ParcelsObserved, double Hectares, double HectaresObserved, long Nodes, double? Completeness, double? ShareInDomain, double? ShareOfCertificatesValid,
    DateTimeOffset? Newest, DateTimeOffset? Stalest, StockMethod? Method, StockIndicator? Stock, ChangeIndicator? Change, IReadOnlyList<LevelGap> NotKnown)
{
    public const double CoverageFactor = 2;
    const double Confidence = 0.95, Power = 0.8;

    public static LevelIndicators Of(LevelFigures figures)
    {
        var unknown = new List<LevelGap>();
        var (method, stocks) = figures.Stocks.Count == 1 ? figures.Stocks.Single() : default;
        if (figures.Stocks.Count == 0) unknown.Add(new(LevelGapKind.NoStock));
        if (figures.Stocks.Count > 1) unknown.Add(new(LevelGapKind.MethodsDiffer, string.Join(" / ", figures.Stocks.Keys.Select(m => m.Key))));
        if (stocks is not null && stocks.First.Count == 0) unknown.Add(new(LevelGapKind.NoChange));
        foreach (var (reason, count) in figures.NotCompared) unknown.Add(new(LevelGapKind.NotCompared, count, reason));
        if (figures.SpectraJudged == 0) unknown.Add(new(LevelGapKind.NoSpectrum));
        if (figures.ParcelsObserved < figures.Parcels)
            unknown.Add(new(LevelGapKind.ParcelsUnheard, figures.Parcels - figures.ParcelsObserved, figures.Parcels));
        return new(figures.Parcels, figures.ParcelsObserved, figures.Hectares, figures.HectaresObserved, figures.Nodes, Share(figures.ReadingsHeld, figures.ReadingsTaken),
            Share(figures.SpectraInDomain, figures.SpectraJudged), Share(figures.CertificatesValid, figures.CertificatesNeeded), figures.Newest, figures.Stalest, method,
            stocks is null ? null : StockOf(stocks), stocks is { First.Count: > 0 } ? ChangeOf(stocks) : null, unknown);
    }

    public static StockIndicator StockOf(StockFigures stocks)
    {
        var latest = stocks.Latest;
        double own = Math.Sqrt(1 - latest.SharedShareOfVariance) * latest.MeanUncertainty;
        double quantiles = Normal.InvCDF(0, 1, Confidence) + Normal.InvCDF(0, 1, Power);
        return new(latest.Count, latest.Weight, latest.Mean, CoverageFactor * latest.MeanUncertainty, latest.SharedShareOfVariance,
            own > 0 ? quantiles * Math.Sqrt(2) * own / (FourPerMilleVerdict.TargetPerYear * latest.Mean) : null);
    }

    public static ChangeIndicator ChangeOf(StockFigures stocks)
    {
        var (first, second) = (stocks.First, stocks.Second);
        double scale = first.SumUncertainty * second.SumUncertainty;
        double correlation = scale > 0 ? Math.Clamp(first.CovarianceWith(second) / scale, -1, 1) : 0;
        return new(first.Count, first.Weight, stocks.Years, FourPerMilleVerdict.Of(
            new StockEstimate(first.Mean, first.MeanUncertainty), new StockEstimate(second.Mean, second.MeanUncertainty), stocks.Years, correlation, Confidence));
    }

    static double? Share(long part, long whole) => whole > 0 ? (double)part / whole : null;
}

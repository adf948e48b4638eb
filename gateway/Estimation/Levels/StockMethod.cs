using System.Globalization;

namespace FourPerMille.Sensor.Estimation.Levels;

/// <summary>How a stock came about, as far as two stocks must agree in it to be compared or added.</summary>
/// <param name="Laboratory">The laboratory's method, such as "ISO 10694".</param>
/// <param name="DepthCm">Down to which depth, or the depth of the reference mass.</param>
/// <param name="Basis">fixed-depth, fine-soil-mass or equivalent-soil-mass.</param>
/// <param name="ModelFamily">Of spectroscopic estimates; "none" where every point was in the laboratory.</param>
public sealed record StockMethod(string Laboratory, double DepthCm, string Basis, string ModelFamily) : IComparable<StockMethod>
{
    public string Key => string.Create(CultureInfo.InvariantCulture, $"{Laboratory} | 0-{DepthCm} cm | {Basis} | {ModelFamily}");

    /// <summary>What differs, in words; empty where the two may be compared.</summary>
    public IReadOnlyList<LevelGap> DifferencesFrom(StockMethod other)
    {
        var differences = new List<LevelGap>();
        if (Laboratory != other.Laboratory) differences.Add(new(LevelGapKind.LaboratoriesDiffer, Laboratory, other.Laboratory));
        if (DepthCm != other.DepthCm) differences.Add(new(LevelGapKind.DepthsDiffer, DepthCm, other.DepthCm));
        if (Basis != other.Basis) differences.Add(new(LevelGapKind.BasesDiffer, Basis, other.Basis));
        if (ModelFamily != other.ModelFamily) differences.Add(new(LevelGapKind.ModelsDiffer, ModelFamily, other.ModelFamily));
        return differences;
    }

    public int CompareTo(StockMethod? other) => string.CompareOrdinal(Key, other?.Key);
}

/// <summary>A stock on record.</summary>
/// <param name="Unit">The quantification unit: a parcel, or the strata of a campaign together.</param>
/// <param name="TonnesPerHa">With its own uncertainty and what it shares by error group, t C/ha.</param>
public sealed record StockStatement(string Unit, double Hectares, DateOnly When, GroupedTonnes TonnesPerHa, StockMethod Method);

/// <summary>A stock per hectare with its errors; checked at birth.</summary>
public sealed record GroupedTonnes
{
    public GroupedTonnes(double value, double own, IReadOnlyDictionary<string, double> shared)
    {
        if (!(value > 0 && double.IsFinite(value))) throw new ArgumentOutOfRangeException(nameof(value), "A stock is above zero.");
        if (!(own >= 0 && double.IsFinite(own)) || shared.Values.Any(u => !double.IsFinite(u))) throw new ArgumentOutOfRangeException(nameof(own), "An uncertainty is a number, and its own part not negative.");
        (Value, Own, Shared) = (value, own, shared);
    }

    public double Value { get; }
    public double Own { get; }
    public IReadOnlyDictionary<string, double> Shared { get; }
    public Uncertainty.GroupedEstimate AsEstimate() => new(Value, Own, Shared);
}

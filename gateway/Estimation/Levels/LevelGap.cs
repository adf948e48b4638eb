using System.Globalization;

namespace FourPerMille.Sensor.Estimation.Levels;

/// <summary>What a level cannot say, or why two are not compared. Worded by whoever shows it (<c>gap.*</c>); <see cref="LevelGap.ToString"/> is English.</summary>
public enum LevelGapKind
{
    NoStock,
    /// <summary>0: the methods.</summary>
    MethodsDiffer,
    NoChange,
    /// <summary>0: units; 1: the reason as the documents have it, in English.</summary>
    NotCompared,
    NoSpectrum,
    /// <summary>0: parcels without a reading; 1: parcels.</summary>
    ParcelsUnheard,

    // Of twins; first and second are told apart by the kind, because languages decline them differently.
    FirstHasNoStock,
    SecondHasNoStock,
    /// <summary>0: how many methods.</summary>
    FirstHasMethods,
    SecondHasMethods,
    FirstMeasuredOnce,
    SecondMeasuredOnce,
    /// <summary>0, 1: years.</summary>
    PeriodsDiffer,
    /// <summary>0, 1: laboratory methods.</summary>
    LaboratoriesDiffer,
    /// <summary>0, 1: cm.</summary>
    DepthsDiffer,
    /// <summary>0, 1: bases of reckoning.</summary>
    BasesDiffer,
    /// <summary>0, 1: families of models.</summary>
    ModelsDiffer,
}

/// <param name="Parts">Numbers and names.</param>
public sealed record LevelGap(LevelGapKind Kind, params object[] Parts)
{
    public override string ToString() => string.Format(CultureInfo.InvariantCulture, Kind switch
    {
        LevelGapKind.NoStock => "the stock: no campaign with laboratory cores is on record",
        LevelGapKind.MethodsDiffer => "one stock for all: methods differ and are not added ({0})",
        LevelGapKind.NoChange => "the change: no unit was measured twice by one method",
        LevelGapKind.NotCompared => "the change of {0} units: {1}",
        LevelGapKind.NoSpectrum => "the share in domain: no spectrum was judged by a model",
        LevelGapKind.ParcelsUnheard => "{0} of {1} parcels: no reading of them is held",
        LevelGapKind.FirstHasNoStock => "the first has no stock on record",
        LevelGapKind.SecondHasNoStock => "the second has no stock on record",
        LevelGapKind.FirstHasMethods => "the first has stocks of {0} methods",
        LevelGapKind.SecondHasMethods => "the second has stocks of {0} methods",
        LevelGapKind.FirstMeasuredOnce => "the first was not measured twice by one method",
        LevelGapKind.SecondMeasuredOnce => "the second was not measured twice by one method",
        LevelGapKind.PeriodsDiffer => "the periods differ: {0:F1} against {1:F1} years",
        LevelGapKind.LaboratoriesDiffer => "laboratory method {0} against {1}: between methods lie biases larger than decades of change",
        LevelGapKind.DepthsDiffer => "depth {0} cm against {1} cm",
        LevelGapKind.BasesDiffer => "{0} against {1}: compaction alone feigns a gain at fixed depth",
        LevelGapKind.ModelsDiffer => "model family {0} against {1}",
        _ => throw new ArgumentOutOfRangeException(nameof(Kind)),
    }, Parts);
}

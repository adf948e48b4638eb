using System.Globalization;

namespace FourPerMille.Sensor.Estimation.ProbeCalibration;

/// <summary>What can be said against a calibration. Whoever shows it words it in a reader's language; <see cref="Complaint.ToString"/> words it in English.</summary>
public enum ComplaintKind
{
    /// <summary>0: point, from 1; 1: its leverage.</summary>
    PointCarriesFit,
    /// <summary>0: point, from 1; 1: its studentised residual.</summary>
    PointContradicts,
    /// <summary>0: chi squared; 1: degrees of freedom.</summary>
    ScatterUnexplained,
    CurveTurnsBack,
    /// <summary>0: the degree to try.</summary>
    ResidualsBend,
    NoIcePoint,
    NoWarmPoint,
    ReferenceOutOfRange,
    /// <summary>Of a band, 0: its number from 1; so are the four that follow.</summary>
    BandSaturated,
    BandTooDark,
    BandDarkIsLit,
    BandUnrepeatable,
    BandChanged,
    /// <summary>0: the band; 1: what the tile reflects by this white; 2: what its maker says.</summary>
    TileDiffers,
    TileAtOtherGain,
    /// <summary>0: counts between air and water; 1: what a sound probe shows at least.</summary>
    SpanSmall,
    /// <summary>0: the step; 1: how the probe behaved (<see cref="Stability.Reason"/>).</summary>
    TakenUnsettled,

    // What keeps a curve from being made at all.

    /// <summary>0: points; 1: coefficients.</summary>
    TooFewPoints,
    PointsShareAPlace,
    /// <summary>0: points wanted; 1: points there are.</summary>
    TooFewCores,
    /// <summary>0: the water content, m3/m3.</summary>
    ImpossibleWater,
    UncertaintyMissing,
}

/// <summary>One complaint with its figures, rounded as they are to be read.</summary>
/// <param name="Parts">Numbers and fixed words, as <see cref="ComplaintKind"/> lists them.</param>
public sealed record Complaint(ComplaintKind Kind, params object[] Parts)
{
    /// <summary>The same for programs: a stable word.</summary>
    public string Code => char.ToLowerInvariant(Kind.ToString()[0]) + Kind.ToString()[1..];

    public override string ToString() => string.Format(CultureInfo.InvariantCulture, Kind switch
    {
        ComplaintKind.PointCarriesFit => "point {0} carries the fit alone (leverage {1}): add points near it",
        ComplaintKind.PointContradicts => "point {0} contradicts the others (studentised residual {1}): measure it again",
        ComplaintKind.ScatterUnexplained => "the points scatter more than their uncertainties say (chi squared {0} with {1} degrees of freedom)",
        ComplaintKind.CurveTurnsBack => "the curve turns back within its range: two water contents for one reading; lower the degree",
        ComplaintKind.ResidualsBend => "the residuals still bend (F test at 1 %): try degree {0}",
        ComplaintKind.NoIcePoint => "no ice point: zero is the temperature that decides on frozen soil",
        ComplaintKind.NoWarmPoint => "no second point at 25 to 40 C: the slope is extrapolated in summer",
        ComplaintKind.ReferenceOutOfRange => "a reference outside 400 to 2000 ppm, where forced recalibration is specified",
        ComplaintKind.BandSaturated => "band {0}: saturated: lower gain or integration",
        ComplaintKind.BandTooDark => "band {0}: too dark: raise integration, or clean the window",
        ComplaintKind.BandDarkIsLit => "band {0}: the dark is not dark: light gets in",
        ComplaintKind.BandUnrepeatable => "band {0}: shots of one panel differ by more than 1 %: the head moves or the lamp is not warm",
        ComplaintKind.BandChanged => "band {0}: changed by more than 5 % since the last white: window, lamp or panel",
        ComplaintKind.TileDiffers => "band {0}: the tile reflects {1}, its maker says {2}",
        ComplaintKind.TileAtOtherGain => "the tile was shot at another gain than the panel: shoot it again",
        ComplaintKind.SpanSmall => "air and water differ by {0} counts only; a sound probe shows {1} and more",
        ComplaintKind.TakenUnsettled => "{0}: taken although the probe was not settled ({1})",
        ComplaintKind.TooFewPoints => "{0} points do not fix {1} coefficients and what is left over; give each point its uncertainty, or more points.",
        ComplaintKind.PointsShareAPlace => "These points do not fix the coefficients: too many of them share a place.",
        ComplaintKind.TooFewCores => "A moisture curve needs at least {0} gravimetric points; here are {1}.",
        ComplaintKind.ImpossibleWater => "A water content of {0} m3/m3 cannot be.",
        ComplaintKind.UncertaintyMissing => "Each point's uncertainty must be above zero.",
        _ => throw new ArgumentOutOfRangeException(nameof(Kind)),
    }, Parts);

    public bool Equals(Complaint? other) => other is not null && Kind == other.Kind && Parts.SequenceEqual(other.Parts);
    public override int GetHashCode() => Parts.Aggregate((int)Kind, HashCode.Combine);
}

/// <summary>No curve can be made of these points.</summary>
public sealed class CannotFitException(Complaint complaint) : ArgumentException(complaint.ToString())
{
    public Complaint Complaint => complaint;
}

using FourPerMille.Sensor.Estimation.Uncertainty;

namespace FourPerMille.Sensor.Estimation.RothC;

/// <summary>
/// Water contents of a soil from its texture (Saxton and Rawls 2006, SSSAJ 70, 1569-1578, Table 1), m3/m3, with the standard errors of
/// estimate printed there. They bound a probe's depletion where the site gave no better ones.
/// </summary>
/// <param name="WiltingPoint">At 1500 kPa.</param>
/// <param name="FieldCapacity">At 33 kPa.</param>
/// <param name="Saturation">At 0 kPa; ISMN's saturation point.</param>
public readonly record struct SaxtonRawls(InputQuantity WiltingPoint, InputQuantity FieldCapacity, InputQuantity Saturation)
{
    const double WiltingPointError = 0.02, FieldCapacityError = 0.05, SaturationError = 0.04;

    /// <param name="organicMatterPercent">% by mass, at most 8: beyond, the equations do not hold.</param>
    public static SaxtonRawls Of(double sandPercent, double clayPercent, double organicMatterPercent)
    {
        if (!(sandPercent >= 0 && clayPercent >= 0 && sandPercent + clayPercent <= 100)) throw new ArgumentException("Sand and clay are percentages of the fine earth.");
        if (!(organicMatterPercent is >= 0 and <= 8)) throw new ArgumentOutOfRangeException(nameof(organicMatterPercent), "Saxton and Rawls cover soils of up to 8 % organic matter.");
        double s = sandPercent / 100, c = clayPercent / 100, om = organicMatterPercent;
        double dry = -0.024 * s + 0.487 * c + 0.006 * om + 0.005 * s * om - 0.013 * c * om + 0.068 * s * c + 0.031; // Eq. 1
        double wiltingPoint = dry + (0.14 * dry - 0.02);
        double moist = -0.251 * s + 0.195 * c + 0.011 * om + 0.006 * s * om - 0.027 * c * om + 0.452 * s * c + 0.299; // Eq. 2
        double fieldCapacity = moist + (1.283 * moist * moist - 0.374 * moist - 0.015);
        double drainable = 0.278 * s + 0.034 * c + 0.022 * om - 0.018 * s * om - 0.027 * c * om - 0.584 * s * c + 0.078; // Eq. 3
        double saturation = fieldCapacity + (drainable + (0.636 * drainable - 0.107)) - 0.097 * s + 0.043; // Eq. 5
        return new(new("wilting point", wiltingPoint, WiltingPointError), new("field capacity", fieldCapacity, FieldCapacityError), new("saturation", saturation, SaturationError));
    }

    /// <summary>RothC's moisture modifier of a measured water content with the uncertainty of all three water contents.</summary>
    public GumBudget MoistureModifier(InputQuantity waterContent) =>
        GumBudget.Of([waterContent, FieldCapacity, WiltingPoint], x => RateModifiers.OfProbe(new ProbeWater(x[0], x[1], x[2])));
}

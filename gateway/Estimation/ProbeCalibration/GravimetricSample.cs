namespace FourPerMille.Sensor.Estimation.ProbeCalibration;

/// <summary>
/// A soil core of known volume, weighed moist and after the oven (105 °C to constant mass, ISO 11465; bulk density ISO 11272): the water
/// content a moisture probe is calibrated against.
/// </summary>
public sealed record GravimetricSample
{
    /// <summary>
    /// Relative standard uncertainty of the volume of a ring driven in by hand: its own dimensions by caliper and how well it is filled (ISO 11272). The
    /// part that differs from core to core also shows in the scatter about a curve; what all cores of a ring have in common does not.
    /// </summary>
    public const double VolumeShare = 0.02;

    /// <summary>Standard uncertainty of one weighing, g.</summary>
    public const double BalanceGrams = 0.05;

    /// <summary>Of water at 20 °C, g/cm3.</summary>
    const double WaterDensity = 0.998;

    /// <summary>Between peat and compacted subsoil; beyond it a mass or the volume was mistyped.</summary>
    const double LeastBulkDensity = 0.1, LargestBulkDensity = 2.2;

    /// <summary>Of mineral particles, g/cm3 (Hillel 1998): what they take up leaves the pores.</summary>
    const double ParticleDensity = 2.65;

    /// <summary>Soil swells, volumes are measured by hand: water may exceed the computed pores by so much.</summary>
    const double PoreMargin = 0.05;

    /// <param name="tareGrams">The empty tin.</param>
    /// <param name="wetGrams">Tin and moist soil.</param>
    /// <param name="dryGrams">Tin and oven-dry soil.</param>
    /// <param name="volumeCm3">Of the core, undisturbed.</param>
    /// <exception cref="ArgumentException">Masses that no soil has; the message says which and why.</exception>
    public GravimetricSample(double tareGrams, double wetGrams, double dryGrams, double volumeCm3)
    {
        Require(tareGrams >= 0 && double.IsFinite(tareGrams), $"The empty tin weighs {tareGrams} g: a mass is zero or more.");
        Require(dryGrams > tareGrams, $"Tin and dry soil weigh {dryGrams} g, not more than the empty tin, {tareGrams} g.");
        Require(wetGrams >= dryGrams, $"Tin and moist soil weigh {wetGrams} g, less than after the oven, {dryGrams} g: moist and dry may be swapped.");
        Require(volumeCm3 is >= 5 and <= 2000, $"A core of {volumeCm3} cm3: it holds 5 to 2000.");
        (TareGrams, WetGrams, DryGrams, VolumeCm3) = (tareGrams, wetGrams, dryGrams, volumeCm3);
        Require(BulkDensity is >= LeastBulkDensity and <= LargestBulkDensity,
            FormattableString.Invariant($"Bulk density comes to {BulkDensity:0.00} g/cm3; soils lie in {LeastBulkDensity} to {LargestBulkDensity}. Look at the volume and the masses again."));
        Require(Theta <= 1 - BulkDensity / ParticleDensity + PoreMargin,
            FormattableString.Invariant($"Water content comes to {Theta:0.00} m3/m3, more than the pores of a soil of {BulkDensity:0.00} g/cm3 hold. Look at the masses again."));
    }

    public double TareGrams { get; }
    public double WetGrams { get; }
    public double DryGrams { get; }
    public double VolumeCm3 { get; }

    /// <summary>Dry mass over volume, g/cm3.</summary>
    public double BulkDensity => (DryGrams - TareGrams) / VolumeCm3;

    /// <summary>Volumetric water content, m3/m3.</summary>
    public double Theta => (WetGrams - DryGrams) / WaterDensity / VolumeCm3;

    /// <summary>Standard uncertainty of <see cref="Theta"/>, m3/m3 (GUM eq. 10): two readings of the balance and the volume of the core.</summary>
    /// <param name="balanceGrams">Standard uncertainty of one weighing.</param>
    /// <param name="volumeShare">Relative standard uncertainty of the volume; 2 % for a ring driven in by hand.</param>
    public double StandardUncertainty(double balanceGrams = BalanceGrams, double volumeShare = VolumeShare) =>
        double.Hypot(Math.Sqrt(2) * balanceGrams / WaterDensity / VolumeCm3, Theta * volumeShare);

    static void Require(bool met, string what)
    {
        if (!met) throw new ArgumentException(what);
    }
}

namespace FourPerMille.Sensor.Estimation.Programmes;

/// <summary>
/// Uncertainty as FAO's GSOCseq reports it (GSOCseq Technical Specifications, Peralta et al. 2020): U% = 100 (UL - LL)/(2 mean), and the relative
/// standard uncertainties it assumes where a country states none. Reported beside a result; nothing is taken off for it.
/// </summary>
public static class GsocSeq
{
    public const double Temperature = 0.02, Precipitation = 0.05, Clay = 0.10, InitialStock = 0.20, CarbonInput = 0.15;

    /// <param name="lower">Lower and upper limit of the same quantity as the mean.</param>
    public static double UncertaintyPercent(double mean, double lower, double upper) =>
        mean > 0 && upper >= lower ? 100 * (upper - lower) / (2 * mean) : throw new ArgumentException("A percentage needs a mean above zero and limits in their order.");
}

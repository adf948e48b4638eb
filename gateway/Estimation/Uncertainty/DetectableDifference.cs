using MathNet.Numerics.Distributions;

namespace FourPerMille.Sensor.Estimation.Uncertainty;

/// <summary>
/// The smallest true change a campaign of n points would find, at a two-sided significance level and with a power:
/// MDD = sqrt(2 s^2/n) (t_{1-a/2} + t_power), or for paired points s_d/sqrt(n) (...). Student's t with the design's degrees of freedom.
/// </summary>
public static class DetectableDifference
{
    /// <param name="spread">Standard deviation between points in one campaign.</param>
    /// <param name="points">Points in each campaign.</param>
    public static double Unpaired(double spread, int points, double significance = 0.05, double power = 0.8) =>
        Math.Sqrt(2 * spread * spread / AtLeastTwo(points)) * Quantiles(2 * points - 2, significance, power);

    /// <param name="spreadOfDifferences">Standard deviation of the differences at revisited points.</param>
    public static double Paired(double spreadOfDifferences, int points, double significance = 0.05, double power = 0.8) =>
        spreadOfDifferences / Math.Sqrt(AtLeastTwo(points)) * Quantiles(points - 1, significance, power);

    static double Quantiles(int degreesOfFreedom, double significance, double power) =>
        StudentT.InvCDF(0, 1, degreesOfFreedom, 1 - significance / 2) + StudentT.InvCDF(0, 1, degreesOfFreedom, power);

    static int AtLeastTwo(int points) => points >= 2 ? points : throw new ArgumentOutOfRangeException(nameof(points), "A spread needs two points.");
}

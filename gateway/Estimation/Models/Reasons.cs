namespace FourPerMille.Sensor.Estimation.Models;

/// <summary>The sentences a prediction gives instead of, or beside, a number. Fixed, so that a batch allocates none.</summary>
static class Reasons
{
    public const string NotWhole = "a band is missing, saturated or without light";
    public const string WholeSpectrum = "a spectrum with a value in every band";
    public const string MoistureUnknown = "the model needs the soil's moisture and it is unknown";
    public const string MoistureProbe = "a reading of the moisture probe beside the spectral head";
    public const string InstrumentRules = "the spectral head's own error rules: more than four fifths of the variance";
    public const string FreshWhite = "a new white reference of the head, with its check tile";
    public const string LocalCores = "30 local cores with laboratory values, to spike the calibration";

    public static string Beyond(double t2, double q) => t2 > 1 && q > 1
        ? "outside the calibration: T2 and Q beyond their limits"
        : t2 > 1 ? "outside the calibration: T2 beyond its limit" : "outside the calibration: Q beyond its limit";

    public static string Far(double t2, double q) => t2 >= q
        ? "far outside the calibration: T2 many times its limit"
        : "far outside the calibration: Q many times its limit";
}

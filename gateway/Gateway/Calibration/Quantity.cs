namespace FourPerMille.Sensor.Gateway.Calibration;

/// <summary>
/// A measured quantity as the gateway states it.
/// </summary>
/// <param name="Name">moisture, soilTemperature, airTemperature, humidity, pressure, co2, battery.</param>
/// <param name="DepthCm">Null where depth has no meaning.</param>
/// <param name="Value">Null where none can be stated; <paramref name="Notes"/> says why.</param>
/// <param name="StandardUncertainty">In <paramref name="Unit"/>; null with the value.</param>
/// <param name="Certificate">The certificate applied; null where the maker's data sheet stands in.</param>
public sealed record Quantity(string Name, double? DepthCm, double? Value, double? StandardUncertainty, string Unit, IssuedCertificate? Certificate, IReadOnlyList<string> Notes)
{
    public static Quantity None(string name, double? depthCm, string unit, string why) => new(name, depthCm, null, null, unit, null, [why]);
}

/// <summary>Reflectance by rising wavelength; a band without light or with too much is not a number.</summary>
public sealed record ReflectanceSpectrum(double[] Reflectance, IssuedCertificate Certificate, IReadOnlyList<string> Notes);

/// <summary>What stands beside a value that is not as good as it could be. Fixed words: records and the console show them.</summary>
public static class Note
{
    public const string NotMeasured = "not measured";
    public const string NoCertificate = "no certificate at the reading's time";
    public const string Expired = "certificate expired";
    public const string DataSheet = "maker's data sheet, not certified";
    public const string BeyondPoints = "outside the calibrated points";
    public const string OtherGain = "gain differs from the white reference";
    public const string TimeUnknown = "time known to no better than a day";
}

namespace UnitsNet;

// Of UnitsNet only what air sensors speak of; Parts.txt keeps the reference to these members.

public struct Temperature
{
    const double KelvinAtZeroCelsius = 273.15;

    Temperature(double celsius) => DegreesCelsius = celsius;

    public double DegreesCelsius { get; }
    public double Kelvins => DegreesCelsius + KelvinAtZeroCelsius;

    public static Temperature FromDegreesCelsius(double degreescelsius) => new(degreescelsius);
    public static Temperature FromKelvins(double kelvins) => new(kelvins - KelvinAtZeroCelsius);
}

public struct Pressure
{
    Pressure(double pascals) => Pascals = pascals;

    public double Pascals { get; }
    public double Hectopascals => Pascals / 100;

    public static Pressure FromPascals(double pascals) => new(pascals);
    public static Pressure FromHectopascals(double hectopascals) => new(hectopascals * 100);
}

public struct RelativeHumidity
{
    RelativeHumidity(double percent) => Percent = percent;

    public double Percent { get; }

    public static RelativeHumidity FromPercent(double percent) => new(percent);
}

public struct Length
{
    Length(double meters) => Meters = meters;

    public double Meters { get; }

    public static Length FromMeters(double meters) => new(meters);
}

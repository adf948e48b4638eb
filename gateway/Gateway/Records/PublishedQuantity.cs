namespace FourPerMille.Sensor.Gateway.Records;

/// <summary>A measured quantity as it is published: its address in a vocabulary, and the digits behind the point, one more than its probe resolves.</summary>
public sealed record PublishedQuantity(string Property, int Digits)
{
    static readonly Dictionary<string, PublishedQuantity> ByName = new()
    {
        ["moisture"] = new(Vocabulary.WaterContent, 4),
        ["soilTemperature"] = new(Vocabulary.SoilTemperature, 3),
        ["airTemperature"] = new(Vocabulary.AirTemperature, 3),
        ["humidity"] = new(Vocabulary.RelativeHumidity, 1),
        ["pressure"] = new(Vocabulary.AirPressure, 0),
        ["co2"] = new(Vocabulary.CarbonDioxide, 0),
        ["battery"] = new(Vocabulary.BatteryVoltage, 0),
    };

    /// <param name="name">As the calibrator calls it.</param>
    public static PublishedQuantity Of(string name) => ByName.TryGetValue(name, out var found) ? found
        : throw new ArgumentOutOfRangeException(nameof(name), name, "A quantity without a place in the vocabulary.");
}

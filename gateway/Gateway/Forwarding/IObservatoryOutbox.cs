using System.Globalization;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Mrv;
using FourPerMille.Sensor.Mrv.Records;

namespace FourPerMille.Sensor.Gateway.Forwarding;

/// <summary>Where slices put what the observatory shall get. Records need no putting: the log is forwarded as it grows.</summary>
public interface IObservatoryOutbox
{
    /// <summary>
    /// Keeps observations of one series for the observatory, within the caller's transaction. A reading put again, even years later, is not
    /// sent again, unless as a later version. Does nothing where no observatory is configured.
    /// </summary>
    void Enqueue(WriteSession session, ObservedSeries series, IEnumerable<Observation> observations);
}

/// <summary>One quantity of one node at one depth, calculated by one procedure: a Datastream of SensorThings.</summary>
public sealed record ObservedSeries
{
    public required string Node { get; init; }
    public required string Site { get; init; }
    public required string Region { get; init; }
    public string? Twin { get; init; }
    public string? Parcel { get; init; }

    /// <summary>project or control.</summary>
    public string Role { get; init; } = "project";
    public required ObservedQuantity Quantity { get; init; }

    /// <summary>Below the surface; null for what has no depth.</summary>
    public double? DepthCm { get; init; }

    /// <summary>Serial of the probe, or its part number.</summary>
    public required string Probe { get; init; }

    /// <summary>The record of the certificate or model the values were calculated with; null for the maker's data sheet.</summary>
    public RecordId? Procedure { get; init; }

    public string Key => string.Join('/', Node, Quantity.Name, DepthCm?.ToString(CultureInfo.InvariantCulture) ?? "-", Procedure?.Hex[..16] ?? "data-sheet");
}

/// <summary>What is observed, in a vocabulary and in UCUM.</summary>
/// <param name="Components">Names of the places of an array where one observation has several values (a MultiDatastream of SensorThings).</param>
public sealed record ObservedQuantity(string Name, string Definition, string UnitName, string Ucum, IReadOnlyList<string>? Components = null)
{
    public static ObservedQuantity WaterContent { get; } = new("soil-water-content", Vocabulary.WaterContent, "cubic metre per cubic metre", "m3/m3");
    public static ObservedQuantity SoilTemperature { get; } = new("soil-temperature", Vocabulary.SoilTemperature, "degree Celsius", "Cel");
    public static ObservedQuantity AirTemperature { get; } = new("air-temperature", Vocabulary.AirTemperature, "degree Celsius", "Cel");
    public static ObservedQuantity RelativeHumidity { get; } = new("relative-humidity", Vocabulary.RelativeHumidity, "percent", "%");
    public static ObservedQuantity AirPressure { get; } = new("air-pressure", Vocabulary.AirPressure, "pascal", "Pa");
    public static ObservedQuantity CarbonDioxide { get; } = new("carbon-dioxide", Vocabulary.CarbonDioxide, "parts per million", "[ppm]");
    public static ObservedQuantity BatteryVoltage { get; } = new("battery-voltage", Vocabulary.BatteryVoltage, "millivolt", "mV");
    public static ObservedQuantity OrganicCarbon { get; } = new("soil-organic-carbon", Vocabulary.OrganicCarbon, "gram per kilogram", "g/kg");

    /// <summary>The 18 bands of the spectral head, by rising wavelength.</summary>
    public static ObservedQuantity Reflectance { get; } = new("reflectance", Vocabulary.Reflectance, "one", "1",
        [.. Estimates.ModelTraining.BandsNm.Select(nm => string.Create(CultureInfo.InvariantCulture, $"reflectance at {nm} nm"))]);
}

/// <summary>One value of a series.</summary>
/// <param name="Epoch">With <paramref name="Sequence"/> the reading it comes from.</param>
/// <param name="EarliestUtc">With <paramref name="LatestUtc"/> the interval in which it was taken.</param>
/// <param name="AcceptedUtc">When the gateway accepted the reading.</param>
/// <param name="Result">A decimal, at the digits it is published with (<see cref="Decimals"/>); a JSON array of them for a quantity with components.</param>
/// <param name="Flag">QARTOD: 1 pass, 2 not evaluated, 3 suspect, 4 fail, 9 missing.</param>
/// <param name="StandardUncertainty">A decimal, k = 1; null where none is stated.</param>
/// <param name="Version">1, and one more each time something else is stated of the same reading in the same series.</param>
/// <param name="Supersedes">The observation this one takes the place of: the version before, or the same reading under another certificate.</param>
public sealed record Observation(
    uint Epoch, uint Sequence, DateTimeOffset EarliestUtc, DateTimeOffset LatestUtc, DateTimeOffset AcceptedUtc, string Result, int Flag, string? StandardUncertainty = null,
    int Version = 1, RecordId? Supersedes = null)
{
    /// <summary>The id it carries in <c>parameters.recordId</c>: the same version of the same reading of the same series always has the same.</summary>
    public RecordId IdIn(ObservedSeries series)
    {
        var named = new JsonObject { ["series"] = series.Key, ["epoch"] = Epoch, ["sequence"] = Sequence };
        if (Version > 1) named["version"] = Version;
        return RecordId.Of(CanonicalJson.Bytes(named));
    }
}

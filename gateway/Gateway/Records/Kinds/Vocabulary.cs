using System.Collections;
using System.Text.Json.Nodes;

namespace FourPerMille.Sensor.Gateway.Records;

/// <summary>Addresses of what is observed: GLOSIS for soil, CF standard names for the rest.</summary>
public static class Vocabulary
{
    const string Cf = "http://vocab.nerc.ac.uk/standard_name/";

    public const string OrganicCarbon = "http://w3id.org/glosis/model/codelists/physioChemicalPropertyCode-Carorg";
    public const string WaterContent = Cf + "volume_fraction_of_condensed_water_in_soil";
    public const string SoilTemperature = Cf + "soil_temperature";
    public const string AirTemperature = Cf + "air_temperature";
    public const string RelativeHumidity = Cf + "relative_humidity";
    public const string AirPressure = Cf + "air_pressure";
    public const string CarbonDioxide = Cf + "mole_fraction_of_carbon_dioxide_in_air";
    public const string Reflectance = Cf + "surface_bidirectional_reflectance";
    public const string BatteryVoltage = Cf + "battery_voltage";
}

/// <summary>Names and values of a body as they are written down; those without a value are left out, never written as null.</summary>
sealed class RecordBody : IEnumerable
{
    readonly JsonObject _fields = [];

    public JsonNode? this[string name] { set => _fields[name] = value; }

    public JsonObject WithoutNulls()
    {
        foreach (var name in _fields.Where(f => f.Value is null).Select(f => f.Key).ToList()) _fields.Remove(name);
        return _fields;
    }

    public static implicit operator JsonObject(RecordBody body) => body._fields;
    IEnumerator IEnumerable.GetEnumerator() => _fields.GetEnumerator();
}

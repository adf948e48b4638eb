using FourPerMille.Sensor.Sim.Field;
using FourPerMille.Sensor.Sim.Field.Spectra;

namespace FourPerMille.Sensor.Sim.Fleet;

/// <summary>Where a node stands and what is true there. Only the simulator knows this; the gateway gets depths and names.</summary>
/// <param name="Id">16 lower-case hexadecimal digits, for LoRaWAN the DevEUI.</param>
/// <param name="Label">Short, for people: B1.</param>
/// <param name="SpeaksLoRa">LoRaWAN instead of Wi-Fi.</param>
public sealed record NodeSite(string Id, string Label, Region Region, double EastMetres, double NorthMetres, bool SpeaksLoRa,
    Specimen Specimen, IGround Ground)
{
    /// <summary>The head looks at the soil at the depth of the shallowest probe, so that its water is measured.</summary>
    public const double HeadDepthCm = 5;

    public static IReadOnlyList<double> DepthsCm { get; } = [5, 20, 50];

    public double TrueSocGramsPerKg => Specimen.Soil.SocGramsPerKg;

    public string MoistureSerial(int channel) => $"CM-{Label}-{channel + 1}";

    public string HeadSerial => $"AS-{Label}";

    /// <summary>48 bits; rising with the depth, because the firmware gives thermometers their depths in that order.</summary>
    public long ThermometerSerial(int channel) => (Convert.ToInt64(Id[^8..], 16) << 8 | (uint)(channel + 1)) & 0xFFFF_FFFF_FFFF;
}

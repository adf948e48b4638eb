using FourPerMille.Sensor.Gateway.Calibration;

namespace FourPerMille.Sensor.Gateway.Technician.Web;

/// <summary>A quantity in the units people read: percent of volume, degrees, hectopascals, volts. Records keep their own.</summary>
public sealed record Shown(double? Value, double? StandardUncertainty, string Unit)
{
    public static Shown Of(Quantity quantity)
    {
        var (factor, unit) = quantity.Unit switch
        {
            "m3/m3" => (100, "% vol"),
            "Cel" => (1, "°C"),
            "Pa" => (0.01, "hPa"),
            "mV" => (0.001, "V"),
            var same => (1.0, same),
        };
        return new Shown(quantity.Value * factor, quantity.StandardUncertainty * factor, unit);
    }

    /// <summary>A fixed note of <see cref="Note"/> as the language files' key.</summary>
    public static string Key(string note) => string.Concat(note.Select(c => char.IsLetterOrDigit(c) ? c : '-'));
}

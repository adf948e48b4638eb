using System.Globalization;
using FourPerMille.Sensor.Gateway.Technician.Health;

namespace FourPerMille.Sensor.Gateway.Technician.Doctor;

/// <summary>
/// What Linux tells of the machine's supply: a Raspberry Pi's undervoltage, a battery behind it. A board that browns out writes half a page and calls it
/// a bad card. Where nothing is told, nothing is found.
/// </summary>
static class PowerCheck
{
    /// <summary>raspberrypi_hwmon and the firmware's get_throttled (raspberrypi.com, "vcgencmd"): under 4.63 V now, and since the start.</summary>
    const int UndervoltageNow = 1 << 0, UndervoltageSeen = 1 << 16;

    /// <summary>What a power station of this size still gives for some hours.</summary>
    const int LowCharge = 20;

    const string Throttled = "devices/platform/soc/soc:firmware/get_throttled";

    /// <param name="root">/sys, or a test's copy of it.</param>
    public static IEnumerable<Finding> Run(string root = "/sys") => [.. Voltage(root), .. Battery(root)];

    static IEnumerable<Finding> Voltage(string root)
    {
        var bits = int.TryParse(Read(root, Throttled), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var told) ? told : 0;
        var alarms = Folders(root, "class/hwmon").Any(sensor => Read(sensor, "name") == "rpi_volt" && Read(sensor, "in0_lcrit_alarm") == "1");
        if (alarms || (bits & UndervoltageNow) != 0) yield return new(FindingKind.Undervoltage, Severity.Alarm, "power");
        else if ((bits & UndervoltageSeen) != 0) yield return new(FindingKind.UndervoltageSeen, Severity.Warning, "power");
    }

    static IEnumerable<Finding> Battery(string root)
    {
        var supplies = Folders(root, "class/power_supply").ToList();
        if (supplies.Any(supply => Read(supply, "type") is "Mains" or "USB" && Read(supply, "online") == "1")) yield break;
        foreach (var battery in supplies.Where(supply => Read(supply, "type") == "Battery" && Read(supply, "status") == "Discharging"))
            if (int.TryParse(Read(battery, "capacity"), NumberStyles.None, CultureInfo.InvariantCulture, out var percent))
                yield return new(FindingKind.OnBattery, percent < LowCharge ? Severity.Alarm : Severity.Note, Path.GetFileName(battery), percent);
    }

    static IEnumerable<string> Folders(string root, string path) => Path.Combine(root, path) is var folder && Directory.Exists(folder) ? Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal) : [];

    static string? Read(string folder, string name)
    {
        try { return Path.Combine(folder, name) is var file && File.Exists(file) ? File.ReadAllText(file).Trim() : null; }
        catch (Exception hidden) when (hidden is IOException or UnauthorizedAccessException) { return null; }
    }
}

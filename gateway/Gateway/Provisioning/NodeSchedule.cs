using System.Globalization;
using FourPerMille.Sensor.Gateway.Provisioning.Configurations;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Gateway.Provisioning;

/// <summary>
/// Thresholds of a node's schedule, as they go into its identity file. They are the same settings that a configuration can change later; ranges and
/// usual values are the node's own (<see cref="Setting"/>).
/// </summary>
public static class NodeSchedule
{
    /// <summary>Name of the setting, its key in identity.txt, and what it does.</summary>
    static readonly (string Setting, string Key, string What)[] All =
    [
        ("spectralAboveCounts", "spectral_above_counts", "Bands only while the shallowest moisture probe shows at least so many counts (more is drier)"),
        ("spectralDays", "spectral_days", "Bands at least every so many days, however wet"),
        ("jumpCounts", "jump_counts", "Send early when a moisture channel moved so far since it was last sent; 0 never"),
        ("quietFromHour", "quiet_from_hour", "UTC hour at which nothing is sent any more"),
        ("quietHours", "quiet_hours", "For how many hours nothing is sent; 0 for none"),
        ("batteryLowMillivolts", "battery_low_mv", "Below it the node measures less often"),
        ("batterySendMillivolts", "battery_send_mv", "Below it the node sends no more"),
        ("batteryFloorMillivolts", "battery_floor_mv", "Below it one reading a day"),
    ];

    public static IEnumerable<string> Settings => All.Select(setting => setting.Setting);

    /// <summary>For who types it: what it does, its range and what it is where nobody says.</summary>
    public static string Describe(string setting)
    {
        var tag = SettingNames.Tags[setting];
        return string.Create(CultureInfo.InvariantCulture, $"{All.Single(s => s.Setting == setting).What}: {Setting.LowestOf(tag)} to {Setting.HighestOf(tag)}, usually {Setting.UsualOf(tag)}.");
    }

    /// <summary>The lines of identity.txt, in the order of the table.</summary>
    internal static IEnumerable<(string Key, int Value)> Lines(IReadOnlyDictionary<string, int> schedule) =>
        from setting in All where schedule.ContainsKey(setting.Setting) select (setting.Key, schedule[setting.Setting]);

    /// <summary>Puts the thresholds over what a node has without them.</summary>
    internal static void Set(NodeConfiguration settings, IReadOnlyDictionary<string, int> schedule)
    {
        foreach (var (name, value) in schedule) settings.Set(SettingNames.Tags[name], (uint)value);
    }

    /// <exception cref="InputRefused">A name or a value that no node knows, or battery steps that do not rise.</exception>
    internal static void Check(IReadOnlyDictionary<string, int> schedule, string where)
    {
        foreach (var (name, value) in schedule)
        {
            if (!Settings.Contains(name)) throw new InputRefused($"{where}.{name}: is no threshold of a schedule. There are {string.Join(", ", Settings)}.") { Key = "refusal.setting-unknown", Parts = [name] };
            var tag = SettingNames.Tags[name];
            if (value < 0 || !Setting.Allows(tag, (uint)value))
                throw new InputRefused($"{where}.{name}: {value} must lie in {Setting.LowestOf(tag)} to {Setting.HighestOf(tag)}.") { Key = "refusal.setting-range", Parts = [name, Setting.LowestOf(tag), Setting.HighestOf(tag)] };
        }
        int[] steps = [.. new[] { "batteryFloorMillivolts", "batterySendMillivolts", "batteryLowMillivolts" }.Select(name => schedule.GetValueOrDefault(name, (int)Setting.UsualOf(SettingNames.Tags[name])))];
        if (steps[0] > steps[1] || steps[1] > steps[2])
            throw new InputRefused($"{where}: the battery's steps must rise, but are {steps[0]} (floor), {steps[1]} (send) and {steps[2]} mV (low).") { Key = "refusal.battery-steps" };
    }
}

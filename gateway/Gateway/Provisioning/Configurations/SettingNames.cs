using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Gateway.Provisioning.Configurations;

/// <summary>A configuration's settings as people and programs write them, and as they travel.</summary>
static class SettingNames
{
    public static readonly IReadOnlyDictionary<string, byte> Tags = new Dictionary<string, byte>
    {
        ["intervalMinutes"] = Setting.IntervalMinutes, ["spectralEvery"] = Setting.SpectralEvery, ["co2Every"] = Setting.Co2Every, ["sendEvery"] = Setting.SendEvery,
        ["spectralAboveCounts"] = Setting.SpectralAboveCounts, ["spectralDays"] = Setting.SpectralDays, ["jumpCounts"] = Setting.JumpCounts,
        ["quietFromHour"] = Setting.QuietFromHour, ["quietHours"] = Setting.QuietHours, ["batteryLowMillivolts"] = Setting.BatteryLowMillivolts,
        ["batterySendMillivolts"] = Setting.BatterySendMillivolts, ["batteryFloorMillivolts"] = Setting.BatteryFloorMillivolts,
        ["host"] = Setting.Host, ["port"] = Setting.Port,
    };

    public static string Of(byte tag) => tag == Setting.BenchOrder ? "bench" : Tags.FirstOrDefault(setting => setting.Value == tag).Key ?? $"setting {tag}";

    public static JsonObject Show(NodeConfiguration configuration) => new(
        from setting in Tags
        where configuration.Names(setting.Value)
        select KeyValuePair.Create(setting.Key, Setting.IsText(setting.Value) ? (JsonNode?)configuration.Host : configuration.Get(setting.Value)));

    /// <summary>Takes named values over; null gives a setting back to the identity file.</summary>
    /// <exception cref="InputRefused">An unknown name, or a value that no node could work with.</exception>
    public static NodeConfiguration With(NodeConfiguration before, JsonObject changes)
    {
        if (changes.Select(change => change.Key).FirstOrDefault(name => !Tags.ContainsKey(name)) is { } unknown)
            throw new InputRefused($"{unknown}: is no setting of a node. There are {string.Join(", ", Tags.Keys)}.") { Key = "refusal.setting-unknown", Parts = [unknown] };
        var after = new NodeConfiguration { Version = 1 };
        foreach (var (name, tag) in Tags)
        {
            if (!changes.TryGetPropertyValue(name, out var value)) CopySetting(before, after, tag);
            else if (value is not null) Take(after, name, tag, value);
        }
        return after;
    }

    /// <summary>The settings of one configuration over those of another; a bench order is none.</summary>
    public static NodeConfiguration Over(NodeConfiguration upper, NodeConfiguration lower)
    {
        var both = new NodeConfiguration { Version = 1 };
        foreach (var tag in Tags.Values) CopySetting(upper.Names(tag) ? upper : lower, both, tag);
        return both;
    }

    static void CopySetting(NodeConfiguration from, NodeConfiguration to, byte tag)
    {
        if (!from.Names(tag)) return;
        if (Setting.IsText(tag)) to.SetHost(from.Host);
        else to.Set(tag, from.Get(tag));
    }

    static void Take(NodeConfiguration into, string name, byte tag, JsonNode value)
    {
        if (Setting.IsText(tag))
        {
            var host = value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : "";
            into.SetHost(host);
            if (host is "" or { Length: > Setting.MaxHostLength } || !host.All(IsHostCharacter))
                throw new InputRefused($"{name}: '{value}' is neither a host name nor an address of at most {Setting.MaxHostLength} characters.") { Key = "refusal.setting-host" };
            return;
        }
        var isNumber = uint.TryParse(value.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        if (!isNumber || !Setting.Allows(tag, number))
            throw new InputRefused($"{name}: '{value}' must be a whole number in {Setting.LowestOf(tag)} to {Setting.HighestOf(tag)}.") { Key = "refusal.setting-range", Parts = [name, Setting.LowestOf(tag), Setting.HighestOf(tag)] };
        into.Set(tag, number);
    }

    static bool IsHostCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '-';
}

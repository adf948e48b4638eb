using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Gateway.Provisioning;

/// <summary>A node that was enrolled here, with what proves that a frame is its own.</summary>
public sealed class Node
{
    readonly byte[] _password;

    public Node(long number, string id, byte[] key, byte[]? appKey, NodeSettings settings, DateTimeOffset enrolled)
    {
        (Number, Id, Key, AppKey, Settings, Enrolled) = (number, id, key, appKey, settings, enrolled);
        Keys = new FrameKeys(key, Convert.FromHexString(id));
        _password = Encoding.ASCII.GetBytes(Keys.MqttPassword());
        Topic = $"fpm/1/{settings.Site}/{id}/";
    }

    /// <summary>Stands for the node in the long tables.</summary>
    public long Number { get; }

    /// <summary>16 lower-case hexadecimal digits; for LoRaWAN the DevEUI.</summary>
    public string Id { get; }

    public NodeSettings Settings { get; }
    public FrameKeys Keys { get; }

    /// <summary>When its key was made: nothing it sends can be older.</summary>
    public DateTimeOffset Enrolled { get; }

    /// <summary>Since when it is no longer admitted; null while it is. What it sent stays.</summary>
    public DateTimeOffset? Retired { get; init; }

    /// <summary>What all topics of this node begin with.</summary>
    public string Topic { get; }

    internal byte[] Key { get; }
    internal byte[]? AppKey { get; }

    public bool HasPassword(ReadOnlySpan<byte> presented) => CryptographicOperations.FixedTimeEquals(presented, _password);
}

public enum NodeLink { Wifi, Lora }

/// <summary>Makes of LoRaWAN modem that the firmware speaks to.</summary>
public enum NodeModem
{
    [JsonStringEnumMemberName("rak3172")] Rak3172,
    [JsonStringEnumMemberName("lora-e5")] LoRaE5,
}

/// <summary>A control plot gets the same care as a project plot; its records say which it is.</summary>
public enum NodeRole { Project, Control }

/// <summary>What a technician decides about a node. Checked as a whole by <see cref="Checked"/>.</summary>
public sealed record NodeSettings
{
    /// <summary>The ESP32 keeps time in deep sleep on an RC oscillator unless a crystal is fitted. Half a percent bounds a recalibrated RC with margin.</summary>
    public const double RcOscillatorDriftPpm = 5000;

    public required string Site { get; init; }
    public required string Region { get; init; }
    public string? Twin { get; init; }
    public string? Parcel { get; init; }
    public NodeLink Link { get; init; }
    /// <summary>Of a LoRaWAN node; the node takes null for a RAK3172.</summary>
    public NodeModem? Modem { get; init; }
    public int IntervalMinutes { get; init; } = 60;
    /// <summary>A spectral shot in every n-th cycle.</summary>
    public int SpectralEvery { get; init; } = 24;
    /// <summary>CO2 in every n-th cycle; 0 where no head is fitted.</summary>
    public int Co2Every { get; init; }
    /// <summary>A transmission in every n-th cycle.</summary>
    public int SendEvery { get; init; } = 1;
    public double[] MoistureDepthsCm { get; init; } = [5, 15, 30];
    public double[] TemperatureDepthsCm { get; init; } = [5, 15, 30];
    /// <summary>Where the node finds the gateway.</summary>
    public string Host { get; init; } = "fpm-gateway.local";
    /// <summary>Null for the port the gateway listens on.</summary>
    public int? Port { get; init; }
    public NodeRole Role { get; init; }
    /// <summary>Thresholds of its schedule by name (<see cref="NodeSchedule"/>); what is not named is as the firmware has it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public IReadOnlyDictionary<string, int>? Schedule { get; init; }
    /// <summary>Bound on the rate error of the node's clock, in parts per million.</summary>
    public double DriftPpm { get; init; } = RcOscillatorDriftPpm;
    /// <summary>ISO 3166-1 alpha-2: decides the radio plan of a LoRaWAN node, where the region's name does not.</summary>
    public string? Country { get; init; }
    public RadioConfirmation? RadioConfirmation { get; init; }
    /// <summary>SHA-256 of the image flashed onto it, as <c>fpm firmware pack</c> prints it; null while nobody has said.</summary>
    public string? Firmware { get; init; }

    /// <exception cref="InputRefused">A value that no node could work with.</exception>
    public NodeSettings Checked(string where)
    {
        Require(IsName(Site), "site", $"'{Site}' must be 1 to 32 letters, digits, '-' or '_': it is part of a topic");
        Require(IsName(Region), "region", $"'{Region}' must be 1 to 32 letters, digits, '-' or '_'");
        Require(IntervalMinutes is >= 1 and <= 1440, "intervalMinutes", $"{IntervalMinutes} must lie in 1 to 1440");
        Require(SpectralEvery is >= 0 and <= 10_000, "spectralEvery", $"{SpectralEvery} must lie in 0 (never) to 10000");
        Require(Co2Every is >= 0 and <= 10_000, "co2Every", $"{Co2Every} must lie in 0 (no head) to 10000");
        Require(SendEvery is >= 1 and <= 1000, "sendEvery", $"{SendEvery} must lie in 1 to 1000");
        Require(AreDepths(MoistureDepthsCm), "moistureDepthsCm", "up to three depths below 300 cm, shallowest first");
        Require(AreDepths(TemperatureDepthsCm), "temperatureDepthsCm", "up to three depths below 300 cm, shallowest first");
        Require(Uri.CheckHostName(Host) != UriHostNameType.Unknown && Host.Length <= Setting.MaxHostLength, "host", $"'{Host}' is neither a host name nor an address of at most {Setting.MaxHostLength} characters");
        Require(Port is null or >= 1 and <= 65535, "port", $"{Port} must lie in 1 to 65535");
        Require(Firmware is null || Firmware.Length == 64 && Firmware.All(char.IsAsciiHexDigitLower), "firmware",
            "must be the 64 lower-case hexadecimal digits that 'fpm firmware pack' printed");
        NodeSchedule.Check(Schedule ?? new Dictionary<string, int>(), where + ".schedule");
        Require(DriftPpm is > 0 and <= 50_000, "driftPpm", $"{DriftPpm} must lie in 0 to 50000");
        return this;

        void Require(bool met, string field, string what)
        {
            // Each field's rule is worded as refusal.setting-<field>.
            if (!met) throw new InputRefused($"{where}.{field}: {what}.") { Key = "refusal.setting-" + field };
        }
    }

    static bool IsName(string? name) => name is { Length: > 0 and <= 32 } && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    static bool AreDepths(double[] depths) =>
        depths is { Length: <= Reading.DepthCount } && depths.All(d => d is > 0 and < 300) && depths.Zip(depths.Skip(1)).All(pair => pair.First < pair.Second);
}

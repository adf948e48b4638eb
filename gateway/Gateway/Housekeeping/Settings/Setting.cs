namespace FourPerMille.Sensor.Gateway.Housekeeping.Settings;

/// <summary>One thing that can be set: the same word in the configuration file, in the environment and on the command line of <c>fpm serve</c>.</summary>
/// <param name="Key">As it stands in the file, such as <c>mqtt-tls</c>.</param>
/// <param name="Property">The property of <see cref="GatewayOptions"/> it sets.</param>
/// <param name="Meaning">What it does, in what unit, and what holds without it; for the file's comment.</param>
/// <param name="Take">Options with this value. A <see cref="FormatException"/> says what the value should have been.</param>
/// <param name="Show">The value of given options as it would be written; null where nothing is set.</param>
sealed record Setting(string Key, string Property, string Meaning, Func<GatewayOptions, string, GatewayOptions> Take, Func<GatewayOptions, string?> Show)
{
    /// <summary>What to write where nothing is set by default; for the file's comment.</summary>
    public string? Example { get; init; }

    /// <summary>Shown to nobody.</summary>
    public bool IsSecret { get; init; }

    /// <summary>The same setting as an environment variable: <c>FPM_GATEWAY_MQTT_TLS</c>.</summary>
    public string Variable => Prefix + Key.ToUpperInvariant().Replace('-', '_');

    public const string Prefix = "FPM_GATEWAY_";
}

/// <summary>Something wrong with a setting: where it stands, what it is, what to do.</summary>
sealed record SettingFault(string Where, string What)
{
    public override string ToString() => $"{Where}: {What}";
}

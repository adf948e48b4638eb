namespace FourPerMille.Sensor.Sim.Energy;

/// <summary>What a part draws, in milliamperes at the cell: the regulator is linear, so current passes through it unchanged.</summary>
/// <param name="Source">Data sheet and section; "to be measured" where none tells.</param>
public sealed record Draw(string Part, string State, double Milliamperes, string Source);

/// <summary>The reference parts of hardware-docs/bill-of-materials.md. Everything the model knows about hardware is in this table.</summary>
public static class Draws
{
    public static Draw ProcessorWorks { get; } = new("ESP32, 240 MHz", "interpreting, radio off", 50,
        "ESP32 data sheet, \"Power Consumption by Power Modes\": modem-sleep at 240 MHz 30 to 68 mA; the middle, one of two cores being busy. To be measured");
    public static Draw ProcessorWaits { get; } = new("ESP32, 240 MHz", "waiting in Thread.Sleep", 30,
        "the same line, its lower end: both cores idle. To be measured");
    public static Draw ProcessorSleeps { get; } = new("ESP32", "deep sleep, timer", 0.010,
        "ESP32 data sheet, same table: deep-sleep, RTC timer and RTC memory 10 µA");
    public static Draw ModuleSleeps { get; } = new("WROVER-E module", "flash and PSRAM in deep sleep", 0.005,
        "to be measured; their supply is off in deep sleep, so this is an allowance");
    public static Draw Regulator { get; } = new("RT9080-30 regulator", "always", 0.002, "Richtek RT9080 data sheet, electrical characteristics: quiescent current 2 µA typical");
    public static Draw Divider { get; } = new("battery divider, 2 × 1 MΩ", "always", 0.00165, "3.3 V over 2 MΩ");
    public static Draw Switches { get; } = new("three load switches", "open", 0.0015, "0.5 µA each, an allowance for leakage. To be measured");
    public static Draw ModemSleeps { get; } = new("RAK3172", "asleep", 0.00169, "RAK3172 data sheet, \"Sleep Current\": 1.69 µA");
    public static Draw ModemSends { get; } = new("RAK3172", "sending, 868 MHz", 87, "RAK3172 data sheet, transmit mode at 20 dBm; 14 dBm draws less. To be measured");
    public static Draw ModemHears { get; } = new("RAK3172", "awake or receiving", 8.4, "RUI3 firmware: 8.4 mA was measured in a user's report (RAK forum 7754); the data sheet says 5.22 mA");
    public static Draw Probes { get; } = new("three moisture probes, three DS18B20, BME280", "fed", 19.5,
        "3 × 5 mA (usual capacitive boards; to be measured) + 3 × 1.5 mA (DS18B20 data sheet, active current, maximum); BME280 below 1 mA");
    public static Draw Head { get; } = new("AS7265x head", "fed, lamps a sixth of the time", 21.5,
        "ams AS7265x data sheet: 3 × 5 mA active, and three lamps of 12.5 mA for some 0.36 s of 2.1 s");
    public static Draw Co2 { get; } = new("SCD41", "single shots", 18, "Sensirion SCD4x data sheet, table of supply currents: average while measuring; peaks of 205 mA. To be measured");
    public static Draw WifiSession { get; } = new("ESP32", "Wi-Fi associated", 120,
        "ESP32 data sheet, \"RF Power-Consumption Specifications\": receiving 95 to 100 mA, sending 240 mA for some 15 % of the time");

    public static IReadOnlyList<Draw> All { get; } =
        [ProcessorWorks, ProcessorWaits, ProcessorSleeps, ModuleSleeps, Regulator, Divider, Switches, ModemSleeps, ModemSends, ModemHears, Probes, Head, Co2, WifiSession];

    /// <summary>What flows while the node sleeps, whatever it does awake.</summary>
    public static IReadOnlyList<Draw> Asleep(bool withModem) =>
        [ProcessorSleeps, ModuleSleeps, Regulator, Divider, Switches, .. withModem ? [ModemSleeps] : Array.Empty<Draw>()];
}

using FourPerMille.Sensor.VirtualBoard;

namespace FourPerMille.Sensor.Sim.Energy;

/// <summary>Everything that hardware-docs/power.md states: days measured on the virtual board, budgets made of them.</summary>
public sealed record PowerStudy(MeasuredDay ReferenceDay, Budget Reference, IReadOnlyList<Budget> SpreadingFactors, IReadOnlyList<Budget> Others, Assumptions Assumptions)
{
    public const double TargetMicroamperes = 120;
    public const int ReferenceSpreadingFactor = 9;

    const string Hourly = "interval_minutes=60\nspectral_every=24\n";

    public static PowerStudy Run(FirmwareImage firmware)
    {
        var hourly = WakeMeter.Run(firmware, Hourly);
        Budget LoRa(string name, MeasuredDay day, Assumptions? assume = null) => Budget.OverLoRa(name, day, ReferenceSpreadingFactor, assume);
        MeasuredDay With(string settings) => WakeMeter.Run(firmware, settings);
        var factors = Enumerable.Range(7, 6).Select(sf => Budget.OverLoRa($"LoRa SF{sf}", hourly, sf)).ToList();
        return new(hourly, factors[ReferenceSpreadingFactor - 7], factors,
        [
            LoRa("SF9, no bands", With("interval_minutes=60\nspectral_every=10000\n")),
            LoRa("SF9, bands every 6 h", With("interval_minutes=60\nspectral_every=6\n")),
            LoRa("SF9, bands every hour", With("interval_minutes=60\nspectral_every=1\n")),
            LoRa("SF9, bands daily, CO2 every 6 h", With(Hourly + "co2_every=6\n")),
            LoRa("SF9, every 15 minutes", With("interval_minutes=15\nspectral_every=96\n")),
            LoRa("SF9, every 6 hours", With("interval_minutes=360\nspectral_every=4\n")),
            LoRa("SF9, low battery (every 2 hours)", With("interval_minutes=120\nspectral_every=10000\n")),
            LoRa("SF9, first window after 5 s", hourly, new() { FirstWindowSeconds = 5 }),
            LoRa("SF9, every answer missed", hourly, new() { SilentShare = 1 }),
            Budget.OverWifi("Wi-Fi, hourly", hourly, hourly.Readings),
            Budget.OverWifi("Wi-Fi, every 6th reading", hourly, hourly.Readings / 6),
            Budget.OverWifi("Wi-Fi, once a day", hourly, 1),
        ], new());
    }

    /// <summary>The share of uplinks without an answer at which the reference reaches the target.</summary>
    public double SilentShareAtTarget
    {
        get
        {
            var none = Budget.OverLoRa("", ReferenceDay, ReferenceSpreadingFactor, new() { SilentShare = 0 }).AverageMicroamperes;
            var all = Budget.OverLoRa("", ReferenceDay, ReferenceSpreadingFactor, new() { SilentShare = 1 }).AverageMicroamperes;
            return (TargetMicroamperes - none) / (all - none);
        }
    }
}

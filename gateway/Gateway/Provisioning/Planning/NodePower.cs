namespace FourPerMille.Sensor.Gateway.Provisioning.Planning;

/// <summary>
/// What a node of given settings draws on average. Straight lines through the figures of hardware-docs/power.md, which come from the firmware's own run
/// on the virtual board and the data sheets' currents; a test holds these lines to that page. No board was measured: a development board with a USB
/// bridge draws a hundred times as much asleep.
/// </summary>
public static class NodePower
{
    const double SecondsPerDay = 86400;

    // Milliampere-seconds: of a day's sleep with and without a modem, and of one of each.
    const double SleepWithModem = 1887, SleepWithoutModem = 1741, EachReading = 147, EachShot = 160, EachCo2 = 745, EachWifiSession = 505, EachUplinkBesideAir = 82;

    /// <summary>A day's seal and its request for the time.</summary>
    const double UplinksBesideReadings = 2;

    /// <summary>The usual uplink is a delta, one with bands a keyframe, an answer an acknowledgement. Bytes with MAC.</summary>
    const int UsualBytes = 16, BandBytes = 51, AnswerBytes = 15;

    /// <summary>While the modem sends (87 mA) or hears (8.4 mA) the processor waits (30 mA); one answer in twenty is taken to stay out.</summary>
    const double SendingMilliamperes = 117, HearingMilliamperes = 38.4, AnsweredShare = 0.95;

    /// <param name="spreadingFactor">7 to 12; of no meaning over Wi-Fi.</param>
    public static double AverageMicroamperes(NodeSettings settings, int spreadingFactor)
    {
        var readings = SecondsPerDay / 60 / settings.IntervalMinutes;
        var shots = Every(settings.SpectralEvery);
        var charge = readings * EachReading + shots * EachShot + Every(settings.Co2Every) * EachCo2;
        charge += settings.Link == NodeLink.Lora
            ? SleepWithModem + (readings + UplinksBesideReadings) * EachUplink(spreadingFactor) + shots * SendingMilliamperes * (LoRaAirtime.Seconds(spreadingFactor, BandBytes) - LoRaAirtime.Seconds(spreadingFactor, UsualBytes))
            : SleepWithoutModem + Every(settings.SendEvery) * EachWifiSession;
        return charge / SecondsPerDay * 1000;

        double Every(int n) => n > 0 ? readings / n : 0;
    }

    static double EachUplink(int spreadingFactor) => EachUplinkBesideAir + SendingMilliamperes * LoRaAirtime.Seconds(spreadingFactor, UsualBytes)
        + AnsweredShare * HearingMilliamperes * LoRaAirtime.Seconds(spreadingFactor, AnswerBytes);
}

/// <summary>A cell a node may live on without sun; the figures and their sources are those of hardware-docs/power.md.</summary>
/// <param name="Name">As power.md names it; the console words it by <see cref="Word"/>.</param>
/// <param name="UsableShare">Above the voltage at which the node falls silent.</param>
/// <param name="ShareAtFreezing">Capacity at 0 °C as a share of that at 25 °C.</param>
/// <param name="SelfDischargeAYear">Share of the label at 25 °C; doubles every 10 °C.</param>
public sealed record NodeCell(string Word, string Name, double AmpereHours, double UsableShare, double ShareAtFreezing, double SelfDischargeAYear, double ShelfYears)
{
    const double HoursPerYear = 8766;

    public static IReadOnlyList<NodeCell> All { get; } =
    [
        new("lifepo4", "LiFePO4, one 26650", 3.3, 0.90, 0.85, 0.25, 10),
        new("li-ion", "Li-ion, two 18650 in parallel", 6.0, 0.85, 0.85, 0.20, 8),
        new("li-socl2", "Li-SOCl2, one D", 17, 0.70, 0.80, 0.02, 10),
    ];

    public double Years(double averageMicroamperes, PlaceWarmth place)
    {
        var capacityShare = place.ColdestMonthCelsius >= 25 ? 1 : Math.Max(0, 1 - (1 - ShareAtFreezing) * (25 - place.ColdestMonthCelsius) / 25);
        var lost = AmpereHours * SelfDischargeAYear * Math.Pow(2, (place.MeanCelsius - 25) / 10);
        return Math.Min(ShelfYears, AmpereHours * UsableShare * capacityShare / (averageMicroamperes / 1e6 * HoursPerYear + lost));
    }
}

/// <summary>How warm a place is, as far as a cell feels it.</summary>
public sealed record PlaceWarmth(double MeanCelsius, double ColdestMonthCelsius)
{
    /// <summary>The two places of power.md: the Beauce and the Borgou.</summary>
    public static PlaceWarmth Temperate { get; } = new(11.4, 3.4);
    public static PlaceWarmth Hot { get; } = new(27.2, 24.8);
}

namespace FourPerMille.Sensor.Gateway.Provisioning;

/// <summary>Who confirmed with the regulator that nodes may transmit by a plan, and when. Names stay out of the log; it holds a commitment.</summary>
/// <param name="Authority">The regulator, such as AMRTP in Mali or ARPTC in DR Congo.</param>
/// <param name="By">The technician who asked.</param>
/// <param name="Reference">Letter or file number, where there is one.</param>
public sealed record RadioConfirmation(string Authority, string By, DateOnly On, string? Reference = null);

/// <summary>
/// Which LoRaWAN plan holds in a country, and whether that is settled. A node transmits unattended for years: where the plan is provisional a
/// technician says who confirmed it before the node gets a key.
/// </summary>
/// <param name="Country">ISO 3166-1 alpha-2.</param>
/// <param name="IsSettled">By LoRaWAN Regional Parameters RP002, country table. Mali (EU868/EU433) and DR Congo (EU868) are provisional there.</param>
public sealed record RadioPlan(string Country, string Name, string Plan, bool IsSettled)
{
    /// <summary>EU868: 1 % of any hour in the sub-bands of the uplink channels (ETSI EN 300 220-2), in all of them together: stricter, never laxer.</summary>
    public const double AllowedSecondsPerHour = 36;

    static readonly RadioPlan[] All =
    [
        new("FR", "France", "EU868", true), new("DE", "Germany", "EU868", true), new("ES", "Spain", "EU868", true), new("BJ", "Benin", "EU868", true),
        new("ML", "Mali", "EU868", false), new("CD", "DR Congo", "EU868", false),
    ];

    /// <summary>Countries whose plan is known, by ISO code.</summary>
    public static IReadOnlyList<RadioPlan> Known => All;

    /// <summary>A region's name that is a country's needs no country beside it.</summary>
    public static RadioPlan? Of(NodeSettings settings) => settings.Country is { } country
        ? All.FirstOrDefault(p => p.Country.Equals(country, StringComparison.OrdinalIgnoreCase))
        : All.FirstOrDefault(p => p.Name.Replace(' ', '-').Equals(settings.Region, StringComparison.OrdinalIgnoreCase));

    /// <summary>The plan of a LoRaWAN node that may transmit; null for a node on Wi-Fi.</summary>
    /// <exception cref="InputRefused">No plan is known, a provisional one is not confirmed, or the interval breaks the duty cycle.</exception>
    public static RadioPlan? Checked(NodeSettings settings, DateOnly today, string where)
    {
        if (settings.Link != NodeLink.Lora) return null;
        if (Of(settings) is not { } plan)
            throw new InputRefused($"{where}.country: no LoRaWAN plan is known for {settings.Country ?? $"region '{settings.Region}'"}. Give the country as one of {string.Join(", ", All.Select(p => $"{p.Country} ({p.Name})"))}, or let the node send by Wi-Fi.")
            {
                Key = "refusal.radio-unknown", Parts = [settings.Country ?? settings.Region, string.Join(", ", All.Select(p => p.Country))],
            };
        if (!plan.IsSettled) RequireConfirmation(plan, settings.RadioConfirmation, today, where);
        RequireDutyCycle(settings, where);
        return plan;
    }

    /// <summary>Seconds on air in an hour at a spreading factor, every reading an uplink of its own and every n-th with bands.</summary>
    public static double SecondsPerHour(NodeSettings settings, int spreadingFactor)
    {
        const int plainBytes = 25, bandBytes = 51; // body and four bytes of MAC: SPEC.md of the payload, section 2
        var bandShare = settings.SpectralEvery > 0 ? 1.0 / settings.SpectralEvery : 0;
        var each = bandShare * LoRaAirtime.Seconds(spreadingFactor, bandBytes) + (1 - bandShare) * LoRaAirtime.Seconds(spreadingFactor, plainBytes);
        return 60.0 / settings.IntervalMinutes * each;
    }

    static void RequireConfirmation(RadioPlan plan, RadioConfirmation? said, DateOnly today, string where)
    {
        if (said is null)
            throw new InputRefused($"{where}.radioConfirmation: {plan.Plan} is provisional in {plan.Name}. Ask the regulator, then state who confirmed it and when: radioConfirmation "
                + "{\"authority\":\"…\",\"by\":\"…\",\"on\":\"2026-11-02\"} (fpm node add --regulator … --confirmed-by … --confirmed-on …), or let the node send by Wi-Fi.") { Key = "refusal.radio-unconfirmed", Parts = [plan.Plan, plan.Country] };
        if (string.IsNullOrWhiteSpace(said.Authority) || string.IsNullOrWhiteSpace(said.By))
            throw new InputRefused($"{where}.radioConfirmation: authority and by must name the regulator and the technician who asked.") { Key = "refusal.radio-names" };
        if (said.On > today)
            throw new InputRefused($"{where}.radioConfirmation.on: {said.On:yyyy-MM-dd} lies in the future. Give the day on which the regulator confirmed.")
            {
                Key = "refusal.radio-future", Parts = [said.On.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)],
            };
    }

    /// <summary>At SF12, where a network server may put any node: a node that cannot keep its rhythm there falls behind for good.</summary>
    /// <exception cref="InputRefused">A LoRaWAN node would need more air than the plan allows; the message has the numbers.</exception>
    public static void RequireDutyCycle(NodeSettings settings, string where)
    {
        const int slowest = 12;
        if (settings.Link != NodeLink.Lora) return;
        var seconds = SecondsPerHour(settings, slowest);
        if (seconds <= AllowedSecondsPerHour) return;
        var minutes = (int)Math.Ceiling(settings.IntervalMinutes * seconds / AllowedSecondsPerHour);
        throw new InputRefused($"{where}.intervalMinutes: a reading every {settings.IntervalMinutes} min is {seconds:F0} s on air an hour at SF{slowest}, and EU868 allows {AllowedSecondsPerHour:F0} s (1 %). Take {minutes} min or more, bands less often, or Wi-Fi.")
        {
            Key = "refusal.radio-airtime", Parts = [settings.IntervalMinutes, Math.Round(seconds), AllowedSecondsPerHour, minutes],
        };
    }
}

/// <summary>Time on air of a LoRaWAN uplink: Semtech AN1200.13, explicit header, CRC, coding rate 4/5, 125 kHz, eight preamble symbols.</summary>
public static class LoRaAirtime
{
    const int LoRaWanBytes = 13; // MHDR 1, DevAddr 4, FCtrl 1, FCnt 2, FPort 1, MIC 4
    const double BandwidthHertz = 125_000;

    /// <param name="spreadingFactor">7 to 12.</param>
    /// <param name="payloadBytes">Application payload.</param>
    public static double Seconds(int spreadingFactor, int payloadBytes)
    {
        var lowRate = spreadingFactor >= 11 ? 1 : 0;
        var bits = 8 * (payloadBytes + LoRaWanBytes) - 4 * spreadingFactor + 28 + 16;
        var symbols = 8 + Math.Max(0, Math.Ceiling(bits / (4.0 * (spreadingFactor - 2 * lowRate))) * 5);
        return (8 + 4.25 + symbols) * Math.Pow(2, spreadingFactor) / BandwidthHertz;
    }
}

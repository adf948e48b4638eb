using FourPerMille.Sensor.Sim.Radio;

namespace FourPerMille.Sensor.Sim.Energy;

/// <summary>What the virtual board cannot tell: it models waits, buses and windows, not the interpreter, the boot loader, or a missed answer.</summary>
public sealed record Assumptions
{
    /// <summary>From the timer's edge to Main: boot loader, runtime start, resolving some thirty assemblies. To be measured.</summary>
    public double StartSeconds { get; init; } = 0.7;
    /// <summary>The interpreter's own time of a reading: files, codec, log, MAC. To be measured.</summary>
    public double InterpretSeconds { get; init; } = 1.0;
    /// <summary>And of a session: log passes, MACs, lines of the modem. To be measured.</summary>
    public double InterpretSessionSeconds { get; init; } = 0.5;
    /// <summary>Share of uplinks whose answer does not come; the node then listens for <see cref="Budget.SilentSeconds"/>.</summary>
    public double SilentShare { get; init; } = 0.05;
    /// <summary>ChirpStack opens the first window after 1 s, The Things Stack after 5 s.</summary>
    public double FirstWindowSeconds { get; init; } = 1;
    /// <summary>Association and exchange of a Wi-Fi session without TLS. To be measured.</summary>
    public double WifiSessionSeconds { get; init; } = 4;
}

/// <summary>One use of charge.</summary>
/// <param name="IsFloor">Sleep, the start of the runtime, and the radio itself: what no better firmware saves.</param>
public sealed record Charge(string Use, double Milliamperes, double SecondsADay, bool IsFloor = false)
{
    public double MilliampereSeconds => Milliamperes * SecondsADay;
    public double AverageMicroamperes => MilliampereSeconds / Budget.SecondsPerDay * 1000;
}

/// <summary>The charge of a day, use by use. Pure: durations, currents and assumptions come in.</summary>
public sealed record Budget(string Name, int Readings, IReadOnlyList<Charge> Charges)
{
    public const double SecondsPerDay = 86400;

    /// <summary>The firmware's patience with an uplink (LoRaWanLink.AnswerMilliseconds).</summary>
    public const double SilentSeconds = 12;

    /// <summary>When the board's modem delivers what comes in the first window, counted from the send command.</summary>
    const double BoardAnswerSeconds = 1.2;

    /// <summary>Acknowledgement without gaps, and its MAC.</summary>
    const int DownlinkBytes = 15;

    /// <summary>The second window of an unanswered uplink, open for eight symbols at SF12.</summary>
    const double EmptyWindowSeconds = 0.3;

    public double AverageMicroamperes => Charges.Sum(c => c.AverageMicroamperes);
    public double FloorMicroamperes => Charges.Where(c => c.IsFloor).Sum(c => c.AverageMicroamperes);

    /// <summary>Milliampere-seconds from one reading to the next, sleep included.</summary>
    public double ChargePerReading => Charges.Sum(c => c.MilliampereSeconds) / Readings;

    /// <param name="day">Measured with the modem, whatever the spreading factor.</param>
    public static Budget OverLoRa(string name, MeasuredDay day, int spreadingFactor, Assumptions? assumptions = null)
    {
        var assume = assumptions ?? new();
        var uplinks = day.UplinkBytes.Count;
        var sending = day.UplinkBytes.Sum(bytes => Airtime.Milliseconds(spreadingFactor, bytes)) / 1000;
        var receiving = Airtime.Milliseconds(spreadingFactor, DownlinkBytes) / 1000;
        var answered = uplinks * (1 - assume.SilentShare);
        var silent = uplinks * assume.SilentShare;
        return new(name, day.Readings,
        [
            .. Measuring(day, assume, withModem: true),
            new("interpreting a session", Draws.ProcessorWorks.Milliamperes, assume.InterpretSessionSeconds * uplinks),
            new("modem commands", Draws.ProcessorWaits.Milliamperes + Draws.ModemHears.Milliamperes, Math.Max(0, day.SessionSeconds - uplinks * BoardAnswerSeconds)),
            new("sending", Draws.ModemSends.Milliamperes, sending, IsFloor: true),
            new("receiving", Draws.ModemHears.Milliamperes, answered * receiving + silent * EmptyWindowSeconds, IsFloor: true),
            new("processor waits for the answer", Draws.ProcessorWaits.Milliamperes, sending + answered * (assume.FirstWindowSeconds + receiving)),
            new("processor waits in vain", Draws.ProcessorWaits.Milliamperes, silent * SilentSeconds),
        ]);
    }

    /// <param name="day">Measured with the modem; its sessions are taken out and Wi-Fi's put in.</param>
    public static Budget OverWifi(string name, MeasuredDay day, int sessions, Assumptions? assumptions = null)
    {
        var assume = assumptions ?? new();
        return new(name, day.Readings,
        [
            .. Measuring(day, assume, withModem: false),
            new("interpreting a session", Draws.ProcessorWorks.Milliamperes, assume.InterpretSessionSeconds * sessions),
            new("Wi-Fi", Draws.WifiSession.Milliamperes, assume.WifiSessionSeconds * sessions, IsFloor: true),
        ]);
    }

    /// <summary>For how long the interpreter may work at a reading before the average reaches the target, seconds.</summary>
    public double InterpreterMayTake(double targetMicroamperes, Assumptions assumptions) =>
        assumptions.InterpretSeconds + (targetMicroamperes - AverageMicroamperes) / 1000 * SecondsPerDay / (Draws.ProcessorWorks.Milliamperes * Readings);

    static IEnumerable<Charge> Measuring(MeasuredDay day, Assumptions assume, bool withModem) =>
    [
        new("sleep", Draws.Asleep(withModem).Sum(d => d.Milliamperes), SecondsPerDay, IsFloor: true),
        new("start of the runtime", Draws.ProcessorWorks.Milliamperes, assume.StartSeconds * day.Readings, IsFloor: true),
        new("interpreting a reading", Draws.ProcessorWorks.Milliamperes, assume.InterpretSeconds * day.Readings),
        new("processor waits for probes", Draws.ProcessorWaits.Milliamperes, day.AwakeSeconds - day.SessionSeconds),
        new("probes", Draws.Probes.Milliamperes, day.ProbesSeconds),
        new("spectral head", Draws.Head.Milliamperes, day.HeadSeconds),
        new("CO2 head", Draws.Co2.Milliamperes, day.Co2Seconds),
    ];
}

using FourPerMille.Sensor.Payload;
using FourPerMille.Sensor.Sim.Field;
using FourPerMille.Sensor.Sim.Field.Spectra;
using FourPerMille.Sensor.VirtualBoard;
using FourPerMille.Sensor.VirtualBoard.Chips;

namespace FourPerMille.Sensor.Sim.Fleet;

/// <summary>
/// A node in its field: a virtual board with the chips of the pin table, each chip asking the truth at its depth, running the very
/// firmware. What it prints is heard by its <see cref="TraceLedger"/>.
/// </summary>
public sealed class FieldNode : IVirtualNode
{
    /// <summary>Pins and channels as firmware/Device/Board.cs wires them.</summary>
    static readonly int[] MoistureChannels = [0, 3, 6];
    const int BatteryChannel = 7, ProbePowerPin = 33, SpectralPowerPin = 32;
    const string ModemPort = "COM2";

    readonly FirmwareImage firmware;
    readonly TimeSpan interval;
    readonly Chance noise;
    readonly List<string> lastTrace = [];

    public FieldNode(NodeSite site, FirmwareImage firmware, DateTimeOffset start, TimeSpan interval, ILoRaNetwork? radio, int seed)
    {
        (Site, this.firmware, this.interval) = (site, firmware, interval);
        noise = Chance.For(seed, $"noise of {site.Id}");
        Probes = [.. NodeSite.DepthsCm.Select((_, channel) => new MoistureProbe(site.MoistureSerial(channel), site.Specimen.Soil.ClayShare, seed))];
        ThermometerOffsets = [.. NodeSite.DepthsCm.Select((_, channel) => Chance.For(seed, $"thermometer {site.Id}", channel).Gaussian(0, 0.18))];
        Head = new SpectralHead(site.HeadSerial, seed);
        Board = new Board(new BoardOptions
        {
            Name = site.Label,
            StartUtc = start,
            ClockDriftPpm = Chance.For(seed, $"clock {site.Id}").Gaussian(0, 60),
            Seed = Chance.For(seed, $"board {site.Id}").Below(int.MaxValue),
        });
        Wire(radio);
        Board.Traced += Hear;
    }

    public NodeSite Site { get; }
    public Board Board { get; }
    public IReadOnlyList<MoistureProbe> Probes { get; }
    /// <summary>What each thermometer shows too much, degC.</summary>
    public IReadOnlyList<double> ThermometerOffsets { get; }
    public SpectralHead Head { get; }
    public TraceLedger Trace { get; } = new();
    public string Id => Site.Id;

    /// <summary>How a wake that should not have ended so did end, with its trace: a fault of firmware or board.</summary>
    public List<string> Faults { get; } = [];

    public long Wakes { get; private set; }

    /// <summary>The keys in the node's own identity file: what it sent can be told by them from what it did not.</summary>
    public FrameKeys Keys { get; private set; } = null!;

    /// <summary>A technician copies the files the gateway made onto the node.</summary>
    public void Deploy(IReadOnlyDictionary<string, string> files)
    {
        foreach (var (name, text) in files) Board.Disk.WriteAllText(@"I:\" + name, text);
        var key = files["identity.txt"].Split('\n', StringSplitOptions.TrimEntries).Single(line => line.StartsWith("key=", StringComparison.Ordinal));
        Keys = new FrameKeys(Convert.FromHexString(key["key=".Length..]), Convert.FromHexString(Id));
    }

    public DateTimeOffset? Wake(DateTimeOffset utc)
    {
        if (utc > Board.Clock.Utc) Board.Clock.AdvanceTo(utc);
        lastTrace.Clear();
        var outcome = Board.Wake(firmware);
        Wakes++;
        if (outcome.Kind is WakeKind.Crashed or WakeKind.Returned)
            Faults.Add($"{Site.Label} {outcome.Kind} at {utc:u}: {outcome.Failure?.Message} after: {string.Join(" | ", lastTrace.TakeLast(5))}");
        // A node without power or out of its mind is found and switched on again; a real one has sun and a technician.
        return outcome.NextWakeUtc ?? Board.Clock.Utc + interval;
    }

    void Wire(ILoRaNetwork? radio)
    {
        for (var channel = 0; channel < MoistureChannels.Length; channel++)
        {
            var (n, depth) = (channel, NodeSite.DepthsCm[channel]);
            Board.Adc.Attach(MoistureChannels[n], new CapacitiveMoistureProbe(() => Probes[n].Volts(Water(depth), Soil(depth), noise)), ProbePowerPin);
            Board.OneWire.Attach(new Ds18b20Chip(Ds18b20Chip.Rom(Site.ThermometerSerial(n)), () => Soil(depth) + ThermometerOffsets[n]), ProbePowerPin);
        }
        Board.Adc.Attach(BatteryChannel, new AnalogSource(() => BatteryVolts() / 2));
        Board.I2c.Attach(new Bme280Chip(Air), ProbePowerPin);
        Board.I2c.Attach(new As7265xChip(Scene), SpectralPowerPin);
        if (radio is not null) Board.Serial.Attach(ModemPort, new Rak3172Modem(radio));
    }

    double Water(double depthCm) => Site.Ground.WaterContent(depthCm, Board.Clock.Utc);

    double Soil(double depthCm) => Site.Ground.SoilCelsius(depthCm, Board.Clock.Utc);

    AirSample Air()
    {
        var air = Site.Ground.Air(Board.Clock.Utc);
        return new(air.Celsius, air.HumidityPercent, air.PressurePascals);
    }

    SpectralScene Scene() => new(Head.Dark(), Head.Lit(Site.Specimen.Spectrum(Water(NodeSite.HeadDepthCm)), Board.Clock.Utc.Ticks / TimeSpan.TicksPerMinute));

    /// <summary>One LiFePO4 cell: flat, a little higher while the sun charges it.</summary>
    double BatteryVolts() => 3.26 + 0.06 * Math.Max(0, Math.Sin(Math.PI * (Site.Region.Climate.SolarHour(Board.Clock.Utc) - 6) / 12));

    void Hear(string line)
    {
        lastTrace.Add(line);
        Trace.Hear(line);
    }
}

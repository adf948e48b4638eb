using System.Globalization;
using FourPerMille.Sensor.Payload;
using FourPerMille.Sensor.VirtualBoard;
using FourPerMille.Sensor.VirtualBoard.Chips;

namespace FourPerMille.Sensor.Unit.Node;

/// <summary>The real firmware on a fully fitted virtual board, in a soil whose truth the test sets.</summary>
sealed class VirtualNode
{
    public const string Id = "70b3d57ed0000001";
    public const string Secret = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    const string AppKey = "2b7e151628aed2a6abf7158809cf4f3c";

    // The pin table of firmware/Device/Board.cs.
    const int ProbePower = 33, SpectralPower = 32, Co2Power = 18, BenchButton = 4, BenchLight = 23, BatteryChannel = 7;
    static readonly int[] MoistureChannels = [0, 3, 6];

    public VirtualNode(string extraIdentity = "", int flashBytes = 256 * 1024, int seed = 1, Func<ILoRaNetwork, AtModem>? modem = null, TimeSpan? sleepPatience = null, TimeSpan? socketPatience = null)
    {
        Board = new Board(new BoardOptions { FlashBytes = flashBytes, Seed = seed, SocketPatience = socketPatience ?? TimeSpan.FromSeconds(sleepPatience is null ? 1 : 10), SleepPatience = sleepPatience ?? TimeSpan.FromSeconds(1) });
        Gateway = new SmallGateway(Keys, () => Board.Clock.Utc);
        Moisture = [.. MoistureVolts.Select((_, depth) => new CapacitiveMoistureProbe(() => MoistureVolts[depth]))];
        for (var depth = 0; depth < 3; depth++) Board.Adc.Attach(MoistureChannels[depth], Moisture[depth], ProbePower);
        Board.Adc.Attach(BatteryChannel, new AnalogSource(() => BatteryVolts / 2));
        Thermometers = [.. SoilCelsius.Select((_, depth) => new Ds18b20Chip(Ds18b20Chip.Rom(depth + 1), () => SoilCelsius[depth]))];
        // Wired in another order than buried: the ROM decides.
        foreach (var thermometer in Thermometers.Reverse()) Board.OneWire.Attach(thermometer, ProbePower);
        Climate = new Bme280Chip(() => Air);
        Board.I2c.Attach(Climate, ProbePower);
        Head = new As7265xChip(() => Scene);
        Board.I2c.Attach(Head, SpectralPower);
        Co2 = new Scd41Chip(() => SoilAir);
        Board.I2c.Attach(Co2, Co2Power);
        Modem = modem?.Invoke(Gateway) ?? new Rak3172Modem(Gateway);
        Board.Serial.Attach("COM2", Modem);
        (Button, Light) = (new PushButton(Board, BenchButton), new Light(Board, BenchLight));
        Board.Traced += line =>
        {
            AllTrace.Add(line);
            if (line.StartsWith("sampled ", StringComparison.Ordinal)) SampledWhenHeard[Sampled.Last()] = Gateway.Heard.Count;
        };
        WriteIdentity(LoRaIdentity + extraIdentity);
    }

    public static string LoRaIdentity { get; } =
        $"format=1\nnode={Id}\nkey={Secret}\nsite=beauce\nlink=lora\njoineui=0000000000000000\nappkey={AppKey}\ndeveui={Id}\ninterval_minutes=60\n";

    public static FrameKeys Keys { get; } = new(Convert.FromHexString(Secret), Convert.FromHexString(Id));

    public Board Board { get; }
    public SmallGateway Gateway { get; }
    public CapacitiveMoistureProbe[] Moisture { get; }
    public Ds18b20Chip[] Thermometers { get; }
    public Bme280Chip Climate { get; }
    public As7265xChip Head { get; }
    public Scd41Chip Co2 { get; }
    public AtModem Modem { get; }
    public PushButton Button { get; }
    public Light Light { get; }
    public List<string> AllTrace { get; } = [];

    /// <summary>How many frames the gateway had heard when a name was sampled.</summary>
    public Dictionary<(uint Epoch, uint Sequence), int> SampledWhenHeard { get; } = [];

    public double[] MoistureVolts { get; } = [2.0, 1.8, 1.6];
    public double[] SoilCelsius { get; } = [18.25, 12.5, -3.0625];
    public AirSample Air { get; set; } = new(21.5, 55, 98400);
    public GasSample SoilAir { get; set; } = new(3200, 98400, 18, 95);
    public double BatteryVolts { get; set; } = 3.3;
    public SpectralScene Scene { get; set; } = new([.. Enumerable.Repeat(0.05, 18)], [.. Enumerable.Range(0, 18).Select(i => 2 + 0.5 * i)]);

    /// <summary>Full names that the node has called durable, in order.</summary>
    public IEnumerable<(uint Epoch, uint Sequence)> Sampled => Named("sampled ");

    public IEnumerable<(uint Epoch, uint Sequence)> Freed => Named("freed ");

    public void WriteIdentity(string text) => Board.Disk.WriteAllText(@"I:\identity.txt", text);

    /// <summary>One wake; afterwards true time stands where the node wants the next, or ten minutes on after a power cut.</summary>
    public WakeOutcome Wake()
    {
        var outcome = Board.Wake(Firmware.HostedNode);
        Assert.True(outcome.Kind is WakeKind.Slept or WakeKind.PowerCut, $"{outcome.Kind}: {outcome.Failure}\n{string.Join('\n', Board.Trace)}");
        Board.Clock.AdvanceTo(outcome.NextWakeUtc ?? Board.Clock.Utc.AddMinutes(10));
        return outcome;
    }

    public void Wake(int times)
    {
        for (var i = 0; i < times; i++) Wake();
    }

    public Reading Decoded((uint Epoch, uint Sequence) name) => Gateway.Decoded(name);

    /// <summary>Every reading called durable is with the gateway, once, under one set of bytes.</summary>
    public void AssertNothingIsLost()
    {
        Assert.Equal(0, Gateway.Conflicts);
        Assert.Equal(0, Gateway.BadMacs);
        var sampled = Sampled.ToList();
        Assert.Equal(sampled.Count, sampled.Distinct().Count());
        Assert.Empty(sampled.Except(Gateway.Stored.Keys));
        foreach (var name in Gateway.Readings) Gateway.Decoded(name);
        Assert.All(Gateway.Seals(), seal => Assert.True(seal.Holds, $"seal {seal.Seal.Epoch} {seal.Seal.Sequence} does not hold"));
    }

    IEnumerable<(uint Epoch, uint Sequence)> Named(string verb) =>
        from line in AllTrace
        where line.StartsWith(verb, StringComparison.Ordinal)
        let words = line.Split(' ')
        select (uint.Parse(words[1], CultureInfo.InvariantCulture), uint.Parse(words[2], CultureInfo.InvariantCulture));
}

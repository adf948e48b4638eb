using FourPerMille.Sensor.VirtualBoard;
using FourPerMille.Sensor.VirtualBoard.Chips;

namespace FourPerMille.Sensor.Unit.Boards;

/// <summary>The real firmware on a wired board.</summary>
public sealed class HostedNodeTests
{
    [Fact]
    public void A_node_without_identity_sleeps_and_tries_again()
    {
        var board = Bench.Board();

        var outcome = board.Wake(Firmware.HostedNode);

        Assert.Equal(WakeKind.Slept, outcome.Kind);
        Assert.NotNull(outcome.NextWakeUtc);
    }

    [Fact]
    public void A_wired_node_samples_every_interval()
    {
        var board = Wired();

        var sampled = new List<string>();
        board.Traced += line =>
        {
            if (line.StartsWith("sampled ")) sampled.Add(line);
        };
        for (var wake = 0; wake < 4; wake++)
        {
            var outcome = board.Wake(Firmware.HostedNode);
            Assert.True(outcome.Kind == WakeKind.Slept, string.Join("\n", board.Trace.Append(outcome.Failure?.ToString())));
            board.Clock.AdvanceTo(outcome.NextWakeUtc!.Value);
        }

        Assert.Equal(["sampled 1 0", "sampled 1 1", "sampled 1 2", "sampled 1 3"], sampled);
    }

    [Fact]
    public void A_node_on_LoRaWAN_joins_once_and_sends_its_keyframes_through_the_modem()
    {
        var board = Wired();
        board.Disk.WriteAllText(@"I:\identity.txt", board.Disk.ReadAllText(@"I:\identity.txt").Replace("link=wifi", "link=lora")
            + "\nappkey=2b7e151628aed2a6abf7158809cf4f3c\njoineui=0000000000000001\n");
        var air = new Air();
        var modem = new Rak3172Modem(air);
        board.Serial.Attach("COM2", modem);

        for (var wake = 0; wake < 3; wake++)
        {
            var outcome = board.Wake(Firmware.HostedNode);
            Assert.True(outcome.Kind == WakeKind.Slept, string.Join("\n", board.Trace.Append(outcome.Failure?.ToString())));
            board.Clock.AdvanceTo(outcome.NextWakeUtc!.Value);
        }

        Assert.Equal(["0011223344556677 2B7E151628AED2A6ABF7158809CF4F3C"], air.Joins);
        Assert.Contains(air.Uplinks, u => u.FPort == 1 && u.Payload.Length is > 20 and <= 51);
        // Dark for a moment: the modem, which is always fed, has lost its session.
        board.CutPowerAt(board.Clock.Utc);
        board.Wake(Firmware.HostedNode);
        Assert.Equal(2, air.Joins.Count);
    }

    sealed class Air : ILoRaNetwork
    {
        public List<string> Joins { get; } = [];
        public List<(byte FPort, byte[] Payload)> Uplinks { get; } = [];

        public bool Join(string devEui, string appKey)
        {
            Joins.Add($"{devEui} {appKey}");
            return true;
        }

        public UplinkResult Send(string devEui, byte fPort, byte[] payload, bool confirmed)
        {
            Uplinks.Add((fPort, payload));
            return new UplinkResult(UplinkStatus.Sent, false, []);
        }
    }

    /// <summary>Wired as firmware/Device/Board.cs says, with an access point out of reach.</summary>
    static Board Wired()
    {
        var board = Bench.Board(new BoardOptions { FlashBytes = 2 * 1024 * 1024 });
        foreach (var channel in new[] { 0, 3, 6 }) board.Adc.Attach(channel, new CapacitiveMoistureProbe(() => 1.8), poweredBy: 33);
        board.Adc.Attach(7, new AnalogSource(() => 1.95));
        for (var depth = 1; depth <= 3; depth++)
        {
            var celsius = 10.0 + depth;
            board.OneWire.Attach(new Ds18b20Chip(Ds18b20Chip.Rom(depth), () => celsius), poweredBy: 33);
        }
        board.I2c.Attach(new Bme280Chip(() => new AirSample(18, 60, 100_000)), poweredBy: 33);
        board.I2c.Attach(new As7265xChip(() => new SpectralScene(Enumerable.Repeat(0.02, 18).ToArray(), Enumerable.Repeat(5.0, 18).ToArray())), poweredBy: 32);
        board.Network.IsLinkUp = false;
        board.Disk.WriteAllText(@"I:\identity.txt", """
            format=1
            node=0011223344556677
            key=000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f
            site=hut
            link=wifi
            host=gateway.local
            port=1883
            tls=0
            interval_minutes=60
            spectral_every=2
            send_every=1
            """);
        return board;
    }
}

using FourPerMille.Sensor.Payload;
using FourPerMille.Sensor.VirtualBoard;
using FourPerMille.Sensor.VirtualBoard.Chips;

namespace FourPerMille.Sensor.Sim.Energy;

/// <summary>How long the parts of a day are on, as the firmware itself ran on the virtual board. Seconds a day, rounded to a tenth of one.</summary>
/// <param name="Readings">Wakes of the day, each a reading.</param>
/// <param name="AwakeSeconds">From boot to deep sleep, radio sessions included; the interpreter's own time is not in it.</param>
/// <param name="SessionSeconds">From the modem's first command to deep sleep.</param>
/// <param name="UplinkBytes">Application payload of each uplink of the day.</param>
public sealed record MeasuredDay(
    int Readings, double AwakeSeconds, double ProbesSeconds, double HeadSeconds, double Co2Seconds, double SessionSeconds, IReadOnlyList<int> UplinkBytes);

/// <summary>Runs the real firmware for some days on a board whose gateway answers every uplink in the first window, and reads its clocks.</summary>
static class WakeMeter
{
    const string NodeId = "70b3d57ed0000001";
    // The pin table of firmware/Device/Board.cs.
    const int ProbePin = 33, HeadPin = 32, Co2Pin = 18, BatteryChannel = 7;

    /// <param name="settings">Lines of the identity file beside the node's names and keys.</param>
    public static MeasuredDay Run(FirmwareImage firmware, string settings)
    {
        var key = new byte[32];
        var air = new AnsweringAir(new FrameKeys(key, Convert.FromHexString(NodeId)));
        var board = new Board(new BoardOptions { Name = "power meter" });
        var modem = Wire(board, air);
        board.Disk.WriteAllText(@"I:\identity.txt",
            $"format=1\nnode={NodeId}\nkey={Convert.ToHexString(key)}\nsite=bench\nlink=lora\njoineui=0000000000000000\nappkey={new string('0', 32)}\ndeveui={NodeId}\n{settings}");

        // The first day joins and asks for the time; the second is like all that follow.
        var start = board.Clock.Utc;
        while (board.Clock.Utc < start.AddDays(1)) Wake(board, firmware);
        var meter = new Stopwatches(board, modem);
        air.UplinkBytes.Clear();
        var readings = 0;
        for (var end = board.Clock.Utc.AddDays(1); board.Clock.Utc < end.AddMinutes(-1); readings++) meter.Wake(() => Wake(board, firmware));
        return new(readings, meter.Awake, meter.Of(ProbePin), meter.Of(HeadPin), meter.Of(Co2Pin), meter.Session, [.. air.UplinkBytes]);
    }

    static WakeOutcome Wake(Board board, FirmwareImage firmware)
    {
        var outcome = board.Wake(firmware);
        if (outcome.Kind != WakeKind.Slept) throw new InvalidOperationException($"The firmware did not go to sleep but {outcome.Kind}: {outcome.Failure?.Message}");
        board.Clock.AdvanceTo(outcome.NextWakeUtc!.Value);
        return outcome;
    }

    /// <summary>Everything fitted, in quiet soil and air.</summary>
    static Rak3172Modem Wire(Board board, ILoRaNetwork air)
    {
        foreach (var (channel, depth) in ((int[])[0, 3, 6]).Select((channel, depth) => (channel, depth)))
        {
            board.Adc.Attach(channel, new CapacitiveMoistureProbe(() => 2.0 - 0.2 * depth), ProbePin);
            board.OneWire.Attach(new Ds18b20Chip(Ds18b20Chip.Rom(depth + 1), () => 18 - depth), ProbePin);
        }
        board.Adc.Attach(BatteryChannel, new AnalogSource(() => 3.3 / 2));
        board.I2c.Attach(new Bme280Chip(() => new AirSample(21.5, 55, 98400)), ProbePin);
        board.I2c.Attach(new As7265xChip(() => new SpectralScene([.. Enumerable.Repeat(0.05, 18)], [.. Enumerable.Repeat(6.0, 18)])), HeadPin);
        board.I2c.Attach(new Scd41Chip(() => new GasSample(3200, 98400, 18, 95)), Co2Pin);
        var modem = new Rak3172Modem(air);
        board.Serial.Attach("COM2", modem);
        return modem;
    }

    /// <summary>A gateway that has everything it hears: each named frame, and each request, is answered by an acknowledgement.</summary>
    sealed class AnsweringAir(FrameKeys keys) : ILoRaNetwork
    {
        uint next;

        public List<int> UplinkBytes { get; } = [];

        public bool Join(string devEui, string appKey) => true;

        public UplinkResult Send(string devEui, byte fPort, byte[] payload, bool confirmed)
        {
            UplinkBytes.Add(payload.Length);
            // Named frames begin with three bits of epoch and twelve of sequence; a run of some days stays within both.
            if (fPort is FrameKind.Keyframe or FrameKind.Delta or FrameKind.Seal or FrameKind.ConfigurationApplied)
                next = Math.Max(next, (uint)(((payload[0] << 8 | payload[1]) >> 1 & 0xFFF) + 1));
            var acknowledgement = new Acknowledgement();
            acknowledgement.Clear(1, next);
            var frame = new byte[Acknowledgement.MaxBodyLength + FrameKeys.LoRaDownlinkMacLength];
            var length = acknowledgement.Encode(frame, 0);
            keys.MacDown(FrameKind.Acknowledgement, 1, next, frame, 0, length).AsSpan(0, FrameKeys.LoRaDownlinkMacLength).CopyTo(frame.AsSpan(length));
            return new(UplinkStatus.Sent, confirmed, [new(FrameKind.Acknowledgement, frame[..(length + FrameKeys.LoRaDownlinkMacLength)])]);
        }
    }

    sealed class Stopwatches
    {
        readonly Board board;
        readonly Dictionary<int, DateTimeOffset> since = [];
        readonly Dictionary<int, double> seconds = [];
        DateTimeOffset? firstCommand;
        double awakeSeconds, sessionSeconds;

        public Stopwatches(Board board, AtModem modem)
        {
            this.board = board;
            board.Gpio.Changed += Switch;
            modem.Commanded += _ => firstCommand ??= board.Clock.Utc;
        }

        public double Awake => Math.Round(awakeSeconds, 1);
        public double Session => Math.Round(sessionSeconds, 1);

        public double Of(int pin) => Math.Round(seconds.GetValueOrDefault(pin), 1);

        public void Wake(Func<WakeOutcome> wake)
        {
            firstCommand = null;
            var began = board.Clock.Utc;
            var awake = wake().Awake;
            awakeSeconds += awake.TotalSeconds;
            if (firstCommand is { } first) sessionSeconds += (began + awake - first).TotalSeconds;
        }

        void Switch(int pin, bool on)
        {
            if (on) since[pin] = board.Clock.Utc;
            else if (since.Remove(pin, out var from)) seconds[pin] = seconds.GetValueOrDefault(pin) + (board.Clock.Utc - from).TotalSeconds;
        }
    }
}

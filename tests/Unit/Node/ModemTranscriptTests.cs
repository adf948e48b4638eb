using System.Text;
using FourPerMille.Sensor.VirtualBoard;
using FourPerMille.Sensor.VirtualBoard.Chips;

namespace FourPerMille.Sensor.Unit.Node;

/// <summary>The drivers of both modems against recorded sessions.</summary>
public sealed class ModemTranscriptTests
{
    const string Rak = "rak3172", E5 = "lora-e5";

    // RAK3172 with RUI3 4.x, from public transcripts.
    static readonly string[] RakSession =
    [
        "> AT+NWM=1", "OK", "> AT+NJM=1", "OK", "> AT+CLASS=A", "OK", "> AT+BAND=4", "OK", "> AT+DEVEUI=AC1F09FFFE000001", "OK",
        "> AT+APPEUI=0000000000000000", "OK", "> AT+APPKEY=2B7E151628AED2A6ABF7158809CF4F3C", "OK", "> AT+CFM=1", "OK",
        "> AT+JOIN=1:0:10:8", "OK", "+EVT:JOINED", "> AT+NJS=?", "AT+NJS=1", "OK",
        "> AT+SEND=2:016884A7B1C385", "OK", "+EVT:SEND_CONFIRMED_OK", "+EVT:RX_1:-70:8:UNICAST:2:48656C6C6F",
        "> AT+RECV=?", "AT+RECV=2:48656C6C6F", "OK",
    ];

    // Seeed LoRa-E5, from public transcripts.
    static readonly string[] E5Session =
    [
        "> AT", "+AT: OK",
        "> AT+ID", "+ID: DevAddr, 26:0B:20:25", "+ID: DevEui, 2C:F7:F1:20:32:30:00:01", "+ID: AppEui, 80:00:00:00:00:00:00:06",
        "> AT+KEY=APPKEY,\"2B7E151628AED2A6ABF7158809CF4F3C\"", "+KEY: APPKEY 2B7E151628AED2A6ABF7158809CF4F3C",
        "> AT+DR=EU868", "+DR: EU868", "> AT+CH=NUM,0-2", "+CH: NUM, 0-2", "> AT+MODE=LWOTAA", "+MODE: LWOTAA", "> AT+CLASS=A", "+CLASS: A",
        "> AT+PORT=8", "+PORT: 8",
        "> AT+JOIN", "+JOIN: Start", "+JOIN: NORMAL", "+JOIN: Network joined", "+JOIN: NetID 000013 DevAddr 26:01:5F:66", "+JOIN: Done",
        "> AT+CMSGHEX=\"016884A7B1C385\"", "+CMSGHEX: Start", "+CMSGHEX: Wait ACK", "+CMSGHEX: FPENDING", "+CMSGHEX: ACK Received",
        "+CMSGHEX: PORT: 15; RX: \"48656C6C6F\"", "+CMSGHEX: RXWIN1, RSSI -43, SNR 10.0", "+CMSGHEX: Done",
    ];

    static readonly FirmwareImage SendsOneFrame = Firmware.NodeParts("SendsOneFrame");

    static readonly FirmwareImage SendsOneSeal = Firmware.NodeParts("SendsOneSeal");

    static string[] SessionOf(string make) => make == Rak ? RakSession : E5Session;

    [Theory]
    [InlineData(Rak, "heard 2 48656c6c6f")]
    [InlineData(E5, "heard 15 48656c6c6f")]
    public void A_recorded_session_replays_in_any_order_of_lines_with_garbage_between(string make, string heard)
    {
        for (var seed = 0; seed <= 200; seed++)
        {
            var modem = new TranscriptModem(SessionOf(make), seed);
            var trace = Run(make, modem);
            Assert.True(trace.SequenceEqual(["open True", "sent True", heard]), $"seed {seed}: {string.Join(" | ", trace)}; it was told {string.Join(" | ", modem.Commands)}");
        }
    }

    [Theory]
    [InlineData(Rak, "heard 2 48656c6c6f")]
    [InlineData(E5, "heard 15 48656c6c6f")]
    public void A_confirmed_seal_replays_in_any_order_of_lines_with_garbage_between(string make, string heard)
    {
        for (var seed = 0; seed <= 200; seed++)
        {
            var modem = new TranscriptModem(SessionOf(make), seed);
            var trace = Run(make, modem, SendsOneSeal);
            Assert.True(trace.Order().SequenceEqual(new[] { "open True", "sent True", "seal confirmed", heard }.Order()),
                $"seed {seed}: {string.Join(" | ", trace)}; it was told {string.Join(" | ", modem.Commands)}");
            Assert.Contains(modem.Commands, make == Rak ? c => c == "AT+CFM=1" : c => c.StartsWith("AT+CMSGHEX=", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData(Rak, "AT+SEND", "OK|+EVT:SEND_CONFIRMED_FAILED(4)")]
    [InlineData(Rak, "AT+SEND", "OK|+EVT:SEND CONFIRMED FAILED(4)")]
    [InlineData(E5, "AT+CMSGHEX", "+CMSGHEX: Start|+CMSGHEX: Wait ACK|+CMSGHEX: Done")]
    public void A_seal_that_nobody_acknowledges_is_not_taken_for_confirmed(string make, string command, string answer) =>
        Assert.Equal(["open True", "sent True"], Run(make, new TranscriptModem(SessionOf(make)) { Instead = { [command] = (answer.Split('|'), 1) } }, SendsOneSeal));

    [Theory]
    [InlineData(Rak, "AT+SEND", "AT_PARAM_ERROR")]
    [InlineData(E5, "AT+MSGHEX", "+MSGHEX: Length error 11")]
    public void A_frame_that_the_modem_has_no_room_for_waits_without_a_wait(string make, string command, string answer) =>
        Assert.Equal(["open True", "modem says " + answer, "sent True"], Run(make, new TranscriptModem(SessionOf(make)) { Instead = { [command] = ([answer], 1) } }));

    [Theory]
    [InlineData(Rak, "AT+JOIN", "OK|+EVT:JOIN_FAILED_RX_TIMEOUT", "join failed")]
    [InlineData(Rak, "AT+JOIN", "OK|+EVT:JOIN FAILED", "join failed")]
    [InlineData(E5, "AT+JOIN", "+JOIN: Start|+JOIN: NORMAL|+JOIN: Join failed|+JOIN: Done", "join failed")]
    [InlineData(E5, "AT+JOIN", "+JOIN: LoRaWAN modem is busy", "join failed")]
    public void A_join_that_fails_is_told_by_the_modems_own_words(string make, string command, string answer, string told)
    {
        // Asked first, the RAK3172 denies; the LoRa-E5 says nothing unasked.
        var modem = new TranscriptModem(SessionOf(make)) { Instead = { ["AT+NJS"] = (["AT+NJS=0", "OK"], 1), [command] = (answer.Split('|'), 1) } };
        var trace = Run(make, modem);
        Assert.Contains(trace, line => line.StartsWith(told, StringComparison.Ordinal));
        Assert.Contains("open False", trace);
    }

    [Fact]
    public void A_session_that_stands_is_not_joined_again()
    {
        var modem = new TranscriptModem(E5Session) { Instead = { ["AT+JOIN"] = (["+JOIN: Joined already"], 1) } };
        Assert.Equal(["open True", "sent True", "heard 15 48656c6c6f"], Run(E5, modem));
    }

    [Theory]
    [InlineData(Rak, "AT+SEND", "AT_NO_NETWORK_JOINED")]
    [InlineData(Rak, "AT+SEND", "AT_DUTYCYCLE_RESTRICTED")]
    [InlineData(Rak, "AT+SEND", "AT_DUTYCYLE_RESTRICTED")]
    [InlineData(E5, "AT+MSGHEX", "+MSGHEX: Please join network first")]
    [InlineData(E5, "AT+MSGHEX", "+MSGHEX: No free channel")]
    [InlineData(E5, "AT+MSGHEX", "+MSGHEX: ERROR(-1)")]
    public void An_uplink_that_is_refused_is_not_sent(string make, string command, string answer)
    {
        var trace = Run(make, new TranscriptModem(SessionOf(make)) { Instead = { [command] = ([answer], 1) } });
        Assert.Equal(["open True", "modem says " + answer, "sent False"], trace);
    }

    [Theory]
    [InlineData(Rak, "AT+SEND", "AT_BUSY_ERROR")]
    [InlineData(E5, "AT+MSGHEX", "+MSGHEX: LoRaWAN modem is busy")]
    public void A_busy_modem_is_asked_again(string make, string command, string answer)
    {
        var modem = new TranscriptModem(SessionOf(make)) { Instead = { [command] = ([answer], 3) } };
        Assert.Contains("sent True", Run(make, modem));
        Assert.Equal(4, modem.Commands.Count(c => c.StartsWith(command, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(Rak, "AT+SEND", "OK|+EVT:SEND CONFIRMED OK|+EVT:2:48656C6C6F", "heard 2 48656c6c6f")]
    [InlineData(Rak, "AT+SEND", "OK|+EVT:TX_DONE|+EVT:RX_C:-12:3:UNICAST:1:22334455", "heard 1 22334455")]
    [InlineData(E5, "AT+MSGHEX", "+MSGHEX: Start|+MSGHEX: PORT: 15; RX: \"48 65 6C 6C 6F\"|+MSGHEX: Done", "heard 15 48656c6c6f")]
    public void Older_and_other_forms_of_a_downlink_are_read(string make, string command, string answer, string heard) =>
        Assert.Contains(heard, Run(make, new TranscriptModem(SessionOf(make)) { Instead = { [command] = (answer.Split('|'), 1) } }));

    [Theory]
    [InlineData(Rak, "OK|+EVT:SEND_CONFIRMED_FAILED(4)")]
    [InlineData(E5, "+MSGHEX: Start|+MSGHEX: Wait ACK|+MSGHEX: Done")]
    public void An_uplink_nobody_acknowledged_was_sent_and_brings_nothing(string make, string answer) =>
        Assert.Equal(["open True", "sent True"],
            Run(make, new TranscriptModem(SessionOf(make)) { Instead = { [make == Rak ? "AT+SEND" : "AT+MSGHEX"] = (answer.Split('|'), 1) } }));

    [Theory]
    [InlineData(Rak, E5)]
    [InlineData(E5, Rak)]
    public void A_modem_of_the_other_make_is_not_mistaken(string make, string other) =>
        Assert.Contains("open False", Run(make, new TranscriptModem(SessionOf(other))));

    [SampleFact("at_rak3172_rui3_transcript.txt", "at_lora_e5_transcript.txt")]
    public void The_sessions_here_are_the_recorded_ones()
    {
        Assert.Equal(Recorded("at_rak3172_rui3_transcript.txt"), RakSession);
        Assert.Equal(Recorded("at_lora_e5_transcript.txt"), E5Session);

        static IEnumerable<string> Recorded(string file) => File.ReadLines(Repository.Sample(file)!).Where(l => l.Length > 0 && l[0] != '#');
    }

    static List<string> Run(string make, TranscriptModem modem, FirmwareImage? image = null)
    {
        var board = new Board(new BoardOptions());
        board.Disk.WriteAllText(@"I:\identity.txt", VirtualNode.LoRaIdentity + $"modem={make}\n");
        board.Serial.Attach("COM2", modem);
        var outcome = board.Wake(image ?? SendsOneFrame);
        Assert.True(outcome.Kind == WakeKind.Returned, $"{outcome.Kind} {outcome.Failure}");
        return [.. board.Trace.Where(line => line != "joined")];
    }
}

using FourPerMille.Sensor.VirtualBoard;
using FourPerMille.Sensor.VirtualBoard.Chips;

namespace FourPerMille.Sensor.Unit.Boards;

public sealed class ModemTests
{
    /// <summary>The lines and answers of a recorded RUI3 session, network included.</summary>
    [Fact]
    public void The_modem_answers_as_in_a_recorded_session()
    {
        string[] session =
        [
            "> AT+NWM=1", "OK", "> AT+NJM=1", "OK", "> AT+CLASS=A", "OK", "> AT+BAND=4", "OK", "> AT+DEVEUI=AC1F09FFFE000001", "OK",
            "> AT+APPEUI=0000000000000000", "OK", "> AT+APPKEY=2B7E151628AED2A6ABF7158809CF4F3C", "OK", "> AT+CFM=1", "OK",
            "> AT+JOIN=1:0:10:8", "OK", "+EVT:JOINED", "> AT+NJS=?", "AT+NJS=1", "OK",
            "> AT+SEND=2:016884A7B1C385", "OK", "+EVT:RX_1:-70:8:UNICAST:2:48656C6C6F", "+EVT:SEND_CONFIRMED_OK",
            "> AT+RECV=?", "AT+RECV=2:48656C6C6F", "OK",
        ];
        var air = new Air { Answer = new UplinkResult(UplinkStatus.Sent, true, [new LoRaDownlink(2, "Hello"u8.ToArray())]) };
        var board = BoardWith(new Rak3172Modem(air), session);

        Assert.Equal(session, board.Run("TalksToTheModem"));
        Assert.Equal(["join AC1F09FFFE000001 2B7E151628AED2A6ABF7158809CF4F3C", "send AC1F09FFFE000001 2 016884A7B1C385 True"], air.Heard);
    }

    [Fact]
    public void Failures_have_the_modems_own_words()
    {
        var air = new Air { Joins = false };
        var modem = new Rak3172Modem(air);
        string[] refused = ["> AT+SEND=2:00", "AT_NO_NETWORK_JOINED", "> AT+JOIN=1", "OK", "+EVT:JOIN_FAILED_RX_TIMEOUT", "> AT+DEVEUI=12", "AT_PARAM_ERROR", "> HELLO", "AT_ERROR"];
        var board = BoardWith(modem, refused);
        Assert.Equal(refused, board.Run("TalksToTheModem"));

        air.Joins = true;
        air.Answer = new UplinkResult(UplinkStatus.DutyCycleRestricted, false, []);
        string[] restricted = ["> AT+JOIN=1", "OK", "+EVT:JOINED", "> AT+SEND=2:00", "AT_DUTYCYCLE_RESTRICTED"];
        Say(board, restricted);
        Assert.Equal(restricted, board.Run("TalksToTheModem"));

        air.Answer = new UplinkResult(UplinkStatus.Sent, false, []);
        // The session outlived the board's deep sleep, because the modem kept its power.
        string[] unconfirmed = ["> AT+SEND=2:00", "OK", "+EVT:TX_DONE", "> AT+CFM=1", "OK", "> AT+SEND=2:00", "OK", "+EVT:SEND_CONFIRMED_FAILED(4)"];
        Say(board, unconfirmed);
        Assert.Equal(unconfirmed, board.Run("TalksToTheModem"));
    }

    [Fact]
    public void A_modem_can_be_silent_or_stuck()
    {
        var modem = new Rak3172Modem(new Air()) { Fault = ChipFault.Silent };
        var board = BoardWith(modem, ["> AT"]);

        Assert.Equal(["> AT"], board.Run("TalksToTheModem"));
        modem.Fault = ChipFault.Stuck;
        Assert.Equal(["> AT", "AT_BUSY_ERROR"], board.Run("TalksToTheModem"));
    }

    [Fact]
    public void Serial_data_raises_the_event_inside_a_wait()
    {
        var board = BoardWith(new Rak3172Modem(new Air()), []);

        Assert.Equal("heard True OK", board.Run("HearsTheModem").Single());
    }

    static Board BoardWith(Rak3172Modem modem, string[] session)
    {
        var board = Bench.Board();
        board.Serial.Attach("COM2", modem);
        Say(board, session);
        return board;
    }

    static void Say(Board board, string[] session) =>
        board.Disk.WriteAllText(@"I:\say.txt", string.Join('\n', session.Where(l => l.StartsWith("> ")).Select(l => l[2..])));

    sealed class Air : ILoRaNetwork
    {
        public bool Joins { get; set; } = true;
        public UplinkResult Answer { get; set; } = new(UplinkStatus.Sent, true, []);
        public List<string> Heard { get; } = [];

        public bool Join(string devEui, string appKey)
        {
            Heard.Add($"join {devEui} {appKey}");
            return Joins;
        }

        public UplinkResult Send(string devEui, byte fPort, byte[] payload, bool confirmed)
        {
            Heard.Add($"send {devEui} {fPort} {Convert.ToHexString(payload)} {confirmed}");
            return Answer;
        }
    }
}

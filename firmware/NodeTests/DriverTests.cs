using FourPerMille.Sensor.Node.Enrolment;
using FourPerMille.Sensor.Node.Link;
using FourPerMille.Sensor.Node.Link.LoRaWan;
using FourPerMille.Sensor.Node.Probes.DS18B20;
using nanoFramework.TestFramework;

namespace FourPerMille.Sensor.NodeTests
{
    /// <summary>What drivers do with what a part says; no part needs to be there.</summary>
    [TestClass]
    public class DriverTests
    {
        [TestMethod]
        [DataRow("OK", (int)ModemLine.Ok)]
        [DataRow("AT_BUSY_ERROR", (int)ModemLine.Busy)]
        [DataRow("AT_NO_NETWORK_JOINED", (int)ModemLine.Error)]
        [DataRow("+EVT:JOINED", (int)ModemLine.Joined)]
        [DataRow("+EVT:JOIN FAILED", (int)ModemLine.JoinFailed)]
        [DataRow("+EVT:SEND_CONFIRMED_FAILED(4)", (int)ModemLine.Sent)]
        [DataRow("+EVT:RX_1:-70:8:UNICAST:2:48656C6C6F", (int)ModemLine.Received)]
        [DataRow("+EVT:", (int)ModemLine.Other)]
        public void A_line_of_the_RAK3172_is_told_by_itself(string line, int told)
        {
            Assert.AreEqual(told, (int)Rak3172Lines.Tell(line));
        }

        [TestMethod]
        [DataRow("+JOIN: Start", (int)ModemLine.Ok)]
        [DataRow("+JOIN: Network joined", (int)ModemLine.Joined)]
        [DataRow("+JOIN: Joined already", (int)ModemLine.JoinedAlready)]
        [DataRow("+JOIN: Join failed", (int)ModemLine.JoinFailed)]
        [DataRow("+MSGHEX: LoRaWAN modem is busy", (int)ModemLine.Busy)]
        [DataRow("+MSGHEX: Please join network first", (int)ModemLine.Error)]
        [DataRow("+MSGHEX: PORT: 15; RX: \"4865\"", (int)ModemLine.Received)]
        [DataRow("+MSGHEX: Done", (int)ModemLine.Sent)]
        [DataRow("+JOIN: Done", (int)ModemLine.Other)]
        [DataRow("+", (int)ModemLine.Other)]
        public void A_line_of_the_LoRa_E5_is_told_by_itself(string line, int told)
        {
            Assert.AreEqual(told, (int)LoRaE5Lines.Tell(line));
        }

        [TestMethod]
        [DataRow("+DR: DR0", 0)]
        [DataRow("+DR: DR0 (ADR DR5)", 5)]
        [DataRow("+DR: EU868 DR5  SF7  BW125K", -1)]
        [DataRow("+DR: DR", -1)]
        public void The_data_rate_is_that_which_the_network_set(string line, int rate)
        {
            Assert.AreEqual(rate, LoRaE5Lines.DataRate(line));
        }

        [TestMethod]
        public void Both_modems_hand_over_port_and_bytes_of_a_downlink()
        {
            Downlink heard = new Downlink();
            Assert.IsTrue(Rak3172Lines.TryReadDownlink("+EVT:RX_1:-70:8:UNICAST:2:48656C6C6F", heard));
            Assert.AreEqual("2 48656c6c6f", heard.Kind + " " + Hex.Of(heard.Frame, heard.FrameLength));
            Assert.IsTrue(LoRaE5Lines.TryReadDownlink("+MSGHEX: PORT: 15; RX: \"48 65 6C\"", heard));
            Assert.AreEqual("15 48656c", heard.Kind + " " + Hex.Of(heard.Frame, heard.FrameLength));
            Assert.IsFalse(LoRaE5Lines.TryReadDownlink("+MSGHEX: PORT: 15; RX: \"48", heard));
            Assert.IsFalse(Rak3172Lines.TryReadDownlink("+EVT:RX_1:-70:8:UNICAST:2:4Z", heard));
        }

        [TestMethod]
        public void The_one_wire_checksum_is_that_of_the_application_note()
        {
            // Maxim application note 27, the ROM of its example.
            byte[] rom = Hex.ParseExact("021cb801000000a2", 8);
            Assert.IsTrue(Crc8.Matches(rom));
            rom[3] ^= 1;
            Assert.IsFalse(Crc8.Matches(rom));
        }

        [TestMethod]
        public void An_identity_is_read_and_a_bad_line_is_named()
        {
            const string head = "format=1\nnode=70b3d57ed0000001\nsite=beauce\nkey=000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n";
            string refusal;
            Identity identity = IdentityText.Parse(head + "link=lora\nmodem=lora-e5\nappkey=2b7e151628aed2a6abf7158809cf4f3c\njoineui=0000000000000000\n", out refusal);
            Assert.IsNull(refusal);
            Assert.AreEqual("lora-e5", identity.Modem);
            Assert.IsNull(IdentityText.Parse(head + "link=smoke\n", out refusal));
            Assert.AreEqual("line 5: link is neither wifi nor lora", refusal);
        }
    }
}

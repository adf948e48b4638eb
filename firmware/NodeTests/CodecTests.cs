using FourPerMille.Sensor.Node.Enrolment;
using FourPerMille.Sensor.Payload;
using nanoFramework.TestFramework;

namespace FourPerMille.Sensor.NodeTests
{
    /// <summary>
    /// The codec on the interpreter: golden bytes of tests/Vectors/payload.json, where a host test looks these up. Equal bytes and MACs
    /// here say that the device's integer arithmetic and its HMAC are those of the gateway.
    /// </summary>
    [TestClass]
    public class CodecTests
    {
        private const string Key = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
        private const string NodeId = "0004a30b001c0530";

        [TestMethod]
        [DataRow(1, 1187, "294622c68001a0f9d459ddf9be0795049835a2329e", "a1c1efdb6d0c4868223b4ce6bed866b2b26327057f9fd0aa8c0bb840f96d58d3")]
        [DataRow(1, 1188, "294822ce0001e0f9d459ddf9be0795049835a2329f19d7468a2967b256f0fae2147b9713c684d1aa554f6a3d4fab60", "6c3681ed2041f3022f2616ee8f8b6fdc317b744a4fed8ec2a9b24d0ad58e4219")]
        [DataRow(9, 4096, "2001fffffffe7ffffffffffffffffffffffffffffe07ffffffffffffffffffffffffffffffffffffffffffffffffe0", "f7ce71d462e5633b1ec27f2cf884c9b70827d6e70fe6ab1ab4ba502489de831f")]
        [DataRow(0, 0, "0000000000004000000000000000000000000000000000000000000000000000000000000000000000000000000000", "9ae4fa37b81a75b132a994301920fc433ff8eb973588e86a98c2f1ed069fb0eb")]
        public void Golden_bytes_decode_encode_to_themselves_and_have_their_MAC(int epoch, int sequence, string body, string mac)
        {
            byte[] golden = Hex.ParseExact(body, body.Length / 2);
            Reading decoded = new Reading();
            Assert.IsTrue(KeyframeCodec.TryDecode(golden, 0, golden.Length, decoded));

            byte[] again = new byte[KeyframeCodec.MaxBodyLength];
            int length = KeyframeCodec.Encode(decoded, again, 0);
            Assert.AreEqual(body, Hex.Of(again, length));

            FrameKeys keys = new FrameKeys(Hex.ParseExact(Key, 32), Hex.ParseExact(NodeId, 8));
            byte[] macUp = keys.MacUp(FrameKind.Keyframe, (uint)epoch, (uint)sequence, golden, 0, golden.Length);
            Assert.AreEqual(mac, Hex.Of(macUp, macUp.Length));
        }

        [TestMethod]
        public void The_typical_keyframe_holds_the_values_it_was_made_from()
        {
            byte[] golden = Hex.ParseExact("294622c68001a0f9d459ddf9be0795049835a2329e", 21);
            Reading reading = new Reading();
            Assert.IsTrue(KeyframeCodec.TryDecode(golden, 0, golden.Length, reading));
            Assert.AreEqual(71220u, reading.MonotonicMinutes);
            Assert.AreEqual(1873, reading.MoistureCounts[1]);
            Assert.AreEqual(330, reading.SoilTemperatureSixteenths[2]);
            Assert.AreEqual(402, reading.AirTemperatureSixteenths);
            Assert.AreEqual(98640, reading.PressurePascals);
            // Made from 1227 ppm; its code has steps of half a percent.
            Assert.AreEqual(1226, reading.Co2Ppm);
            Assert.AreEqual(3980, reading.BatteryMillivolts);
            Assert.IsFalse(reading.HasBands);
        }

        [TestMethod]
        public void The_chain_and_the_seal_of_a_day_are_the_golden_ones()
        {
            FrameKeys keys = new FrameKeys(Hex.ParseExact(Key, 32), Hex.ParseExact(NodeId, 8));
            byte[] link = new byte[FrameKeys.ChainLength];
            link = keys.Chain(link, 1, 1, 1187, Hex.ParseExact("294622c68001a0f9d459ddf9be0795049835a2329e", 21), 0, 21);
            link = keys.Chain(link, 2, 1, 1194, Hex.ParseExact("29540e3486ac5ec108c09220", 12), 0, 12);
            link = keys.Chain(link, 5, 1, 1195, Hex.ParseExact("295600000000000000000000", 12), 0, 12);
            Assert.AreEqual("599616219cb35de6898c7c3b57ee7f27dec4898eec742688ab4ad78d2ae44975", Hex.Of(link, link.Length));

            Seal seal = new Seal();
            seal.Epoch = 1;
            seal.Sequence = 1196;
            seal.Names = 9;
            seal.Absent = 6;
            System.Array.Copy(link, 0, seal.Proof, 0, Seal.ProofLength);
            byte[] body = new byte[Seal.BodyLength];
            Assert.AreEqual("295800090006599616219cb35de6898c7c3b57ee7f27", Hex.Of(body, seal.Encode(body, 0)));
        }

        [TestMethod]
        public void A_golden_delta_decodes_beside_its_keyframe_and_encodes_to_itself()
        {
            byte[] told = Hex.ParseExact("2946225d8001a0f9d459ddf9be0795049835a2329e", 21);
            Reading keyframe = new Reading();
            Assert.IsTrue(KeyframeCodec.TryDecode(told, 0, told.Length, keyframe));
            keyframe.Epoch = 1;
            keyframe.Sequence = 1187;

            byte[] golden = Hex.ParseExact("29540e3486ac5ec108c09220", 12);
            Reading reading = new Reading();
            Assert.IsTrue(DeltaCodec.TryDecode(golden, 0, golden.Length, keyframe, reading));
            Assert.AreEqual(1876, reading.MoistureCounts[1]);
            byte[] again = new byte[DeltaCodec.MaxBodyLength];
            Assert.AreEqual("29540e3486ac5ec108c09220", Hex.Of(again, DeltaCodec.Encode(reading, keyframe, again, 0)));
        }

        [TestMethod]
        public void A_frame_with_one_bit_changed_is_not_believed()
        {
            FrameKeys keys = new FrameKeys(Hex.ParseExact(Key, 32), Hex.ParseExact(NodeId, 8));
            byte[] frame = new byte[21 + FrameKeys.LoRaUplinkMacLength];
            Hex.Parse("294622c68001a0f9d459ddf9be0795049835a2329ea1c1efdb", 0, frame);
            Assert.IsTrue(keys.VerifyUp(FrameKind.Keyframe, 1, 1187, frame, 0, 21, FrameKeys.LoRaUplinkMacLength));
            frame[7] ^= 0x10;
            Assert.IsFalse(keys.VerifyUp(FrameKind.Keyframe, 1, 1187, frame, 0, 21, FrameKeys.LoRaUplinkMacLength));
        }
    }
}

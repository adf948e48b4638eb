using System;

namespace FourPerMille.Sensor.Payload
{
    /// <summary>
    /// A day's named frames under one long MAC: SPEC.md section 3b. It speaks of the names from <see cref="First"/> to just before its
    /// own; the frames under them are chained in rising order by <see cref="FrameKeys.Chain"/>, and sixteen bytes of the chain's end
    /// travel here.
    /// </summary>
    public sealed class Seal
    {
        public const int BodyLength = 22;
        public const int ProofLength = 16;

        /// <summary>Names that one seal may speak of; a day of one frame every second is fewer.</summary>
        public const uint MaxNames = (1u << NamesBits) - 1;

        /// <summary>Names without a frame that one seal may speak of.</summary>
        public const uint MaxAbsent = (1u << AbsentBits) - 1;

        public const int NamesBits = 17;
        public const int AbsentBits = 16;

        private readonly byte[] _proof = new byte[ProofLength];

        /// <summary>Epoch and sequence of the seal's own name; a decoded body gives their low bits only.</summary>
        public uint Epoch { get; set; }

        public uint Sequence { get; set; }

        /// <summary>How many names before its own it speaks of.</summary>
        public uint Names { get; set; }

        /// <summary>Of these, the names under which no frame was ever written.</summary>
        public uint Absent { get; set; }

        /// <summary>The first <see cref="ProofLength"/> bytes of the chain's end.</summary>
        public byte[] Proof { get { return _proof; } }

        /// <summary>The first name it speaks of; right once <see cref="Sequence"/> is the full number.</summary>
        public uint First { get { return Sequence - Names; } }

        /// <summary>Writes the body and answers its length in bytes.</summary>
        public int Encode(byte[] buffer, int offset)
        {
            BitWriter writer = new BitWriter(buffer, offset);
            FrameName.Write(writer, Epoch, Sequence);
            writer.Write(Names, NamesBits);
            writer.Write(Absent, AbsentBits);
            Array.Copy(_proof, 0, buffer, offset + BodyLength - ProofLength, ProofLength);
            return BodyLength;
        }

        /// <summary>False for a body that no encoder of this version writes.</summary>
        public static bool TryDecode(byte[] buffer, int offset, int length, Seal into)
        {
            if (length != BodyLength)
            {
                return false;
            }

            BitReader reader = new BitReader(buffer, offset);
            uint wireEpoch;
            uint wireSequence;
            FrameName.Read(reader, out wireEpoch, out wireSequence);
            into.Epoch = wireEpoch;
            into.Sequence = wireSequence;
            into.Names = reader.Read(NamesBits);
            into.Absent = reader.Read(AbsentBits);
            Array.Copy(buffer, offset + BodyLength - ProofLength, into._proof, 0, ProofLength);
            return into.Absent < into.Names;
        }
    }
}

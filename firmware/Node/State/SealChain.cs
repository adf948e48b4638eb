using System;
using FourPerMille.Sensor.Node.FlashLog;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Node.State
{
    /// <summary>
    /// The chain over the named frames since the last seal (SPEC.md section 3b). It follows from the log's entries alone, so after a power
    /// cut it is caught up from them; a seal begins the next chain and is its first link, and so the days hang together.
    /// </summary>
    internal sealed class SealChain
    {
        public const int EncodedLength = FrameKeys.ChainLength + 16;

        private byte[] _link = new byte[FrameKeys.ChainLength];

        /// <summary>The first name that the next seal speaks of.</summary>
        public uint First { get; private set; }

        /// <summary>The first name not looked at yet; frames below it are in the chain.</summary>
        public uint Next { get; private set; }

        /// <summary>Frames in the chain.</summary>
        public uint Frames { get; private set; }

        /// <summary>The day of the steady clock on which the chain began.</summary>
        public uint Day { get; private set; }

        /// <summary>Nothing is in the chain: an epoch begins, or what came before cannot be sealed.</summary>
        public void BeginAt(uint first)
        {
            Restart(first, 0);
            Next = first;
        }

        /// <summary>Takes a frame that is durable in the log; one that was taken before changes nothing.</summary>
        public void Take(LogEntry entry, FrameKeys keys, uint steadyDay)
        {
            if (entry.Sequence < Next)
            {
                return;
            }

            if (entry.Kind == FrameKind.Seal)
            {
                Restart(entry.Sequence, steadyDay);
            }
            else if (Frames == 0)
            {
                Day = steadyDay;
            }

            _link = keys.Chain(_link, entry.Kind, entry.Epoch, entry.Sequence, entry.Frame, 0, entry.BodyLength);
            Next = entry.Sequence + 1;
            Frames++;
        }

        /// <summary>Tells a seal of this name what it speaks of.</summary>
        public void Tell(Seal seal)
        {
            seal.Names = seal.Sequence - First;
            seal.Absent = seal.Names - Frames;
            Array.Copy(_link, 0, seal.Proof, 0, Seal.ProofLength);
        }

        public void Encode(byte[] buffer, int offset)
        {
            Array.Copy(_link, 0, buffer, offset, _link.Length);
            int position = offset + _link.Length;
            LittleEndian.Write32(buffer, position, First);
            LittleEndian.Write32(buffer, position + 4, Next);
            LittleEndian.Write32(buffer, position + 8, Frames);
            LittleEndian.Write32(buffer, position + 12, Day);
        }

        public void Decode(byte[] buffer, int offset)
        {
            Array.Copy(buffer, offset, _link, 0, _link.Length);
            int position = offset + _link.Length;
            First = LittleEndian.Read32(buffer, position);
            Next = LittleEndian.Read32(buffer, position + 4);
            Frames = LittleEndian.Read32(buffer, position + 8);
            Day = LittleEndian.Read32(buffer, position + 12);
        }

        private void Restart(uint first, uint steadyDay)
        {
            Array.Clear(_link, 0, _link.Length);
            First = first;
            Frames = 0;
            Day = steadyDay;
        }
    }
}

using System;
using FourPerMille.Sensor.Node.Link.LoRaWan;
using FourPerMille.Sensor.Node.Power;

namespace FourPerMille.Sensor.Node.State
{
    /// <summary>
    /// All that a node remembers through deep sleep besides its readings: where it is in its epoch, its steady clock, what the gateway
    /// has acknowledged, and the LoRaWAN line's duties. One small file in two slots; saved at the few moments that firmware/DESIGN.md
    /// lists.
    /// </summary>
    internal sealed class NodeState
    {
        private const byte Version = 2;
        private const int JoinRetryOffset = 72;
        private const int AirtimeOffset = 81;
        private const int ScheduleOffset = AirtimeOffset + AirtimeLedger.EncodedLength;
        private const int ChainOffset = ScheduleOffset + ScheduleMemory.EncodedLength;
        private const int SealRetryOffset = ChainOffset + SealChain.EncodedLength;
        private const int FixedLength = SealRetryOffset + RetryPause.EncodedLength;
        private const int Capacity = FixedLength + MaxMarkLength + AcknowledgedEpochs.MaxEncodedLength + KeyframeMemory.MaxEncodedLength;

        public const int MaxMarkLength = 34;

        private readonly TwoSlotFile _file;
        private readonly byte[] _bytes = new byte[Capacity];

        public NodeState(Crc32 crc)
        {
            _file = new TwoSlotFile("I:\\state", Capacity, crc);
            Acknowledged = new AcknowledgedEpochs();
            Keyframes = new KeyframeMemory();
            Chain = new SealChain();
            Airtime = new AirtimeLedger();
            Schedule = new ScheduleMemory();
            JoinRetry = new RetryPause();
            SealRetry = new RetryPause();
            MarkFrame = new byte[MaxMarkLength];
        }

        /// <summary>CRC-32 of the node id and key that this state belongs to.</summary>
        public uint Enrolment { get; set; }

        /// <summary>The epoch that new readings belong to; 0 before the first.</summary>
        public uint Epoch { get; set; }

        /// <summary>The sequence number of the next reading, as far as known when last saved; the log may be ahead.</summary>
        public uint NextSequence { get; set; }

        /// <summary>Wakes with a reading since the state began: decides when bands and sessions are due.</summary>
        public uint Wakes { get; set; }

        public AcknowledgedEpochs Acknowledged { get; }

        public KeyframeMemory Keyframes { get; }

        public SealChain Chain { get; }

        /// <summary>Device clock, in milliseconds since 1970, at which the steady clock stood at zero.</summary>
        public long SteadyZeroMilliseconds { get; set; }

        /// <summary>What <see cref="SteadyZeroMilliseconds"/> becomes by a clock set under way; 0 for none.</summary>
        public long PendingSteadyZeroMilliseconds { get; set; }

        /// <summary>The steady clock when this state was last saved.</summary>
        public uint SteadySeconds { get; set; }

        /// <summary>Who set the device clock: 0 nobody since it last stopped, 1 an unauthenticated source, 2 the gateway.</summary>
        public int ClockSource { get; set; }

        /// <summary>What the device clock showed when it was last set.</summary>
        public uint ClockSetUnixSeconds { get; set; }

        /// <summary>Whether a time request waits for its answer; the answer must repeat the three numbers.</summary>
        public bool TimeAsked { get; set; }

        public bool TimeEverAsked { get; set; }

        public uint TimeAskedEpoch { get; set; }

        public uint TimeAskedNextSequence { get; set; }

        public uint TimeAskedSteadySeconds { get; set; }

        /// <summary>A clock mark the gateway may not have yet: body and MAC.</summary>
        public byte[] MarkFrame { get; }

        /// <summary>Length of <see cref="MarkFrame"/> in bytes; 0 for none.</summary>
        public int MarkLength { get; set; }

        /// <summary>Readings of <see cref="DroppedEpoch"/> below this sequence may be gone because the log was full.</summary>
        public uint DroppedBelowSequence { get; set; }

        public uint DroppedEpoch { get; set; }

        /// <summary>Readings of the present epoch that could not be written: first of the latest run, and the one behind it.</summary>
        public uint WriteFailedFirst { get; set; }

        public uint WriteFailedEnd { get; set; }

        public AirtimeLedger Airtime { get; }

        public ScheduleMemory Schedule { get; }

        /// <summary>CRC-32 of the credentials that the modem was last given.</summary>
        public uint ModemCredentials { get; set; }

        public RetryPause JoinRetry { get; }

        /// <summary>When a confirmed seal was last tried.</summary>
        public RetryPause SealRetry { get; }

        /// <summary>False when no whole state is on flash: then every property is at its default.</summary>
        public bool TryLoad()
        {
            int length = _file.Load(_bytes);
            if (length >= FixedLength && _bytes[0] == Version && TryRead(length))
            {
                return true;
            }

            Reset();
            return false;
        }

        /// <summary>Durable on return.</summary>
        public void Save()
        {
            _file.Save(_bytes, Write());
        }

        private void Reset()
        {
            Array.Clear(_bytes, 0, _bytes.Length);
            _bytes[0] = Version;
            ReadFixed();
            Airtime.Decode(_bytes, AirtimeOffset);
            Schedule.Decode(_bytes, ScheduleOffset);
            Chain.Decode(_bytes, ChainOffset);
            JoinRetry.Decode(_bytes, JoinRetryOffset);
            SealRetry.Decode(_bytes, SealRetryOffset);
            Acknowledged.Clear();
            Keyframes.Clear();
        }

        private int Write()
        {
            _bytes[0] = Version;
            _bytes[1] = (byte)ClockSource;
            _bytes[2] = (byte)((TimeAsked ? 1 : 0) | (TimeEverAsked ? 2 : 0));
            _bytes[3] = (byte)MarkLength;
            LittleEndian.Write32(_bytes, 4, Epoch);
            LittleEndian.Write32(_bytes, 8, NextSequence);
            LittleEndian.Write32(_bytes, 12, Wakes);
            LittleEndian.Write64(_bytes, 16, SteadyZeroMilliseconds);
            LittleEndian.Write64(_bytes, 24, PendingSteadyZeroMilliseconds);
            LittleEndian.Write32(_bytes, 32, SteadySeconds);
            LittleEndian.Write32(_bytes, 36, ClockSetUnixSeconds);
            LittleEndian.Write16(_bytes, 40, TimeAskedEpoch);
            LittleEndian.Write32(_bytes, 42, TimeAskedNextSequence);
            LittleEndian.Write32(_bytes, 46, TimeAskedSteadySeconds);
            LittleEndian.Write32(_bytes, 50, DroppedBelowSequence);
            LittleEndian.Write16(_bytes, 54, DroppedEpoch);
            LittleEndian.Write32(_bytes, 56, WriteFailedFirst);
            LittleEndian.Write32(_bytes, 60, WriteFailedEnd);
            LittleEndian.Write32(_bytes, 64, 0);
            LittleEndian.Write32(_bytes, 68, ModemCredentials);
            JoinRetry.Encode(_bytes, JoinRetryOffset);
            LittleEndian.Write32(_bytes, 77, Enrolment);
            Airtime.Encode(_bytes, AirtimeOffset);
            Schedule.Encode(_bytes, ScheduleOffset);
            Chain.Encode(_bytes, ChainOffset);
            SealRetry.Encode(_bytes, SealRetryOffset);
            Array.Copy(MarkFrame, 0, _bytes, FixedLength, MarkLength);
            int length = FixedLength + MarkLength;
            length += Acknowledged.Encode(_bytes, length);
            length += Keyframes.Encode(_bytes, length);
            return length;
        }

        private bool TryRead(int length)
        {
            ReadFixed();
            Airtime.Decode(_bytes, AirtimeOffset);
            Schedule.Decode(_bytes, ScheduleOffset);
            Chain.Decode(_bytes, ChainOffset);
            JoinRetry.Decode(_bytes, JoinRetryOffset);
            SealRetry.Decode(_bytes, SealRetryOffset);
            if (MarkLength > MaxMarkLength || FixedLength + MarkLength > length)
            {
                return false;
            }

            Array.Copy(_bytes, FixedLength, MarkFrame, 0, MarkLength);
            int position = Acknowledged.Decode(_bytes, FixedLength + MarkLength, length);
            return position >= 0 && Keyframes.Decode(_bytes, position, length) == length;
        }

        private void ReadFixed()
        {
            ClockSource = _bytes[1];
            TimeAsked = (_bytes[2] & 1) != 0;
            TimeEverAsked = (_bytes[2] & 2) != 0;
            MarkLength = _bytes[3];
            Epoch = LittleEndian.Read32(_bytes, 4);
            NextSequence = LittleEndian.Read32(_bytes, 8);
            Wakes = LittleEndian.Read32(_bytes, 12);
            SteadyZeroMilliseconds = LittleEndian.Read64(_bytes, 16);
            PendingSteadyZeroMilliseconds = LittleEndian.Read64(_bytes, 24);
            SteadySeconds = LittleEndian.Read32(_bytes, 32);
            ClockSetUnixSeconds = LittleEndian.Read32(_bytes, 36);
            TimeAskedEpoch = LittleEndian.Read16(_bytes, 40);
            TimeAskedNextSequence = LittleEndian.Read32(_bytes, 42);
            TimeAskedSteadySeconds = LittleEndian.Read32(_bytes, 46);
            DroppedBelowSequence = LittleEndian.Read32(_bytes, 50);
            DroppedEpoch = LittleEndian.Read16(_bytes, 54);
            WriteFailedFirst = LittleEndian.Read32(_bytes, 56);
            WriteFailedEnd = LittleEndian.Read32(_bytes, 60);
            ModemCredentials = LittleEndian.Read32(_bytes, 68);
            Enrolment = LittleEndian.Read32(_bytes, 77);
        }
    }
}

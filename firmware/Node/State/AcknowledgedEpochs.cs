using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Node.State
{
    /// <summary>
    /// What the gateway holds for good, an <see cref="Acknowledgement"/> for each of the last few epochs, and where those that have ended
    /// ended. Only authenticated acknowledgements come here, they only ever add, and only as far as this node has sent: what it never sent
    /// nobody can hold, so an acknowledgement of it speaks of an earlier life under the same names (an erased flash).
    /// </summary>
    internal sealed class AcknowledgedEpochs
    {
        /// <summary>
        /// Readings of more epochs than these wait in the log only after several losses of state; then the oldest is asked anew.
        /// </summary>
        private const int Rows = 4;

        private const int EndLength = 4;
        private const int SentLength = 6;

        public const int MaxEncodedLength = Rows * (1 + Acknowledgement.MaxBodyLength + EndLength) + SentLength;

        private readonly Acknowledgement[] _rows = new Acknowledgement[Rows];
        private readonly uint[] _ends = new uint[Rows];
        private readonly Acknowledgement _union = new Acknowledgement();
        private readonly CoveredRuns _known = new CoveredRuns();
        private readonly CoveredRuns _new = new CoveredRuns();

        /// <summary>Everything of earlier epochs, and of this one below <see cref="_sentBelow"/>, was sent once or is no more.</summary>
        private uint _sentEpoch;
        private uint _sentBelow;

        public AcknowledgedEpochs()
        {
            for (int i = 0; i < Rows; i++)
            {
                _rows[i] = new Acknowledgement();
            }
        }

        public void Clear()
        {
            for (int i = 0; i < Rows; i++)
            {
                _rows[i].Clear(0, 0);
                _ends[i] = 0;
            }

            _sentEpoch = 0;
            _sentBelow = 0;
        }

        /// <summary>From its first reading on this node knows all about an epoch: nothing is durable yet.</summary>
        public void Begin(uint epoch)
        {
            int row = RowOf(epoch, true);
            _rows[row].Clear(epoch, 0);
            _ends[row] = 0;
        }

        /// <summary>The epoch ends: no sequence from this one on was taken in it.</summary>
        public void End(uint epoch, uint end)
        {
            int row = RowOf(epoch, false);
            if (row >= 0 && end > _ends[row])
            {
                _ends[row] = end;
            }
        }

        /// <summary>
        /// Frames of this run leave the log unsent. Of an epoch that a lost state had known they are all that can still be told, so from
        /// now on that much of it is known.
        /// </summary>
        public void NoteDropped(uint epoch, uint first, uint end)
        {
            if (!Knows(epoch))
            {
                int row = RowOf(epoch, true);
                _rows[row].Clear(epoch, first);
                _ends[row] = 0;
            }

            End(epoch, end);
        }

        /// <summary>Where an epoch that is over ended; 0 while that is not known.</summary>
        public uint EndOf(uint epoch)
        {
            int row = RowOf(epoch, false);
            return row < 0 ? 0 : _ends[row];
        }

        /// <summary>The lowest epoch above this one of which something is known; 0 for none.</summary>
        public uint KnownAbove(uint epoch)
        {
            uint lowest = 0;
            for (int i = 0; i < Rows; i++)
            {
                uint known = _rows[i].Epoch;
                if (known > epoch && (lowest == 0 || known < lowest))
                {
                    lowest = known;
                }
            }

            return lowest;
        }

        /// <summary>The epoch up to which frames were sent.</summary>
        public uint SentEpoch { get { return _sentEpoch; } }

        /// <summary>In <see cref="SentEpoch"/>, one above the last sequence that was sent.</summary>
        public uint SentBelow { get { return _sentBelow; } }

        /// <summary>An envelope leaves: frames go in the order of their names, so all below this one went before it.</summary>
        public void NoteSent(uint epoch, uint below)
        {
            if (epoch > _sentEpoch || (epoch == _sentEpoch && below > _sentBelow))
            {
                _sentEpoch = epoch;
                _sentBelow = below;
            }
        }

        /// <summary>The envelope was not answered: perhaps nobody heard it.</summary>
        public void SentOnly(uint epoch, uint below)
        {
            _sentEpoch = epoch;
            _sentBelow = below;
        }

        /// <summary>
        /// Whether it is known which readings of the epoch are durable, so that one which is neither there nor here is lost.
        /// </summary>
        public bool Knows(uint epoch)
        {
            return RowOf(epoch, false) >= 0;
        }

        /// <summary>Everything below this sequence number is durable or declared lost; 0 for an unknown epoch.</summary>
        public uint NextOf(uint epoch)
        {
            int row = RowOf(epoch, false);
            return row < 0 ? 0 : _rows[row].Next;
        }

        public bool Covers(uint epoch, uint sequence)
        {
            int row = RowOf(epoch, false);
            return row >= 0 && _rows[row].Covers(sequence);
        }

        /// <summary>
        /// Takes over a verified acknowledgement, as far as its readings were sent; false for one that adds nothing. What is known stays
        /// known: one of a gateway that fell back may have a lower next and still cover readings that none before it did.
        /// </summary>
        public bool Advance(Acknowledgement heard)
        {
            if (heard.Epoch > _sentEpoch || Reach(heard) == 0)
            {
                return false;
            }

            int at = RowOf(heard.Epoch, true);
            Acknowledgement row = _rows[at];
            bool isNewEpoch = row.Epoch != heard.Epoch;
            if (isNewEpoch)
            {
                row.Clear(heard.Epoch, 0);
                _ends[at] = 0;
            }

            Unite(row, heard, heard.Epoch == _sentEpoch ? _sentBelow : uint.MaxValue);
            bool isNews = isNewEpoch || !AreSame(row, _union);
            if (isNews)
            {
                Copy(_union, row);
            }

            return isNews;
        }

        /// <summary>Whether in some epoch that is known here less is settled than there.</summary>
        public bool FallsShortOf(AcknowledgedEpochs other)
        {
            for (int i = 0; i < Rows; i++)
            {
                if (_rows[i].Epoch != 0 && _rows[i].Next < other.NextOf(_rows[i].Epoch))
                {
                    return true;
                }
            }

            return false;
        }

        /// <summary>Takes over what another knows of each epoch.</summary>
        public void CopyRows(AcknowledgedEpochs from)
        {
            for (int i = 0; i < Rows; i++)
            {
                Copy(from._rows[i], _rows[i]);
            }
        }

        /// <summary>Takes over what was said last, more or less than before: what the gateway holds by its own word.</summary>
        public void Replace(Acknowledgement heard)
        {
            Copy(heard, _rows[RowOf(heard.Epoch, true)]);
        }

        public int Encode(byte[] buffer, int offset)
        {
            int position = offset;
            for (int i = 0; i < Rows; i++)
            {
                int length = _rows[i].Encode(buffer, position + 1);
                buffer[position] = (byte)length;
                position += 1 + length;
                LittleEndian.Write32(buffer, position, _ends[i]);
                position += EndLength;
            }

            LittleEndian.Write16(buffer, position, _sentEpoch);
            LittleEndian.Write32(buffer, position + 2, _sentBelow);
            return position + SentLength - offset;
        }

        /// <summary>Reads what <see cref="Encode"/> wrote and answers the position behind it, or -1.</summary>
        public int Decode(byte[] buffer, int offset, int end)
        {
            int position = offset;
            for (int i = 0; i < Rows; i++)
            {
                int length = position < end ? buffer[position] : 0;
                if (position + 1 + length + EndLength > end || !Acknowledgement.TryDecode(buffer, position + 1, length, _rows[i]))
                {
                    return -1;
                }

                position += 1 + length;
                _ends[i] = LittleEndian.Read32(buffer, position);
                position += EndLength;
            }

            if (position + SentLength > end)
            {
                return -1;
            }

            _sentEpoch = LittleEndian.Read16(buffer, position);
            _sentBelow = LittleEndian.Read32(buffer, position + 2);
            return position + SentLength;
        }

        /// <summary>The epoch's row, or (when asked for one) the row of the lowest epoch, which is free (0) or the oldest; -1 for none.</summary>
        private int RowOf(uint epoch, bool orOldest)
        {
            int oldest = 0;
            for (int i = 0; i < Rows; i++)
            {
                if (_rows[i].Epoch == epoch && epoch != 0)
                {
                    return i;
                }

                if (_rows[i].Epoch < _rows[oldest].Epoch)
                {
                    oldest = i;
                }
            }

            return orOldest ? oldest : -1;
        }

        /// <summary>What either covers, of the second what lies below the limit; of more runs than one holds the highest are left out.</summary>
        private void Unite(Acknowledgement row, Acknowledgement heard, uint limit)
        {
            _known.Begin(row, uint.MaxValue);
            _new.Begin(heard, limit);
            _union.Clear(row.Epoch, NextRunEnd(0));
            uint placed = _union.Next;
            while (!_known.AtEnd || !_new.AtEnd)
            {
                uint start = Lower().Start;
                uint end = NextRunEnd(start);
                if (!_union.TryAdd(start - placed, end - start))
                {
                    return;
                }

                placed = end;
            }
        }

        /// <summary>The end of the run that begins here, when all that overlaps it or touches it is one with it.</summary>
        private uint NextRunEnd(uint start)
        {
            uint end = start;
            CoveredRuns lower = Lower();
            while (!lower.AtEnd && lower.Start <= end)
            {
                end = lower.End > end ? lower.End : end;
                lower.MoveOn();
                lower = Lower();
            }

            return end;
        }

        private CoveredRuns Lower()
        {
            return _new.AtEnd || (!_known.AtEnd && _known.Start <= _new.Start) ? _known : _new;
        }

        private static void Copy(Acknowledgement from, Acknowledgement to)
        {
            to.Clear(from.Epoch, from.Next);
            for (int run = 0; run < from.RunCount; run++)
            {
                to.TryAdd(from.MissingRun(run), from.DurableRun(run));
            }
        }

        private static bool AreSame(Acknowledgement one, Acknowledgement other)
        {
            bool same = one.Next == other.Next && one.RunCount == other.RunCount;
            for (int run = 0; same && run < one.RunCount; run++)
            {
                same = one.MissingRun(run) == other.MissingRun(run) && one.DurableRun(run) == other.DurableRun(run);
            }

            return same;
        }

        /// <summary>One above the highest reading that it speaks of.</summary>
        public static uint Reach(Acknowledgement acknowledgement)
        {
            uint reach = acknowledgement.Next;
            for (int run = 0; run < acknowledgement.RunCount; run++)
            {
                reach += acknowledgement.MissingRun(run) + acknowledgement.DurableRun(run);
            }

            return reach;
        }
    }
}

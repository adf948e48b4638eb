using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Node.State
{
    /// <summary>
    /// What the gateway holds for good, an <see cref="Acknowledgement"/> for each of the last few epochs. Only authenticated
    /// acknowledgements come here, and they only ever add.
    /// </summary>
    internal sealed class AcknowledgedEpochs
    {
        /// <summary>
        /// Readings of more epochs than these wait in the log only after several losses of state; then the oldest is asked anew.
        /// </summary>
        private const int Rows = 4;

        public const int MaxEncodedLength = Rows * (1 + Acknowledgement.MaxBodyLength);

        private readonly Acknowledgement[] _rows = new Acknowledgement[Rows];

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
            }
        }

        /// <summary>From its first reading on this node knows all about an epoch: nothing is durable yet.</summary>
        public void Begin(uint epoch)
        {
            Row(epoch, true).Clear(epoch, 0);
        }

        /// <summary>
        /// Whether it is known which readings of the epoch are durable, so that one which is neither there nor here is lost.
        /// </summary>
        public bool Knows(uint epoch)
        {
            return Row(epoch, false) != null;
        }

        /// <summary>Everything below this sequence number is durable or declared lost; 0 for an unknown epoch.</summary>
        public uint NextOf(uint epoch)
        {
            Acknowledgement row = Row(epoch, false);
            return row == null ? 0 : row.Next;
        }

        public bool Covers(uint epoch, uint sequence)
        {
            Acknowledgement row = Row(epoch, false);
            return row != null && row.Covers(sequence);
        }

        /// <summary>Takes over a verified acknowledgement; false for one that adds nothing.</summary>
        public bool Advance(Acknowledgement heard)
        {
            Acknowledgement row = Row(heard.Epoch, true);
            bool isNews = row.Epoch != heard.Epoch || heard.Next > row.Next || (heard.Next == row.Next && Reach(heard) > Reach(row));
            if (isNews)
            {
                row.Clear(heard.Epoch, heard.Next);
                for (int run = 0; run < heard.RunCount; run++)
                {
                    row.TryAdd(heard.MissingRun(run), heard.DurableRun(run));
                }
            }

            return isNews;
        }

        public int Encode(byte[] buffer, int offset)
        {
            int position = offset;
            for (int i = 0; i < Rows; i++)
            {
                int length = _rows[i].Encode(buffer, position + 1);
                buffer[position] = (byte)length;
                position += 1 + length;
            }

            return position - offset;
        }

        /// <summary>Reads what <see cref="Encode"/> wrote and answers the position behind it, or -1.</summary>
        public int Decode(byte[] buffer, int offset, int end)
        {
            int position = offset;
            for (int i = 0; i < Rows; i++)
            {
                int length = position < end ? buffer[position] : 0;
                if (position + 1 + length > end || !Acknowledgement.TryDecode(buffer, position + 1, length, _rows[i]))
                {
                    return -1;
                }

                position += 1 + length;
            }

            return position;
        }

        /// <summary>The epoch's row, or (when asked for one) the row of the lowest epoch, which is free (0) or the oldest.</summary>
        private Acknowledgement Row(uint epoch, bool orOldest)
        {
            Acknowledgement oldest = _rows[0];
            for (int i = 0; i < Rows; i++)
            {
                if (_rows[i].Epoch == epoch && epoch != 0)
                {
                    return _rows[i];
                }

                if (_rows[i].Epoch < oldest.Epoch)
                {
                    oldest = _rows[i];
                }
            }

            return orOldest ? oldest : null;
        }

        private static uint Reach(Acknowledgement acknowledgement)
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

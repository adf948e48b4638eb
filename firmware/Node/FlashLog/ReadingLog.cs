using System.IO;
using FourPerMille.Sensor.Node.State;

namespace FourPerMille.Sensor.Node.FlashLog
{
    /// <summary>
    /// The readings that the gateway does not yet hold, oldest first, in files of one flash block each. An append is one open, write and
    /// close, and durable when it returns; nothing written is ever changed; a segment is deleted when every entry of it is acknowledged,
    /// or, when the log is full, because it is the oldest.
    /// </summary>
    internal sealed class ReadingLog
    {
        /// <summary>One littlefs block of the ESP32 layouts, less its own bookkeeping: a segment then fills one block.</summary>
        public const int SegmentBytes = 4000;

        private const int BlockBytes = 4096;

        private readonly SegmentFiles _files = new SegmentFiles();
        private readonly EntryFormat _format;
        private readonly byte[] _segment = new byte[SegmentBytes];
        private readonly byte[] _entryBytes = new byte[EntryFormat.MaxLength];
        private readonly LogEntry _scanned = new LogEntry();
        private readonly int _maxSegments;

        private int _newestLength;
        private bool _newestIsDamaged;
        private int _readNumber;
        private int _readPosition;
        private int _heldNumber;
        private int _heldLength;

        /// <param name="budgetBytes">Flash that the log may fill; at least two blocks.</param>
        public ReadingLog(int budgetBytes, Crc32 crc)
        {
            _format = new EntryFormat(crc);
            _maxSegments = budgetBytes / BlockBytes < 2 ? 2 : budgetBytes / BlockBytes;
        }

        /// <summary>Name of the newest whole entry; epoch 0 when the log is empty.</summary>
        public uint NewestEpoch { get; private set; }

        public uint NewestSequence { get; private set; }

        public int SegmentCount { get { return _files.Count; } }

        /// <summary>
        /// Finds the segments and the newest entry. One directory listing, and one segment read (more only after damage).
        /// </summary>
        public void Open()
        {
            _files.Find();
            NewestEpoch = 0;
            _newestIsDamaged = false;
            _newestLength = 0;
            for (int number = _files.Newest; number >= _files.Oldest && NewestEpoch == 0; number--)
            {
                int position = 0;
                int length = Hold(number);
                bool sawDamage = false;
                while (_format.TryNext(_segment, length, ref position, _scanned, ref sawDamage))
                {
                    NewestEpoch = _scanned.Epoch;
                    NewestSequence = _scanned.Sequence;
                }

                if (number == _files.Newest)
                {
                    _newestLength = length;
                    _newestIsDamaged = sawDamage;
                }
            }
        }

        /// <summary>
        /// Whether the next append needs the oldest segment's place. The caller then notes what goes (<see cref="NameNewestOfOldest"/>),
        /// saves that, and calls <see cref="DropOldest"/>.
        /// </summary>
        public bool IsFullFor(uint epoch)
        {
            return NeedsNewSegment(epoch, EntryFormat.MaxLength) && _files.Count >= _maxSegments;
        }

        /// <summary>Durable on return. Throws IOException when the flash takes no more.</summary>
        public void Append(LogEntry entry)
        {
            int length = _format.Encode(entry, _entryBytes);
            bool begins = NeedsNewSegment(entry.Epoch, length);
            int number = begins ? _files.Newest + 1 : _files.Newest;
            _heldNumber = 0;
            _files.Append(number, _entryBytes, length);
            if (begins)
            {
                _files.Added(number);
            }

            _newestLength = begins ? length : _newestLength + length;
            _newestIsDamaged = false;
            NewestEpoch = entry.Epoch;
            NewestSequence = entry.Sequence;
        }

        /// <summary>
        /// Starts reading at the oldest entry. Room may be made and entries appended while it goes on.
        /// </summary>
        public void Rewind()
        {
            _readNumber = _files.Oldest - 1;
            _readPosition = 0;
        }

        public bool TryNext(LogEntry into)
        {
            bool sawDamage = false;
            while (!_format.TryNext(_segment, Held(_readNumber), ref _readPosition, into, ref sawDamage))
            {
                if (_readNumber >= _files.Newest)
                {
                    return false;
                }

                _readNumber++;
                _readPosition = 0;
            }

            return true;
        }

        /// <summary>
        /// The name of the last reading that <see cref="DropOldest"/> would take, epoch 0 if it would take none; what nobody acknowledged of
        /// them is noted as dropped.
        /// </summary>
        public void NameNewestOfOldest(AcknowledgedEpochs acknowledged, out uint epoch, out uint sequence)
        {
            epoch = 0;
            sequence = 0;
            int position = 0;
            int length = Hold(_files.Oldest);
            bool sawDamage = false;
            while (_format.TryNext(_segment, length, ref position, _scanned, ref sawDamage))
            {
                epoch = _scanned.Epoch;
                sequence = _scanned.Sequence;
                if (!acknowledged.Covers(epoch, sequence))
                {
                    acknowledged.NoteDropped(epoch, sequence, sequence + 1);
                }
            }
        }

        /// <summary>Of the oldest whole entry in the oldest segment; 0 when there is none.</summary>
        public uint OldestEpoch()
        {
            int position = 0;
            int length = _files.Count == 0 ? 0 : Hold(_files.Oldest);
            bool sawDamage = false;
            return _format.TryNext(_segment, length, ref position, _scanned, ref sawDamage) ? _scanned.Epoch : 0;
        }

        public void DropOldest()
        {
            _files.DeleteOldest();
            if (_files.Count == 0)
            {
                _newestLength = 0;
                _newestIsDamaged = false;
            }
        }

        /// <summary>Deletes the segments, from the oldest on, in which every entry is acknowledged.</summary>
        public void Free(AcknowledgedEpochs acknowledged)
        {
            while (_files.Count > 0 && IsCovered(_files.Oldest, acknowledged))
            {
                DropOldest();
            }
        }

        private bool IsCovered(int number, AcknowledgedEpochs acknowledged)
        {
            int position = 0;
            int length = Hold(number);
            bool sawDamage = false;
            while (_format.TryNext(_segment, length, ref position, _scanned, ref sawDamage))
            {
                if (!acknowledged.Covers(_scanned.Epoch, _scanned.Sequence))
                {
                    return false;
                }
            }

            return true;
        }

        /// <summary>
        /// Bytes of a segment in the buffer, which is read into it unless it is there: room may have been made, with the same buffer,
        /// since the last look. A segment that is gone has none.
        /// </summary>
        private int Held(int number)
        {
            return number < _files.Oldest ? 0 : number == _heldNumber ? _heldLength : Hold(number);
        }

        private int Hold(int number)
        {
            _heldNumber = number;
            _heldLength = _files.Read(number, _segment);
            return _heldLength;
        }

        /// <summary>
        /// An epoch begins a segment: a few epochs' acknowledgements are remembered, so no segment may need those of many to be freed.
        /// </summary>
        private bool NeedsNewSegment(uint epoch, int entryLength)
        {
            return _files.Count == 0 || _newestIsDamaged || epoch != NewestEpoch || _newestLength + entryLength > SegmentBytes;
        }
    }
}

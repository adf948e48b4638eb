using System.IO;
using System.Text;
using FourPerMille.Sensor.Node.State;

namespace FourPerMille.Sensor.Node.Enrolment
{
    /// <summary>
    /// The identity file that the technician put on the node, and the last good copy of it that the node keeps itself. A file that is
    /// refused, cut short by a pulled cable or edited wrongly leaves the node working as before, and saying so in every reading.
    /// </summary>
    internal sealed class IdentityStore
    {
        private const string Path = "I:\\identity.txt";
        private const int MaxLength = 1024;

        private readonly TwoSlotFile _lastGood;
        private readonly byte[] _bytes = new byte[MaxLength];

        public IdentityStore(Crc32 crc)
        {
            _lastGood = new TwoSlotFile("I:\\identity", MaxLength, crc);
        }

        /// <summary>Null when there is neither a good file nor a good copy.</summary>
        public Identity Load()
        {
            string refusal;
            string text = ReadFile(out refusal);
            Identity identity = text == null ? null : IdentityText.Parse(text, out refusal);
            int copyLength = _lastGood.Load(_bytes);
            string copy = copyLength < 0 ? null : Encoding.UTF8.GetString(_bytes, 0, copyLength);
            if (identity != null)
            {
                if (text != copy)
                {
                    Keep(text);
                }

                return identity;
            }

            Trace.Line("identity refused: " + refusal);
            if (copy != null)
            {
                identity = IdentityText.Parse(copy, out refusal);
            }

            if (identity != null)
            {
                identity.IsFallback = true;
            }

            return identity;
        }

        private string ReadFile(out string refusal)
        {
            refusal = "no such file";
            if (!File.Exists(Path))
            {
                return null;
            }

            int length;
            using (FileStream file = new FileStream(Path, FileMode.Open, FileAccess.Read))
            {
                length = file.Length <= MaxLength ? file.Read(_bytes, 0, MaxLength) : 0;
            }

            refusal = "empty, or longer than 1024 bytes";
            return length > 0 ? Encoding.UTF8.GetString(_bytes, 0, length) : null;
        }

        private void Keep(string text)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            _lastGood.Save(bytes, bytes.Length);
        }
    }
}

using System.IO;

namespace FourPerMille.Sensor.Node.FlashLog
{
    /// <summary>
    /// The log's files: <c>I:\log00000001.seg</c> and on. A file is one segment; numbers rise with time and may begin anywhere.
    /// </summary>
    internal sealed class SegmentFiles
    {
        private const string Folder = "I:\\";
        private const string Prefix = "log";
        private const string Suffix = ".seg";
        private const int DigitCount = 8;

        /// <summary>The oldest segment's number; one above <see cref="Newest"/> when there is none.</summary>
        public int Oldest { get; private set; } = 1;

        public int Newest { get; private set; }

        public int Count { get { return Newest - Oldest + 1; } }

        public void Find()
        {
            Oldest = 1;
            Newest = 0;
            string[] paths = Directory.GetFiles(Folder);
            for (int i = 0; i < paths.Length; i++)
            {
                int number;
                if (TryParse(paths[i], out number))
                {
                    Oldest = Newest == 0 || number < Oldest ? number : Oldest;
                    Newest = number > Newest ? number : Newest;
                }
            }
        }

        /// <summary>
        /// Reads a segment from its beginning, as much as the buffer holds; answers the bytes read, 0 for a file that is not there.
        /// </summary>
        public int Read(int number, byte[] into)
        {
            string path = PathOf(number);
            if (!File.Exists(path))
            {
                return 0;
            }

            using (FileStream file = new FileStream(path, FileMode.Open, FileAccess.Read))
            {
                return file.Read(into, 0, into.Length);
            }
        }

        public void Append(int number, byte[] bytes, int length)
        {
            using (FileStream file = new FileStream(PathOf(number), FileMode.Append, FileAccess.Write))
            {
                file.Write(bytes, 0, length);
            }
        }

        public void Added(int number)
        {
            Newest = number;
        }

        public void DeleteOldest()
        {
            File.Delete(PathOf(Oldest));
            Oldest++;
        }

        private static string PathOf(int number)
        {
            return Folder + Prefix + number.ToString("D8") + Suffix;
        }

        private static bool TryParse(string path, out int number)
        {
            number = 0;
            int start = path.LastIndexOf(Prefix);
            return start >= 0
                && path.Length == start + Prefix.Length + DigitCount + Suffix.Length
                && path.EndsWith(Suffix)
                && int.TryParse(path.Substring(start + Prefix.Length, DigitCount), out number)
                && number > 0;
        }
    }
}

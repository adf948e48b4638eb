namespace FourPerMille.Sensor.Node.Enrolment
{
    /// <summary>Hexadecimal digits to bytes and back, without an allocation beyond the result.</summary>
    internal static class Hex
    {
        /// <summary>Answers null unless the text is exactly <paramref name="byteCount"/> bytes in hexadecimal.</summary>
        public static byte[] ParseExact(string text, int byteCount)
        {
            byte[] bytes = new byte[byteCount];
            return text != null && text.Length == 2 * byteCount && Parse(text, 0, bytes) == byteCount ? bytes : null;
        }

        /// <summary>Reads pairs of digits until the text or the buffer ends; answers the bytes read, or -1 at anything else.</summary>
        public static int Parse(string text, int start, byte[] into)
        {
            int count = 0;
            for (int i = start; i < text.Length; i += 2)
            {
                int high = Digit(text[i]);
                int low = i + 1 < text.Length ? Digit(text[i + 1]) : -1;
                if (high < 0 || low < 0 || count == into.Length)
                {
                    return -1;
                }

                into[count++] = (byte)((high << 4) | low);
            }

            return count;
        }

        public static string Of(byte[] bytes, int length)
        {
            char[] digits = new char[2 * length];
            for (int i = 0; i < length; i++)
            {
                digits[2 * i] = "0123456789abcdef"[bytes[i] >> 4];
                digits[2 * i + 1] = "0123456789abcdef"[bytes[i] & 15];
            }

            return new string(digits);
        }

        private static int Digit(char c)
        {
            if (c >= '0' && c <= '9')
            {
                return c - '0';
            }

            int letter = c | 0x20;
            return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
        }
    }
}

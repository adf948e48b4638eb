namespace FourPerMille.Sensor.Payload
{
    /// <summary>
    /// Sixteen bits told in eleven, by a short floating-point form: exact to two counts below 1024, above that in steps of at most
    /// 1/256 (0.39 %) of the value. Integer arithmetic only, so that every processor gives the same bytes.
    /// The step belongs in the uncertainty budget: a uniform error of one step has a standard uncertainty of step / sqrt(12)
    /// (JCGM 100:2008, 4.3.7).
    /// </summary>
    public static class Companding
    {
        public const int Bits = 11;
        /// <summary>The largest value with a code of its own; beyond it a converter of 16 bits is saturated.</summary>
        public const int MaxValue = 65407;
        internal const uint MissingCode = 2047;

        private const int MantissaSteps = 256;

        /// <summary>The code of a value from 0 to <see cref="MaxValue"/>; anything else is missing, never clipped.</summary>
        public static uint Encode(int value)
        {
            if (value < 0 || value > MaxValue)
            {
                return MissingCode;
            }

            int mantissa = value >> 1;
            int exponent = 0;
            while (mantissa >= 2 * MantissaSteps)
            {
                mantissa >>= 1;
                exponent++;
            }

            return (uint)(exponent * MantissaSteps + mantissa);
        }

        /// <summary>The middle of the code's step, or <see cref="Reading.Missing"/>.</summary>
        public static int Decode(uint code)
        {
            if (code >= MissingCode)
            {
                return Reading.Missing;
            }

            return (Mantissa(code) << (Exponent(code) + 1)) + (1 << Exponent(code));
        }

        /// <summary>The width, in counts, of the step that a code stands for.</summary>
        public static int Step(uint code)
        {
            return 2 << Exponent(code);
        }

        private static int Exponent(uint code)
        {
            return code < 2 * MantissaSteps ? 0 : (int)code / MantissaSteps - 1;
        }

        private static int Mantissa(uint code)
        {
            return (int)code - Exponent(code) * MantissaSteps;
        }
    }
}

namespace FourPerMille.Sensor.Payload
{
    /// <summary>Epoch and sequence travel in their low bits; the full numbers are under the MAC. This gives the candidates to try.</summary>
    public static class WireNumber
    {
        /// <summary>The smallest number not below <paramref name="lowest"/> whose low <paramref name="bits"/> bits are <paramref name="wire"/>.</summary>
        public static uint Expand(uint wire, int bits, uint lowest)
        {
            uint modulus = 1u << bits;
            return lowest + ((wire - lowest) & (modulus - 1));
        }
    }
}

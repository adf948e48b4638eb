namespace FourPerMille.Sensor.Payload
{
    /// <summary>The probes that a bench may watch. Depths count from the shallowest.</summary>
    public static class BenchProbe
    {
        public const int Moisture1 = 1;
        public const int Moisture2 = 2;
        public const int Moisture3 = 3;
        public const int SoilTemperature1 = 4;
        public const int SoilTemperature2 = 5;
        public const int SoilTemperature3 = 6;
        public const int Co2 = 7;
        public const int SpectralHead = 8;

        public static bool IsKnown(int probe)
        {
            return probe >= Moisture1 && probe <= SpectralHead;
        }

        public static bool IsMoisture(int probe)
        {
            return probe >= Moisture1 && probe <= Moisture3;
        }

        public static bool IsSoilTemperature(int probe)
        {
            return probe >= SoilTemperature1 && probe <= SoilTemperature3;
        }
    }
}

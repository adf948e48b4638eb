using FourPerMille.Sensor.Payload;
using FsCheck;
using FsCheck.Fluent;

namespace FourPerMille.Sensor.Unit.Payload;

/// <summary>Readings over the whole range, ends and missing values included more often than chance would.</summary>
static class PayloadGenerators
{
    public static Arbitrary<Reading> Readings { get; } = Arb.From(
        from header in Gen.Choose(0, int.MaxValue).ArrayOf(5)
        from moisture in Value(0, 4094).ArrayOf(3)
        from temperature in Value(-640, 1406).ArrayOf(4)
        from humidity in Value(0, 200)
        from pressure in Value(30000, 110000)
        from co2 in Value(0, Companding.MaxValue)
        from battery in Value(2400, 4920)
        from hasBands in Gen.Elements(true, false)
        from bands in Value(-32, Companding.MaxValue - 32).ArrayOf(18)
        select Reading(header, moisture, temperature, humidity, pressure, co2, battery, hasBands, bands));

    static Gen<int> Value(int lowest, int highest) => Gen.Frequency(
        (8, Gen.Choose(lowest, highest)), (1, Gen.Elements(lowest, highest)), (1, Gen.Constant(FourPerMille.Sensor.Payload.Reading.Missing)));

    static Reading Reading(int[] header, int[] moisture, int[] temperature, int humidity, int pressure, int co2, int battery, bool hasBands, int[] bands)
    {
        var reading = new Reading
        {
            Epoch = (uint)header[0] % 65536,
            Sequence = (uint)header[1],
            MonotonicMinutes = (uint)header[2] % (1 << 20),
            Status = header[3] & StatusBits.All,
            ClockQuality = header[4] & 3,
            AirTemperatureSixteenths = temperature[3],
            HumidityHalfPercent = humidity,
            PressurePascals = pressure,
            Co2Ppm = co2,
            BatteryMillivolts = battery,
            HasBands = hasBands,
        };
        moisture.CopyTo(reading.MoistureCounts, 0);
        temperature[..3].CopyTo(reading.SoilTemperatureSixteenths, 0);
        if (hasBands)
        {
            (reading.Gain, reading.IntegrationCode) = (header[4] >> 2 & 3, header[4] >> 4 & 15);
            bands.CopyTo(reading.BandCounts, 0);
        }
        return reading;
    }
}

namespace FourPerMille.Sensor.Sim.Field;

using static RecordedSeries;

/// <summary>
/// Ground that replays a real series. No two points are the same place, so each perturbs it a little; what the series does not
/// hold comes from the modelled ground. The series is laid so that its warmest hour falls where the region's sun puts it.
/// </summary>
public sealed class RecordedGround : IGround
{
    const double WarmestSolarHour = 14.5; // of the uppermost centimetres

    readonly RecordedSeries series;
    readonly IGround model;
    readonly Soil soil;
    readonly DateTimeOffset start;
    readonly double waterGain, offsetCelsius, co2Gain, boundWater;

    /// <param name="start">The virtual time at which the series begins.</param>
    public RecordedGround(RecordedSeries series, IGround model, Soil soil, Climate climate, DateTimeOffset start, Chance chance)
    {
        (this.series, this.model, this.soil) = (series, model, soil);
        this.start = start - Alignment(series, climate, start);
        waterGain = chance.LogNormal(1, 0.10);
        offsetCelsius = chance.Gaussian(0, 0.4);
        co2Gain = chance.LogNormal(1, 0.12);
        // The point's own clay holds water that never leaves it in the field: about 0.15 g per g of clay at permanent dryness.
        boundWater = 0.15 * soil.ClayShare * soil.BulkDensityGramsPerCm3;
    }

    public double WaterContent(double depthCm, DateTimeOffset utc) => series.Has(Quantity.WaterContent)
        ? Math.Min(soil.PorosityShare, boundWater + waterGain * Math.Max(0, series.At(Quantity.WaterContent, depthCm, utc - start)))
        : model.WaterContent(depthCm, utc);

    public double SoilCelsius(double depthCm, DateTimeOffset utc) => series.Has(Quantity.SoilCelsius)
        ? offsetCelsius + series.At(Quantity.SoilCelsius, depthCm, utc - start)
        : model.SoilCelsius(depthCm, utc);

    public double Co2Ppm(double depthCm, DateTimeOffset utc) => series.Has(Quantity.Co2Ppm)
        ? co2Gain * series.At(Quantity.Co2Ppm, depthCm, utc - start)
        : model.Co2Ppm(depthCm, utc);

    /// <summary>Air is generated; where the series has temperatures, the air follows its upper ground so that both tell one weather.</summary>
    public Air Air(DateTimeOffset utc)
    {
        var air = model.Air(utc);
        var celsius = series.Has(Quantity.SoilCelsius) ? 0.5 * (SoilCelsius(5, utc) + SoilCelsius(45, utc)) : air.Celsius;
        var pressure = series.Has(Quantity.PressurePascals) ? series.At(Quantity.PressurePascals, 0, utc - start) : air.PressurePascals;
        return new(celsius, air.HumidityPercent, pressure);
    }

    /// <summary>How far to shift the series, less than a day, so that its afternoon is the region's.</summary>
    static TimeSpan Alignment(RecordedSeries series, Climate climate, DateTimeOffset start)
    {
        if (series.WarmestHour is not { } warmest) return TimeSpan.Zero;
        var seriesHourAtStart = series.Start.UtcDateTime.TimeOfDay.TotalHours;
        var regionHourAtStart = climate.SolarHour(start);
        var lead = (regionHourAtStart - WarmestSolarHour) - (seriesHourAtStart - warmest);
        return TimeSpan.FromHours(((lead % 24) + 24) % 24);
    }
}

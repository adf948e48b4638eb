namespace FourPerMille.Sensor.Sim.Field;

/// <summary>The physical truth around one node, by depth and time.</summary>
public interface IGround
{
    /// <summary>Volumetric water content, m3/m3.</summary>
    double WaterContent(double depthCm, DateTimeOffset utc);

    double SoilCelsius(double depthCm, DateTimeOffset utc);

    double Co2Ppm(double depthCm, DateTimeOffset utc);

    Air Air(DateTimeOffset utc);
}

/// <summary>The air at the node's box.</summary>
public readonly record struct Air(double Celsius, double HumidityPercent, double PressurePascals);

/// <summary>Ground that lives from generated weather.</summary>
public sealed class ModelledGround(Soil soil, Weather weather) : IGround
{
    readonly SoilWater water = SoilWater.Simulate(soil, weather);
    readonly SoilWarmth warmth = new(weather);

    public double WaterContent(double depthCm, DateTimeOffset utc) => water.At(depthCm, utc);

    public double SoilCelsius(double depthCm, DateTimeOffset utc) => warmth.CelsiusAt(depthCm, utc);

    public double Co2Ppm(double depthCm, DateTimeOffset utc) =>
        SoilBreath.Co2Ppm(soil, depthCm, WaterContent(depthCm, utc), SoilCelsius(depthCm, utc), weather.PressurePascals(utc));

    public Air Air(DateTimeOffset utc) => new(weather.AirCelsius(utc), weather.HumidityPercent(utc), weather.PressurePascals(utc));
}

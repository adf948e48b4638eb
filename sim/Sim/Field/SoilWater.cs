namespace FourPerMille.Sensor.Sim.Field;

/// <summary>
/// A bucket water balance in layers: rain fills from above, what exceeds field capacity drains on with a time constant, sun and
/// roots take water in proportion to what is available. Every millimetre is accounted for (<see cref="Balance"/>).
/// </summary>
public sealed class SoilWater
{
    /// <summary>Lower edges of the layers, cm.</summary>
    static readonly double[] BottomsCm = [5, 15, 30, 50, 80, 120];
    static readonly double[] RootShare = [0.12, 0.28, 0.27, 0.18, 0.11, 0.04];
    const double SoilEvaporationShare = 0.45; // of the demand; the rest is taken by roots

    readonly DateTimeOffset start;
    readonly WaterLimits limits;
    readonly double drainPerHour;
    readonly double[] water = new double[BottomsCm.Length]; // mm in each layer
    readonly float[][] history;

    SoilWater(Soil soil, Weather weather)
    {
        start = weather.Start;
        limits = soil.WaterLimits;
        drainPerHour = 1 - Math.Exp(-1 / (8 + 60 * soil.ClayShare)); // from ten hours in sand to two days in clay
        history = [.. BottomsCm.Select(_ => new float[weather.Hours])];
    }

    /// <summary>Sums since the start, mm: rain + initial = runoff + drained + evaporated + stored.</summary>
    public WaterBalance Balance { get; private set; } = new(0, 0, 0, 0, 0, 0);

    public static SoilWater Simulate(Soil soil, Weather weather)
    {
        var column = new SoilWater(soil, weather);
        for (var layer = 0; layer < BottomsCm.Length; layer++)
            column.water[layer] = 0.5 * (column.limits.WiltingPoint + column.limits.FieldCapacity) * column.ThicknessMillimetres(layer);
        var balance = new WaterBalance(column.water.Sum(), 0, 0, 0, 0, 0);
        for (var hour = 0; hour < weather.Hours; hour++)
        {
            var (rain, demand) = (weather.RainMillimetres[hour], weather.EvaporationMillimetres[hour]);
            balance = balance with
            {
                RainMillimetres = balance.RainMillimetres + rain,
                RunoffMillimetres = balance.RunoffMillimetres + column.Infiltrate(rain),
                DrainedMillimetres = balance.DrainedMillimetres + column.Drain(),
                EvaporatedMillimetres = balance.EvaporatedMillimetres + column.Evaporate(demand),
            };
            column.Remember(hour);
        }
        column.Balance = balance with { StoredMillimetres = column.water.Sum() };
        return column;
    }

    /// <summary>Volumetric water content, m3/m3, between layer centres and hours by straight lines.</summary>
    public double At(double depthCm, DateTimeOffset utc)
    {
        var position = (utc - start).TotalHours;
        var hour = Math.Clamp((int)position, 0, history[0].Length - 2);
        var (upper, lower, share) = Bracket(depthCm);
        return Interpolate(At(upper, hour), At(lower, hour), share) * (1 - (position - hour))
            + Interpolate(At(upper, hour + 1), At(lower, hour + 1), share) * (position - hour);

        double At(int layer, int at) => history[layer][at];
        static double Interpolate(double a, double b, double t) => a + t * (b - a);
    }

    double Infiltrate(double rain)
    {
        for (var layer = 0; layer < water.Length && rain > 0; layer++) rain -= Add(layer, rain);
        return rain; // the column is full: the rest runs off
    }

    double Drain()
    {
        var drained = 0.0;
        for (var layer = water.Length - 1; layer >= 0; layer--)
        {
            var excess = Math.Max(0, water[layer] - limits.FieldCapacity * ThicknessMillimetres(layer)) * drainPerHour;
            var moved = layer == water.Length - 1 ? excess : Add(layer + 1, excess);
            water[layer] -= moved;
            if (layer == water.Length - 1) drained += moved;
        }
        return drained;
    }

    double Evaporate(double demand)
    {
        var taken = Take(0, demand * SoilEvaporationShare, 0.5 * limits.WiltingPoint); // sun dries the surface beyond what roots can
        for (var layer = 0; layer < water.Length; layer++)
            taken += Take(layer, demand * (1 - SoilEvaporationShare) * RootShare[layer], limits.WiltingPoint);
        return taken;
    }

    double Add(int layer, double millimetres)
    {
        var added = Math.Min(millimetres, limits.Saturation * ThicknessMillimetres(layer) - water[layer]);
        water[layer] += added;
        return added;
    }

    double Take(int layer, double demand, double floor)
    {
        var thickness = ThicknessMillimetres(layer);
        var available = Math.Max(0, water[layer] - floor * thickness);
        var readiness = Math.Min(1, available / ((limits.FieldCapacity - floor) * thickness));
        var taken = Math.Min(available, demand * readiness);
        water[layer] -= taken;
        return taken;
    }

    void Remember(int hour)
    {
        for (var layer = 0; layer < water.Length; layer++) history[layer][hour] = (float)(water[layer] / ThicknessMillimetres(layer));
    }

    double ThicknessMillimetres(int layer) => 10 * (BottomsCm[layer] - (layer == 0 ? 0 : BottomsCm[layer - 1]));

    static double CentreCm(int layer) => 0.5 * (BottomsCm[layer] + (layer == 0 ? 0 : BottomsCm[layer - 1]));

    static (int Upper, int Lower, double Share) Bracket(double depthCm)
    {
        if (depthCm <= CentreCm(0)) return (0, 0, 0);
        for (var layer = 1; layer < BottomsCm.Length; layer++)
            if (depthCm <= CentreCm(layer)) return (layer - 1, layer, (depthCm - CentreCm(layer - 1)) / (CentreCm(layer) - CentreCm(layer - 1)));
        return (BottomsCm.Length - 1, BottomsCm.Length - 1, 0);
    }
}

/// <summary>Where the water of a column came from and went, mm.</summary>
public sealed record WaterBalance(double InitialMillimetres, double RainMillimetres, double RunoffMillimetres, double DrainedMillimetres,
    double EvaporatedMillimetres, double StoredMillimetres)
{
    public double ErrorMillimetres =>
        InitialMillimetres + RainMillimetres - RunoffMillimetres - DrainedMillimetres - EvaporatedMillimetres - StoredMillimetres;
}

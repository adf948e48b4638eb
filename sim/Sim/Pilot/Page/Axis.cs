namespace FourPerMille.Sensor.Sim.Pilot.Page;

/// <summary>A straight scale from values to pixels, with round ticks.</summary>
readonly record struct Axis(double From, double To, double PixelFrom, double PixelTo)
{
    public double At(double value) => PixelFrom + (value - From) / (To - From) * (PixelTo - PixelFrom);

    public double Clamped(double value) => At(Math.Clamp(value, From, To));

    /// <summary>Ticks at 1, 2 or 5 times a power of ten, about <paramref name="wanted"/> of them.</summary>
    public IEnumerable<double> Ticks(int wanted)
    {
        var rough = (To - From) / wanted;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = new[] { 1, 2, 5, 10 }.Select(m => m * power).First(s => s >= rough * 0.999);
        for (var tick = Math.Ceiling(From / step - 1e-9) * step; tick <= To + 1e-9 * step; tick += step) yield return tick;
    }

    /// <summary>A scale that holds these values with a little air, starting at zero when they come near it and zero means none.</summary>
    public static Axis Around(IEnumerable<double> values, double pixelFrom, double pixelTo, double least = 0, bool mayStartAtZero = true)
    {
        var (low, high) = (double.MaxValue, double.MinValue);
        foreach (var value in values.Where(double.IsFinite)) (low, high) = (Math.Min(low, value), Math.Max(high, value));
        if (low > high) (low, high) = (0, 1);
        var span = Math.Max(high - low, least);
        var middle = (low + high) / 2;
        (low, high) = (middle - 0.56 * span, middle + 0.56 * span);
        if (mayStartAtZero && low > 0 && low < 0.35 * high) low = 0;
        return new(low, Math.Max(high, low + 1e-6), pixelFrom, pixelTo);
    }
}

/// <summary>Time from left to right.</summary>
readonly record struct TimeAxis(DateTimeOffset From, DateTimeOffset To, double PixelFrom, double PixelTo)
{
    public double At(DateTimeOffset utc) => PixelFrom + (utc - From) / (To - From) * (PixelTo - PixelFrom);

    /// <summary>Midnights, every day or every week according to the span.</summary>
    public IEnumerable<DateTimeOffset> Ticks(int most)
    {
        var days = (To - From).TotalDays;
        var step = new[] { 1, 2, 7, 14, 28, 56 }.First(s => days / s <= most || s == 56);
        for (var day = new DateTimeOffset(From.UtcDateTime.Date, TimeSpan.Zero); day <= To; day = day.AddDays(step))
            if (day >= From) yield return day;
    }
}

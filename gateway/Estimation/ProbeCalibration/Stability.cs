namespace FourPerMille.Sensor.Estimation.ProbeCalibration;

/// <summary>When a probe on the bench counts as having settled.</summary>
/// <param name="WindowSeconds">The newest span that is looked at, s; it becomes the point's averaging time.</param>
/// <param name="LeastValues">Values in it below which nothing is said.</param>
/// <param name="LargestDrift">Change per minute that the point's uncertainty may swallow, in the unit of the values.</param>
/// <param name="LargestSd">Scatter about the trend beyond which something disturbs the probe, in the unit of the values.</param>
/// <param name="Step">What the values are rounded to, in their unit: a probe that says the same number all the time is known no better than that.</param>
public sealed record StabilityRule(double WindowSeconds, int LeastValues, double LargestDrift, double LargestSd, double Step)
{
    /// <summary>ADC counts. 3 counts are 0.0015 m3/m3 of the usual probe (2100 counts from air to water); the ESP32's noise, a median of 15, is some counts.</summary>
    public static readonly StabilityRule Moisture = new(120, 40, 3, 8, 1);

    /// <summary>Sixteenths of a degree. Half a step of the DS18B20 a minute is 0.03 C; two minutes, because a value that hops between two steps shows no smaller drift sooner.</summary>
    public static readonly StabilityRule Temperature = new(120, 40, 0.5, 1, 1);

    /// <summary>ppm. The SCD41 repeats to 10 ppm (data sheet) and answers with a time constant of a minute, so the window is longer.</summary>
    public static readonly StabilityRule Co2 = new(180, 25, 5, 15, 1);

    /// <summary>Of the mean of 18 bands, relative to it. Lamps warm by some percent in their first minute.</summary>
    public static readonly StabilityRule Spectral = new(60, 15, 0.003, 0.005, 0);
}

/// <summary>How a probe under calibration behaves now.</summary>
/// <param name="Values">How many values the window held.</param>
/// <param name="Mean">Over the window; NaN without a value.</param>
/// <param name="Sd">Standard deviation about the trend, so that a drift does not pass for noise; NaN below three values.</param>
/// <param name="DriftPerMinute">Slope of the straight line through the window (least squares).</param>
/// <param name="DriftUncertainty">Standard uncertainty of that slope.</param>
/// <param name="StandardUncertainty">Of the mean: Sd/sqrt(n), the drift over half a window and the step of the values, both rectangular.</param>
/// <param name="Reason">Why it is not stable, or "stable".</param>
public sealed record Stability(int Values, double Mean, double Sd, double DriftPerMinute, double DriftUncertainty, double StandardUncertainty, bool IsStable, string Reason)
{
    /// <summary>Coverage of the drift's bound: about 95 %.</summary>
    const double CoverageFactor = 2;

    /// <summary>
    /// Judges the newest window of a series. A probe is stable when its drift is small for certain: slope and twice its uncertainty lie within the
    /// limit. A flat line through few noisy values shows nothing, and so does not pass.
    /// Source: JCGM 100:2008 (GUM), 4.2 for the mean, F.2.2.1 for the step, H.3 for the straight line; the limits are the rule's.
    /// </summary>
    /// <param name="series">Seconds (rising) and value, missing ones left out.</param>
    public static Stability Of(IReadOnlyList<(double Seconds, double Value)> series, StabilityRule rule)
    {
        var window = series.Where(point => point.Seconds > (series.Count == 0 ? 0 : series[^1].Seconds) - rule.WindowSeconds).ToList();
        if (window.Count < 3) return new(window.Count, window.Count == 0 ? double.NaN : window.Average(p => p.Value), double.NaN, double.NaN, double.NaN, double.NaN, false, "too few values yet");

        var (mean, centre) = (window.Average(p => p.Value), window.Average(p => p.Seconds));
        var spread = window.Sum(p => (p.Seconds - centre) * (p.Seconds - centre));
        var slope = spread > 0 ? window.Sum(p => (p.Seconds - centre) * (p.Value - mean)) / spread : 0;
        var sd = Math.Sqrt(window.Sum(p => Math.Pow(p.Value - mean - slope * (p.Seconds - centre), 2)) / (window.Count - 2));
        var (drift, driftUncertainty) = (slope * 60, spread > 0 ? sd / Math.Sqrt(spread) * 60 : double.PositiveInfinity);
        var halfWay = Math.Abs(slope) * (window[^1].Seconds - window[0].Seconds) / 2;
        var uncertainty = Math.Sqrt(sd * sd / window.Count + halfWay * halfWay / 3 + rule.Step * rule.Step / 12);
        var reason = WhyNot(window, rule, sd, drift, driftUncertainty);
        return new(window.Count, mean, sd, drift, driftUncertainty, uncertainty, reason is null, reason ?? "stable");
    }

    static string? WhyNot(List<(double Seconds, double Value)> window, StabilityRule rule, double sd, double drift, double driftUncertainty)
    {
        // Nine tenths: values come at a rhythm, and the oldest has just left the window.
        if (window.Count < rule.LeastValues || window[^1].Seconds - window[0].Seconds < 0.9 * rule.WindowSeconds) return "too few values yet";
        if (sd > rule.LargestSd) return "scatters: hold the probe still, look for a loose contact";
        if (Math.Abs(drift) > rule.LargestDrift) return drift > 0 ? "still rising" : "still falling";
        if (Math.Abs(drift) + CoverageFactor * driftUncertainty > rule.LargestDrift) return "may still be drifting: wait";
        return null;
    }
}

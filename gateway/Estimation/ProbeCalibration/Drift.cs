namespace FourPerMille.Sensor.Estimation.ProbeCalibration;

/// <summary>What changed between two calibrations of one probe, at one reading.</summary>
/// <param name="Change">New less old value, in the unit of the quantity.</param>
/// <param name="NormalisedError">|change| over its expanded uncertainty (k = 2): above 1 the probe has drifted (ISO 13528, E_n).</param>
public readonly record struct Drift(double Change, double NormalisedError, double ChangePerYear)
{
    public bool IsSignificant => NormalisedError > 1;

    public static Drift Between((double Value, double StandardUncertainty) old, (double Value, double StandardUncertainty) now, double years)
    {
        if (!(years > 0)) throw new ArgumentOutOfRangeException(nameof(years), "Drift takes time.");
        double change = now.Value - old.Value, expanded = 2 * Math.Sqrt(old.StandardUncertainty * old.StandardUncertainty + now.StandardUncertainty * now.StandardUncertainty);
        return new(change, expanded > 0 ? Math.Abs(change) / expanded : change == 0 ? 0 : double.PositiveInfinity, change / years);
    }
}

/// <summary>
/// A free ice point in the field: while soil freezes or thaws it stays at 0 C for days (the zero curtain). A plateau of a probe
/// within reach of zero is that state, and its mean is the probe's offset.
/// </summary>
public static class ZeroCurtain
{
    const double ReachCelsius = 0.5, PlateauCelsius = 0.1;

    /// <summary>Offset of the probe, C, its standard uncertainty (half the plateau's breadth, rectangular) and length; null where there is no plateau.</summary>
    /// <param name="leastCount">Readings in a row that make a plateau, such as two days' worth.</param>
    public static (double Offset, double StandardUncertainty, int Readings)? Find(IReadOnlyList<double> celsius, int leastCount)
    {
        (int Start, int Length) longest = (0, 0);
        int start = 0;
        for (int i = 0; i < celsius.Count; i++)
        {
            if (!(Math.Abs(celsius[i]) <= ReachCelsius)) { start = i + 1; continue; }
            while (Range(celsius, start, i) > 2 * PlateauCelsius) start++;
            if (i - start + 1 > longest.Length) longest = (start, i - start + 1);
        }
        if (longest.Length < leastCount) return null;
        var plateau = celsius.Skip(longest.Start).Take(longest.Length).ToArray();
        return (plateau.Average(), Math.Max(PlateauCelsius, (plateau.Max() - plateau.Min()) / 2) / Math.Sqrt(3), longest.Length);
    }

    static double Range(IReadOnlyList<double> values, int from, int to)
    {
        double low = double.PositiveInfinity, high = double.NegativeInfinity;
        for (int i = from; i <= to; i++) (low, high) = (Math.Min(low, values[i]), Math.Max(high, values[i]));
        return high - low;
    }
}

namespace FourPerMille.Sensor.Estimation.TimeSeriesQuality;

/// <summary>
/// The quality tests of the International Soil Moisture Network on an hourly series, streaming: rows go in one by one, flags come
/// out as ranges of rows, each at most a few dozen rows late; only D10 waits for the end of its plateau. Memory is bounded,
/// whatever the length. Equation numbers are those of Dorigo et al. 2013; where flagit differs from the paper, flagit is followed.
/// </summary>
/// <remarks>A row whose soil moisture is missing is judged by nothing and takes no flag, though a range may reach across it.</remarks>
public sealed class IsmnQuality
{
    const int Reach = 12;
    // The break test compares with a mean of first derivatives up to 12 h ahead, which need the value after.
    const int Lag = Reach + 1;
    const double LowestPercent = 0, HighestPlausiblePercent = 60, FreezingCelsius = 0;

    readonly IsmnSite _site;
    readonly Action<long, long, IsmnFlags> _flag;
    readonly double? _leastRainMm;
    readonly IsmnPlateaus _plateaus;
    readonly Row[] _ring = new Row[64];
    readonly RollingSum _rain = new(24), _modelledRain = new(24);
    readonly RollingMoments _day = new(25);
    long _count, _judged;
    bool _spikeBefore;

    /// <param name="flag">Told of each finding: first row, last row, flag. Rows count from zero; findings add up.</param>
    public IsmnQuality(IsmnSite site, Action<long, long, IsmnFlags> flag)
    {
        (_site, _flag) = (site, flag);
        _plateaus = new(site.HighestPercent, flag);
        // 5 % of the depth's pore space, half of it filled, in mm of rain; surface probes only.
        _leastRainMm = site.DepthMetres switch { >= 0.1 => null, null or 0 => 0.2, double depth => depth * 0.05 * 0.5 * 1000 };
    }

    /// <summary>Rows below this have all their flags except D10, which comes with the end of its plateau.</summary>
    public long FinalBelow => Math.Min(_judged, _plateaus.FirstPendingRow);

    /// <summary>Judges a whole series; the highest value is the series' own unless the site states one.</summary>
    public static IsmnFlags[] Run(IReadOnlyList<IsmnHour> series, IsmnSite site)
    {
        if (double.IsNaN(site.HighestPercent))
            site = site with { HighestPercent = series.Select(h => h.SoilMoisture).Where(x => x < HighestPlausiblePercent).DefaultIfEmpty(double.NaN).Max() };
        var flags = new IsmnFlags[series.Count];
        var quality = new IsmnQuality(site, (first, last, flag) =>
        {
            for (long row = first; row <= last; row++)
                if (!double.IsNaN(series[(int)row].SoilMoisture)) flags[row] |= flag;
        });
        foreach (var hour in series) quality.Push(hour);
        quality.Complete();
        return flags;
    }

    public void Push(in IsmnHour hour)
    {
        long row = _count++;
        At(row) = new Row { Value = hour.SoilMoisture };
        FlagThresholds(row, hour);
        FlagRiseWithoutRain(row, hour);
        if (row > 0) Differentiate(row - 1, after: hour.SoilMoisture);
        if (row >= Lag) Judge(row - Lag, rowsKnown: _count);
    }

    /// <summary>The series has ended: the last rows are judged with what there is.</summary>
    public void Complete()
    {
        if (_count > 0) Differentiate(_count - 1, after: At(_count - 1).Value);
        while (_judged < _count) Judge(_judged, rowsKnown: _count);
        _plateaus.Complete();
    }

    void FlagThresholds(long row, in IsmnHour hour)
    {
        double x = hour.SoilMoisture;
        if (double.IsNaN(x)) return;
        var flags = (x < LowestPercent ? IsmnFlags.C01 : 0)
            | (x > HighestPlausiblePercent ? IsmnFlags.C02 : 0)
            | (x > _site.SaturationPercent ? IsmnFlags.C03 : 0)
            | (hour.SoilTemperature < FreezingCelsius ? IsmnFlags.D01 : 0)
            | (hour.AirTemperature < FreezingCelsius ? IsmnFlags.D02 : 0)
            | (hour.ModelledSoilTemperature < FreezingCelsius ? IsmnFlags.D03 : 0);
        if (flags != 0) _flag(row, row, flags);
    }

    /// <summary>D04, D05: a rise in the last hour, and in 24 h by more than twice the day's standard deviation, with too little rain for it.</summary>
    void FlagRiseWithoutRain(long row, in IsmnHour hour)
    {
        _day.Push(hour.SoilMoisture);
        _rain.Push(hour.Precipitation);
        // Modelled rain is summed over the last 24 rows that have it, so a gap does not thin it.
        if (!double.IsNaN(hour.ModelledPrecipitation)) _modelledRain.Push(hour.ModelledPrecipitation);
        if (_leastRainMm is not { } least || row < 24) return;
        double riseHour = hour.SoilMoisture - At(row - 1).Value, riseDay = hour.SoilMoisture - At(row - 24).Value, limit = 2 * _day.StandardDeviation;
        if (!(riseHour > 0 && riseDay > limit) || IsClose(riseDay, limit)) return;
        if (Rounded(_rain.Value, 10) < least) _flag(row, row, IsmnFlags.D04);
        if (!double.IsNaN(hour.ModelledPrecipitation) && _modelledRain.Value < least) _flag(row, row, IsmnFlags.D05);
    }

    /// <summary>
    /// First and second derivative by Savitzky and Golay over three points, order 2; at either end the value itself stands for its missing
    /// neighbour. The coefficients are 1/2, 0, -1/2 and 1, -2, 1 with the rounding of the least-squares solution scipy makes
    /// of them: two tests below divide derivatives of data in tenths by each other and compare with 10 or with a rounded
    /// derivative, where the last bit decides, and the network's flags are scipy's.
    /// </summary>
    void Differentiate(long row, double after)
    {
        double here = At(row).Value, before = row > 0 ? At(row - 1).Value : here;
        At(row).First = here * -5.551115123125783e-17 + (before - after) * -0.5;
        At(row).Second = after * 1.0000000000000002 + before * 0.9999999999999998 + here * -2.0000000000000004;
    }

    void Judge(long row, long rowsKnown)
    {
        bool spike = IsSpike(row, rowsKnown), twoHours = Peak(row - 1, rowsKnown) == 2;
        if (spike || (_spikeBefore && twoHours)) _flag(row, row, IsmnFlags.D06);
        _spikeBefore = spike;

        var broken = Break(row, rowsKnown);
        if (broken != IsmnFlags.None) _flag(row, row, broken);
        if (!double.IsNaN(At(row).Value)) _plateaus.Push(row, At(row).Value, At(row).First, dropped: broken == IsmnFlags.D07);
        _judged = row + 1;
    }

    /// <summary>D06, Eq. 4-6: a step in or out by 15 %, mirrored second derivatives, in a calm day, at a peak of one or two hours.</summary>
    bool IsSpike(long row, long rowsKnown)
    {
        if (row < Reach || row + Reach >= rowsKnown || Peak(row, rowsKnown) == 0) return false;
        double step = Rounded(At(row).Value / At(row - 1).Value, 1000);
        bool steep = step > 1.15 || step < 0.85 || Peak(row - 1, rowsKnown) == 2;
        double mirror = Rounded(Math.Abs(At(row - 1).Second / At(row + 1).Second), 1000);
        return steep && mirror > 0.8 && mirror < 1.2 && RelativeVarianceAround(row) < 1;
    }

    /// <summary>Eq. 6: variance over mean of the 12 h before and the 12 h after; NaN beside any missing value.</summary>
    double RelativeVarianceAround(long row)
    {
        double sum = 0, squares = 0;
        for (long i = row - Reach; i <= row + Reach; i++)
            if (i != row) sum += At(i).Value;
        double mean = sum / (2 * Reach);
        for (long i = row - Reach; i <= row + Reach; i++)
            if (i != row) squares += (At(i).Value - mean) * (At(i).Value - mean);
        return double.IsNaN(At(row).Value) ? double.NaN : squares / (2 * Reach - 1) / mean;
    }

    /// <summary>1: higher, or lower, than both neighbours. 2: the same together with an equal value after it. 0: no peak.</summary>
    int Peak(long row, long rowsKnown)
    {
        if (row < 1 || row + 1 >= rowsKnown) return 0;
        double before = At(row - 1).Value, here = At(row).Value, after = At(row + 1).Value;
        if ((before < here && here > after) || (before > here && here < after)) return 1;
        if (row + 2 >= rowsKnown) return 0;
        double later = At(row + 2).Value;
        return here == after && ((before < here && after > later) || (before > here && after < later)) ? 2 : 0;
    }

    /// <summary>D07, D08, Eq. 7-9: a change of 10 % and 1 % vol, ten times the day's mean derivative, an edge in the second derivative; or a drop to zero.</summary>
    IsmnFlags Break(long row, long rowsKnown)
    {
        if (row < 1) return IsmnFlags.None;
        double value = At(row).Value, change = value - At(row - 1).Value, first = At(row).First, second = At(row).Second;
        if (Math.Abs(change) > 5 && value == 0) return IsmnFlags.D07;
        if (!(Math.Abs(change / value) > 0.1 && Math.Abs(change) > 1 && value != 0 && second != 0) || row + 2 >= rowsKnown) return IsmnFlags.None;
        double typical = Math.Abs(MeanFirstDerivativeAround(row, rowsKnown) * 10);
        bool steep = Math.Abs(first) > typical && !IsClose(Math.Abs(first), typical);
        double edge = Rounded(Math.Abs(At(row - 1).Second / second), 10);
        bool sharp = Math.Abs(edge - 1) <= 1e-2 + 1e-5 && Math.Abs(second / At(row + 2).Second) > 10;
        return !steep || !sharp ? IsmnFlags.None : first < 0 ? IsmnFlags.D07 : first > 0 ? IsmnFlags.D08 : IsmnFlags.None;
    }

    double MeanFirstDerivativeAround(long row, long rowsKnown)
    {
        double sum = 0;
        int count = 0;
        for (long i = Math.Max(0, row - Reach); i <= Math.Min(rowsKnown - 1, row + Reach); i++)
            if (!double.IsNaN(At(i).First)) { sum += At(i).First; count++; }
        return count >= 4 ? sum / count : double.NaN;
    }

    ref Row At(long row) => ref _ring[row & (_ring.Length - 1)];

    /// <summary>numpy's isclose: within 1e-8 and a hundred thousandth of the second.</summary>
    static bool IsClose(double a, double b) => Math.Abs(a - b) <= 1e-8 + 1e-5 * Math.Abs(b);

    internal static double Rounded(double value, double scale) => Math.Round(value * scale, MidpointRounding.ToEven) / scale;

    struct Row
    {
        public double Value, First, Second;
    }
}

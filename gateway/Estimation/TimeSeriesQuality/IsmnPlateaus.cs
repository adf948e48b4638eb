namespace FourPerMille.Sensor.Estimation.TimeSeriesQuality;

/// <summary>
/// D09 and D10 on the rows that have a value: plateaus bridge gaps. Positions count such rows; the flags go out by row.
/// </summary>
sealed class IsmnPlateaus(double highestPercent, Action<long, long, IsmnFlags> flag)
{
    const int LowWindow = 13, LevelWindow = 12, RiseReach = 12, FallReach = 24;
    const double LowRelativeVariance = 0.001, LevelVariance = 0.05, LeastRise = 0.25, ShareOfHighest = 0.95;

    readonly Entry[] _ring = new Entry[64];
    readonly RollingMoments _low = new(LowWindow), _level = new(LevelWindow);
    readonly RollingRange _steepest = new(2 * RiseReach + 1);
    readonly List<Candidate> _open = [];
    readonly Candidate _between = new(0);
    long _count, _lowJudged, _levelJudged, _lastLow = long.MinValue, _lastBetween = long.MinValue;
    double _relativeVarianceBefore = double.NaN, _sum;
    int _lowState;
    bool _levelBefore;

    /// <summary>The first row whose D09 is open.</summary>
    public long FirstPendingRow => _lowJudged < _count ? At(_lowJudged).Row : long.MaxValue;

    public void Push(long row, double value, double firstDerivative, bool dropped)
    {
        long at = _count++;
        At(at) = new Entry { Row = row, Value = value, First = firstDerivative, Dropped = dropped, RelativeVariance = double.NaN, Rise = double.NaN, Fall = double.NaN };
        _low.Push(value);
        _level.Push(value);
        _steepest.Push(firstDerivative);
        if (at >= LowWindow - 1) At(at - LowWindow + 1).RelativeVariance = IsmnQuality.Rounded(_low.Variance, 1e4) / IsmnQuality.Rounded(_low.Mean, 1e4);
        if (at >= LevelWindow - 1) At(at - LevelWindow + 1).IsLevel = _level.Variance <= LevelVariance;
        if (at >= RiseReach) At(at - RiseReach).Rise = _steepest.Largest;
        if (at >= FallReach) At(at - FallReach).Fall = _steepest.Smallest;
        if (at >= LowWindow - 1) JudgeLow(at - LowWindow + 1);
        if (at >= FallReach) JudgeLevel(at - FallReach);
    }

    public void Complete()
    {
        while (_lowJudged < _count) JudgeLow(_lowJudged);
        while (_levelJudged < _count) JudgeLevel(_levelJudged);
        foreach (var candidate in _open) Conclude(candidate);
        Conclude(_between);
        _open.Clear();
    }

    /// <summary>D09, Eq. 14: after a drop (D07), for as long as variance over mean of 13 h stays below 0.001, at least 13 h.</summary>
    void JudgeLow(long at)
    {
        ref var entry = ref At(at);
        double relative = double.IsNaN(entry.RelativeVariance) && entry.Value == 0 ? 0 : entry.RelativeVariance;
        int step = entry.Dropped && relative < LowRelativeVariance ? 1 : relative - _relativeVarianceBefore >= LowRelativeVariance ? -1 : 0;
        _lowState = Math.Clamp(_lowState + step, 0, 1);
        _relativeVarianceBefore = relative;
        if (_lowState == 1) _lastLow = at;
        if (at >= LowWindow - 1 && _lastLow >= at - LowWindow + 1) flag(entry.Row, entry.Row, IsmnFlags.D09);
        _lowJudged = at + 1;
    }

    /// <summary>
    /// D10, Eq. 10-13: twelve hours of low variance with a rise by 0.25 within 12 h of their start and a fall after their end, whose mean is
    /// above 95 % of the highest value. Every stretch of low variance is a candidate; so, in flagit, are all other rows together.
    /// </summary>
    void JudgeLevel(long at)
    {
        ref var entry = ref At(at);
        _sum += entry.Value;
        if (entry.IsLevel && !_levelBefore) _open.Add(new Candidate(at));
        if (!entry.IsLevel) _lastBetween = at;
        _levelBefore = entry.IsLevel;

        for (int i = _open.Count - 1; i >= 0; i--)
        {
            bool inside = entry.IsLevel && i == _open.Count - 1;
            if (inside) _open[i].LastInside = at;
            else if (at >= _open[i].LastInside + LevelWindow)
            {
                Conclude(_open[i]);
                _open.RemoveAt(i);
                continue;
            }
            _open[i].Observe(at, entry, _sum, inside);
        }
        if (_lastBetween >= at - LevelWindow + 1) _between.Observe(at, entry, _sum, inside: !entry.IsLevel);
        _levelJudged = at + 1;
    }

    void Conclude(Candidate candidate)
    {
        if (candidate.Bounds() is not var (start, end) || end.At < start.At) return;
        double mean = (end.Sum - start.Sum + start.Value) / (end.At - start.At + 1);
        if (mean > highestPercent * ShareOfHighest) flag(start.Row, end.Row, IsmnFlags.D10);
    }

    ref Entry At(long at) => ref _ring[at & (_ring.Length - 1)];

    struct Entry
    {
        public long Row;
        public double Value, First, RelativeVariance, Rise, Fall;
        public bool Dropped, IsLevel;
    }

    /// <summary>A place in the series, with the sum of all values up to and including it.</summary>
    readonly record struct Mark(long At, long Row, double Value, double Sum);

    /// <summary>
    /// A stretch that may be a plateau. Where its rise and its fall lie is known only at its end, so it remembers the first place of
    /// each derivative that a value rounded to three digits can equal: as many as there are thousandths in the range.
    /// </summary>
    sealed class Candidate(long start)
    {
        readonly Dictionary<double, Mark> _firstWith = [];
        Mark? _first;
        Mark _last;
        double _rise = double.NaN, _fall = double.NaN;

        public long LastInside { get; set; } = start;

        public void Observe(long at, in Entry entry, double sum, bool inside)
        {
            var mark = new Mark(at, entry.Row, entry.Value, sum);
            _first ??= mark;
            _last = mark;
            if (IsmnQuality.Rounded(entry.First, 1000) == entry.First) _firstWith.TryAdd(entry.First, mark);
            if (!inside) return;
            if (double.IsNaN(_rise)) _rise = entry.Rise;
            if (!double.IsNaN(entry.Fall)) _fall = entry.Fall;
        }

        public (Mark Start, Mark End)? Bounds()
        {
            double rise = IsmnQuality.Rounded(_rise, 1000), fall = IsmnQuality.Rounded(_fall, 1000);
            if (!(rise >= LeastRise && fall < 0) || _first is not { } first) return null;
            return (_firstWith.TryGetValue(rise, out var start) ? start : first, _firstWith.TryGetValue(fall, out var end) ? end : _last);
        }
    }
}

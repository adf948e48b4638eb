using System.Globalization;

namespace FourPerMille.Sensor.Gateway.Ledger;

/// <summary>A set of sequence numbers, held as sorted runs that neither touch nor overlap: years of readings in a few numbers.</summary>
public sealed class SequenceRuns
{
    readonly List<(uint First, uint Last)> _runs = [];

    /// <summary>How many numbers are in the set.</summary>
    public long Count { get; private set; }

    /// <summary>Rising, each with a gap before the next.</summary>
    public IReadOnlyList<(uint First, uint Last)> Runs => _runs;

    public bool Contains(uint sequence)
    {
        var at = RunEndingAtOrAfter(sequence);
        return at < _runs.Count && _runs[at].First <= sequence;
    }

    /// <summary>How many numbers of the set lie from <paramref name="first"/> to before <paramref name="end"/>.</summary>
    public long CountWithin(uint first, uint end)
    {
        long count = 0;
        for (var at = RunEndingAtOrAfter(first); at < _runs.Count && _runs[at].First < end; at++)
            count += Math.Min((long)_runs[at].Last + 1, end) - Math.Max(_runs[at].First, first);
        return count;
    }

    public void Add(uint sequence) => Add(sequence, sequence);

    /// <summary>Adds a whole run; what is there already stays.</summary>
    public void Add(uint first, uint last)
    {
        if (last < first) throw new ArgumentOutOfRangeException(nameof(last), "A run ends where it begins or later.");
        // Runs that overlap or touch the new one are swallowed by it.
        var from = RunEndingAtOrAfter(first == 0 ? 0 : first - 1);
        var until = from;
        while (until < _runs.Count && _runs[until].First <= (last == uint.MaxValue ? last : last + 1))
        {
            (first, last) = (Math.Min(first, _runs[until].First), Math.Max(last, _runs[until].Last));
            Count -= Length(_runs[until++]);
        }
        _runs.RemoveRange(from, until - from);
        _runs.Insert(from, (first, last));
        Count += Length((first, last));
    }

    public void Add(SequenceRuns others)
    {
        foreach (var (first, last) in others._runs) Add(first, last);
    }

    /// <summary>The lowest numbers of this set that are not in the other, at most so many.</summary>
    public SequenceRuns Without(SequenceRuns others, long most)
    {
        var rest = new SequenceRuns();
        var at = 0;
        foreach (var (first, last) in _runs)
        {
            for (long from = first; from <= last && rest.Count < most;)
            {
                while (at < others._runs.Count && others._runs[at].Last < from) at++;
                var gap = at < others._runs.Count ? Math.Min((long)others._runs[at].First - 1, last) : last;
                if (gap >= from) rest.Add((uint)from, (uint)(from + Math.Min(gap - from, most - rest.Count - 1)));
                from = at < others._runs.Count && gap < last ? (long)others._runs[at].Last + 1 : last + 1L;
            }
            if (rest.Count >= most) break;
        }
        return rest;
    }

    /// <summary>Written <c>0-41,43,45-50</c>; empty for the empty set.</summary>
    public override string ToString() => string.Join(',', _runs.Select(run =>
        run.First == run.Last ? run.First.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{run.First}-{run.Last}")));

    public static SequenceRuns Parse(string text)
    {
        var runs = new SequenceRuns();
        foreach (var part in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var ends = part.Split('-');
            runs.Add(uint.Parse(ends[0], CultureInfo.InvariantCulture), uint.Parse(ends[^1], CultureInfo.InvariantCulture));
        }
        return runs;
    }

    int RunEndingAtOrAfter(uint sequence)
    {
        int low = 0, high = _runs.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_runs[middle].Last < sequence) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    static long Length((uint First, uint Last) run) => (long)run.Last - run.First + 1;
}

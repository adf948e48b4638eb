using FourPerMille.Sensor.Estimation.Uncertainty;

namespace FourPerMille.Sensor.Estimation.Levels;

/// <summary>What one parcel, village, country or continent comes to. Counts, exact sums, earliest and latest: all merge in any order to the same bits.</summary>
public sealed class LevelFigures
{
    ExactSum _hectares, _hectaresObserved;
    readonly SortedDictionary<StockMethod, StockFigures> _stocks = [];
    readonly SortedDictionary<string, long> _notCompared = new(StringComparer.Ordinal);

    public long Parcels { get; private set; }

    /// <summary>Parcels from which at least one reading is held.</summary>
    public long ParcelsObserved { get; private set; }
    public double Hectares => _hectares.Value;
    public double HectaresObserved => _hectaresObserved.Value;
    public long Nodes { get; private set; }

    /// <summary>Readings the nodes took, and those the gateway holds: the ledger's.</summary>
    public long ReadingsTaken { get; private set; }
    public long ReadingsHeld { get; private set; }

    /// <summary>Spectral shots a model was asked about, and those in its domain.</summary>
    public long SpectraJudged { get; private set; }
    public long SpectraInDomain { get; private set; }

    /// <summary>Certificates the probes in the ground need, and those valid at the time.</summary>
    public long CertificatesNeeded { get; private set; }
    public long CertificatesValid { get; private set; }

    /// <summary>The newest reading of all, and of the parcel whose newest is oldest; null before the first.</summary>
    public DateTimeOffset? Newest { get; private set; }
    public DateTimeOffset? Stalest { get; private set; }

    /// <summary>By method: stocks of different methods are never added.</summary>
    public IReadOnlyDictionary<StockMethod, StockFigures> Stocks => _stocks;

    /// <summary>Units measured twice whose change is not stated, by reason.</summary>
    public IReadOnlyDictionary<string, long> NotCompared => _notCompared;

    public static LevelFigures OfParcel(double hectares, ParcelObservation observed)
    {
        if (!(hectares >= 0 && double.IsFinite(hectares))) throw new ArgumentOutOfRangeException(nameof(hectares), "An area is not negative.");
        var isObserved = observed.ReadingsHeld > 0;
        return new()
        {
            Parcels = 1, ParcelsObserved = isObserved ? 1 : 0, _hectares = ExactSum.Of(hectares), _hectaresObserved = ExactSum.Of(isObserved ? hectares : 0), Nodes = observed.Nodes,
            ReadingsTaken = observed.ReadingsTaken, ReadingsHeld = observed.ReadingsHeld, SpectraJudged = observed.SpectraJudged, SpectraInDomain = observed.SpectraInDomain,
            CertificatesNeeded = observed.CertificatesNeeded, CertificatesValid = observed.CertificatesValid, Newest = observed.Newest, Stalest = observed.Newest,
        };
    }

    /// <summary>Adds a unit's stock; with an earlier one its change, or the reason why the two are not compared.</summary>
    public void AddStock(StockStatement latest, StockStatement? first = null)
    {
        if (first is not null && latest.Method.DifferencesFrom(first.Method) is { Count: > 0 } differences)
        {
            foreach (var reason in differences.Select(difference => difference.ToString())) _notCompared[reason] = _notCompared.GetValueOrDefault(reason) + 1;
            first = null;
        }
        if (!_stocks.TryGetValue(latest.Method, out var stocks)) _stocks.Add(latest.Method, stocks = new StockFigures());
        stocks.Add(latest, first);
    }

    public void Merge(LevelFigures other)
    {
        (Parcels, ParcelsObserved, Nodes) = (Parcels + other.Parcels, ParcelsObserved + other.ParcelsObserved, Nodes + other.Nodes);
        (_hectares, _hectaresObserved) = (_hectares + other._hectares, _hectaresObserved + other._hectaresObserved);
        (ReadingsTaken, ReadingsHeld) = (ReadingsTaken + other.ReadingsTaken, ReadingsHeld + other.ReadingsHeld);
        (SpectraJudged, SpectraInDomain) = (SpectraJudged + other.SpectraJudged, SpectraInDomain + other.SpectraInDomain);
        (CertificatesNeeded, CertificatesValid) = (CertificatesNeeded + other.CertificatesNeeded, CertificatesValid + other.CertificatesValid);
        Newest = Newest > other.Newest ? Newest : other.Newest ?? Newest;
        Stalest = Stalest < other.Stalest ? Stalest : other.Stalest ?? Stalest;
        foreach (var (method, stocks) in other._stocks)
        {
            if (!_stocks.TryGetValue(method, out var mine)) _stocks.Add(method, mine = new StockFigures());
            mine.Merge(stocks);
        }
        foreach (var (reason, count) in other._notCompared) _notCompared[reason] = _notCompared.GetValueOrDefault(reason) + count;
    }

    public static LevelFigures Sum(IEnumerable<LevelFigures> parts)
    {
        var all = new LevelFigures();
        foreach (var part in parts) all.Merge(part);
        return all;
    }

    public LevelState State => new()
    {
        Parcels = Parcels, ParcelsObserved = ParcelsObserved, Hectares = _hectares.ToString(), HectaresObserved = _hectaresObserved.ToString(), Nodes = Nodes,
        ReadingsTaken = ReadingsTaken, ReadingsHeld = ReadingsHeld, SpectraJudged = SpectraJudged, SpectraInDomain = SpectraInDomain,
        CertificatesNeeded = CertificatesNeeded, CertificatesValid = CertificatesValid, Newest = Newest, Stalest = Stalest,
        Stocks = [.. _stocks.Select(s => new MethodState(s.Key.Laboratory, s.Key.DepthCm, s.Key.Basis, s.Key.ModelFamily, s.Value.State))],
        NotCompared = new(_notCompared, StringComparer.Ordinal),
    };

    /// <exception cref="FormatException">A figure cannot be.</exception>
    public static LevelFigures Of(LevelState state)
    {
        long[] counts = [state.Parcels, state.ParcelsObserved, state.Nodes, state.ReadingsTaken, state.ReadingsHeld, state.SpectraJudged, state.SpectraInDomain, state.CertificatesNeeded, state.CertificatesValid];
        if (counts.Any(c => c < 0)) throw new FormatException("A count cannot be negative.");
        if (state.ParcelsObserved > state.Parcels || state.SpectraInDomain > state.SpectraJudged || state.CertificatesValid > state.CertificatesNeeded) throw new FormatException("A part is larger than its whole.");
        var figures = new LevelFigures
        {
            Parcels = state.Parcels, ParcelsObserved = state.ParcelsObserved, _hectares = ExactSum.Parse(state.Hectares), _hectaresObserved = ExactSum.Parse(state.HectaresObserved), Nodes = state.Nodes,
            ReadingsTaken = state.ReadingsTaken, ReadingsHeld = state.ReadingsHeld, SpectraJudged = state.SpectraJudged, SpectraInDomain = state.SpectraInDomain,
            CertificatesNeeded = state.CertificatesNeeded, CertificatesValid = state.CertificatesValid, Newest = state.Newest, Stalest = state.Stalest,
        };
        foreach (var method in state.Stocks) figures._stocks.Add(new(method.Laboratory, method.DepthCm, method.Basis, method.ModelFamily), StockFigures.Of(method.Figures));
        foreach (var (reason, count) in state.NotCompared) figures._notCompared.Add(reason, count);
        return figures;
    }
}

/// <summary>What a gateway holds of one parcel, in counts.</summary>
/// <param name="Newest">When its newest reading was taken.</param>
public sealed record ParcelObservation(long Nodes = 0, long ReadingsTaken = 0, long ReadingsHeld = 0, long SpectraJudged = 0, long SpectraInDomain = 0,
    long CertificatesNeeded = 0, long CertificatesValid = 0, DateTimeOffset? Newest = null);

/// <summary>Figures as text: whole numbers, exact sums, instants.</summary>
public sealed record LevelState
{
    public required long Parcels { get; init; }
    public required long ParcelsObserved { get; init; }
    public required string Hectares { get; init; }
    public required string HectaresObserved { get; init; }
    public required long Nodes { get; init; }
    public required long ReadingsTaken { get; init; }
    public required long ReadingsHeld { get; init; }
    public required long SpectraJudged { get; init; }
    public required long SpectraInDomain { get; init; }
    public required long CertificatesNeeded { get; init; }
    public required long CertificatesValid { get; init; }
    public DateTimeOffset? Newest { get; init; }
    public DateTimeOffset? Stalest { get; init; }
    public required IReadOnlyList<MethodState> Stocks { get; init; }
    public required SortedDictionary<string, long> NotCompared { get; init; }
}

/// <summary>Stocks of one method as text.</summary>
public sealed record MethodState(string Laboratory, double DepthCm, string Basis, string ModelFamily, StockState Figures);

using FourPerMille.Sensor.Estimation.Uncertainty;

namespace FourPerMille.Sensor.Estimation.Levels;

/// <summary>
/// Stocks of one method over any area, weighted by hectares: the latest of every unit, and first and latest of the units that were measured twice. Exact
/// sums only, so they merge in any order to the same bits, and what is shared stays shared.
/// </summary>
public sealed class StockFigures
{
    const double DaysPerYear = 365.25;

    /// <summary>Latest stock of every unit.</summary>
    public SharedErrorAggregate Latest { get; private init; } = new();

    /// <summary>First and latest stock of the units that have both.</summary>
    public SharedErrorAggregate First { get; private init; } = new();
    public SharedErrorAggregate Second { get; private init; } = new();

    /// <summary>Sum of hectares x years x first stock: gives the years over which the target 0.004 S y adds up, whatever each unit's own.</summary>
    ExactSum _stockYears;

    /// <param name="first">An earlier stock of the unit by the same method, or null.</param>
    public void Add(StockStatement latest, StockStatement? first)
    {
        Latest.Add(latest.TonnesPerHa.AsEstimate(), latest.Hectares);
        if (first is null) return;
        if (latest.Method.DifferencesFrom(first.Method) is { Count: > 0 } differences) throw new ArgumentException($"{latest.Unit}: {string.Join("; ", differences)}.");
        double years = (latest.When.DayNumber - first.When.DayNumber) / DaysPerYear;
        if (!(years > 0)) throw new ArgumentException($"{latest.Unit}: a change takes time.");
        First.Add(first.TonnesPerHa.AsEstimate(), latest.Hectares);
        Second.Add(latest.TonnesPerHa.AsEstimate(), latest.Hectares);
        _stockYears += latest.Hectares * years * first.TonnesPerHa.Value;
    }

    public void Merge(StockFigures other)
    {
        Latest.Merge(other.Latest);
        First.Merge(other.First);
        Second.Merge(other.Second);
        _stockYears += other._stockYears;
    }

    /// <summary>Years between first and latest, weighted as the target is; 0 without a change.</summary>
    public double Years => First.Sum > 0 ? _stockYears.Value / First.Sum : 0;

    /// <summary>Covariance of the mean changes here and there, through every group they share.</summary>
    public double ChangeCovarianceWith(StockFigures other) =>
        (Second.CovarianceWith(other.Second) - Second.CovarianceWith(other.First) - First.CovarianceWith(other.Second) + First.CovarianceWith(other.First)) / (First.Weight * other.First.Weight);

    public StockState State => new(Latest.State, First.State, Second.State, _stockYears.ToString());

    public static StockFigures Of(StockState state) => new()
    {
        Latest = SharedErrorAggregate.Of(state.Latest), First = SharedErrorAggregate.Of(state.First), Second = SharedErrorAggregate.Of(state.Second), _stockYears = ExactSum.Parse(state.StockYears),
    };
}

/// <summary>Stock figures as text.</summary>
public sealed record StockState(AggregateState Latest, AggregateState First, AggregateState Second, string StockYears);

namespace FourPerMille.Sensor.Estimation.Uncertainty;

/// <summary>
/// One estimate on its way into an aggregate: its own random uncertainty, and for each error group it shares (a probe's
/// calibration, a model's bias, a laboratory) the standard uncertainty it has from that group, signed by its sensitivity.
/// </summary>
public sealed record GroupedEstimate(double Value, double OwnUncertainty, IReadOnlyDictionary<string, double> SharedUncertainties)
{
    public GroupedEstimate(double value, double ownUncertainty) : this(value, ownUncertainty, new Dictionary<string, double>()) { }
}

/// <summary>
/// A weighted sum of estimates whose errors are partly shared. Own errors add as squares; within a group the errors are one and
/// the same, so they add as they are, and averaging never shrinks them: u^2 = sum w_i^2 u_i^2 + sum_g (sum_i w_i c_ig)^2.
/// Only exact sums are kept, so aggregates merge in any order, of any parts, to the same bits.
/// </summary>
public sealed class SharedErrorAggregate
{
    readonly SortedDictionary<string, ExactSum> _groups = new(StringComparer.Ordinal);
    ExactSum _value, _weight, _ownVariance;

    public int Count { get; private set; }

    /// <summary>Adds an estimate with a weight, such as the area it stands for.</summary>
    public void Add(GroupedEstimate estimate, double weight)
    {
        if (!(estimate.OwnUncertainty >= 0)) throw new ArgumentOutOfRangeException(nameof(estimate), "An uncertainty cannot be negative.");
        Count++;
        _value += weight * estimate.Value;
        _weight += weight;
        double own = weight * estimate.OwnUncertainty;
        _ownVariance += own * own;
        foreach (var (group, shared) in estimate.SharedUncertainties)
            _groups[group] = _groups.GetValueOrDefault(group) + weight * shared;
    }

    public void Merge(SharedErrorAggregate other)
    {
        Count += other.Count;
        (_value, _weight, _ownVariance) = (_value + other._value, _weight + other._weight, _ownVariance + other._ownVariance);
        foreach (var (group, sum) in other._groups) _groups[group] = _groups.GetValueOrDefault(group) + sum;
    }

    /// <summary>The exact state, for others to merge.</summary>
    public AggregateState State => new(Count, _value.ToString(), _weight.ToString(), _ownVariance.ToString(),
        new(_groups.ToDictionary(g => g.Key, g => g.Value.ToString()), StringComparer.Ordinal));

    /// <exception cref="FormatException">A sum cannot be read, or a variance is negative.</exception>
    public static SharedErrorAggregate Of(AggregateState state)
    {
        var aggregate = new SharedErrorAggregate
        {
            Count = state.Count >= 0 ? state.Count : throw new FormatException("A count cannot be negative."),
            _value = ExactSum.Parse(state.Value), _weight = ExactSum.Parse(state.Weight), _ownVariance = ExactSum.Parse(state.OwnVariance),
        };
        if (aggregate._ownVariance.Value < 0) throw new FormatException("A variance cannot be negative.");
        foreach (var (group, sum) in state.Groups) aggregate._groups.Add(group, ExactSum.Parse(sum));
        return aggregate;
    }

    public double Sum => _value.Value;
    public double Weight => _weight.Value;
    public double SumUncertainty => Math.Sqrt(_ownVariance.Value + SharedVariance);

    /// <summary>The weighted mean; undefined while the weights sum to zero.</summary>
    public double Mean => Weight != 0 ? Sum / Weight : throw new InvalidOperationException("A mean needs weights that do not sum to zero.");

    public double MeanUncertainty => Weight != 0 ? SumUncertainty / Math.Abs(Weight) : throw new InvalidOperationException("A mean needs weights that do not sum to zero.");

    /// <summary>The share of the variance that no further point of the same probes, models and laboratories can average away.</summary>
    public double SharedShareOfVariance => SumUncertainty > 0 ? SharedVariance / (SumUncertainty * SumUncertainty) : 0;

    /// <summary>Each group's uncertainty of the weighted sum, in order of its name.</summary>
    public IEnumerable<(string Group, double Uncertainty)> Groups => _groups.Select(g => (g.Key, Math.Abs(g.Value.Value)));

    /// <summary>
    /// Covariance of two weighted sums through the groups they share: sum_g of the products. With it the difference of
    /// two campaigns with one probe keeps only what the campaigns do not share.
    /// </summary>
    public double CovarianceWith(SharedErrorAggregate other) =>
        _groups.Where(g => other._groups.ContainsKey(g.Key)).Sum(g => g.Value.Value * other._groups[g.Key].Value);

    // Few terms, always in the order of the groups' names, so this sum too has one value only.
    double SharedVariance => _groups.Values.Sum(sum => sum.Value * sum.Value);
}

/// <summary>An aggregate as text: exact sums (<see cref="ExactSum.ToString"/>) of w x, w, (w u)^2, and of w c for each error group.</summary>
public sealed record AggregateState(int Count, string Value, string Weight, string OwnVariance, SortedDictionary<string, string> Groups);

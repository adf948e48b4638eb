using System.Globalization;

namespace FourPerMille.Sensor.Sim.Observatory;

/// <summary>Faults by chance from a seed: the same seed and the same requests fail alike.</summary>
public sealed class FaultPlan
{
    readonly Lock _gate = new();
    readonly Random _chance;
    readonly (ObservatoryFault Fault, double Share)[] _shares;

    FaultPlan(int seed, (ObservatoryFault, double)[] shares) => (_chance, _shares) = (new Random(seed), shares);

    /// <summary>How often each fault struck.</summary>
    public Dictionary<ObservatoryFault, int> Struck { get; } = [];

    /// <summary>The words of the command line, with the faults they stand for.</summary>
    static readonly Dictionary<string, ObservatoryFault> Words = new()
    {
        ["failed-before"] = ObservatoryFault.FailedBefore, ["failed-after"] = ObservatoryFault.FailedAfter, ["answer-lost"] = ObservatoryFault.AnswerLost,
        ["request-cut"] = ObservatoryFault.RequestCut, ["answer-cut"] = ObservatoryFault.AnswerCut, ["answer-late"] = ObservatoryFault.AnswerLate, ["busy"] = ObservatoryFault.Busy,
    };

    /// <param name="text">Such as <c>failed-after=0.05,answer-cut=0.02</c>: shares of all requests.</param>
    /// <exception cref="FormatException">A word is no fault, or the shares are more than all requests.</exception>
    public static FaultPlan Parse(string text, int seed)
    {
        var shares = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(One).ToArray();
        return shares.Sum(s => s.Item2) <= 1 ? new(seed, shares) : throw new FormatException($"--faults: '{text}' fails more than every request");

        static (ObservatoryFault, double) One(string part) =>
            part.Split('=') is [var word, var share] && Words.TryGetValue(word, out var fault) && double.TryParse(share, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value is >= 0 and <= 1
                ? (fault, value) : throw new FormatException($"--faults: '{part}' is not a fault and its share; say {string.Join(", ", Words.Keys.Select(w => w + "=0.05"))}");
    }

    public ObservatoryFault Next(string method, string path)
    {
        lock (_gate)
        {
            var drawn = _chance.NextDouble();
            foreach (var (fault, share) in _shares)
            {
                if ((drawn -= share) >= 0) continue;
                Struck[fault] = Struck.GetValueOrDefault(fault) + 1;
                return fault;
            }
            return ObservatoryFault.None;
        }
    }
}

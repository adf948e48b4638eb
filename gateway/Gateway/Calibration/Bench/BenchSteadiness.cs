using FourPerMille.Sensor.Estimation.ProbeCalibration;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Gateway.Calibration.Bench;

/// <summary>Which number of a bench's values is watched, and by which rule it has settled.</summary>
static class BenchSteadiness
{
    /// <summary>Values that the longest window can need.</summary>
    public const int MostValues = 200;

    public static Stability Of(IReadOnlyList<BenchValue> bench)
    {
        if (bench.Count == 0) return Stability.Of([], StabilityRule.Moisture);
        var probe = bench[^1].Reading.Probe;
        if (probe != BenchProbe.SpectralHead)
            return Stability.Of([.. from value in bench
                                    where value.Reading.Values[0] != Reading.Missing
                                    select ((double)value.Reading.SteadySeconds, (double)value.Reading.Values[0])], RuleOf(probe));
        // The light alone: each lit shot less the dark one before it, in units of their mean, since gains differ.
        var light = bench.Zip(bench.Skip(1)).Where(pair => !pair.First.Reading.IsLit && pair.Second.Reading.IsLit && pair.First.Reading.Gain == pair.Second.Reading.Gain)
            .Where(pair => pair.First.Reading.Values[0] != Reading.Missing && pair.Second.Reading.Values[0] != Reading.Missing)
            .Where(pair => pair.Second.Reading.Gain == bench[^1].Reading.Gain)
            .Select(pair => ((double)pair.Second.Reading.SteadySeconds, pair.Second.Reading.Values.Zip(pair.First.Reading.Values, (lit, dark) => (double)lit - dark).Average())).ToList();
        var mean = light.Count == 0 ? 1 : light.Average(point => point.Item2);
        return Stability.Of([.. light.Select(point => (point.Item1, point.Item2 / mean))], StabilityRule.Spectral);
    }

    static StabilityRule RuleOf(int probe) =>
        BenchProbe.IsMoisture(probe) ? StabilityRule.Moisture : BenchProbe.IsSoilTemperature(probe) ? StabilityRule.Temperature : StabilityRule.Co2;
}

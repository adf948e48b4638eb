using FourPerMille.Sensor.Estimation.ProbeCalibration;
using FourPerMille.Sensor.Estimation.TimeSeriesQuality;
using FourPerMille.Sensor.Estimation.Uncertainty;
using FourPerMille.Sensor.Gateway.Calibration;
using FourPerMille.Sensor.Gateway.Provisioning.Life;
using FourPerMille.Sensor.Gateway.Quality;
using FourPerMille.Sensor.Gateway.Records;
using MathNet.Numerics.Distributions;

namespace FourPerMille.Sensor.Gateway.Estimates;

/// <summary>
/// Indicators of a soil's health from one day: below the wilting point, the extremes of soil temperature, respiration. Where an input is not
/// on record it abstains and says which. Pure.
/// </summary>
static class SoilHealth
{
    // Outdoor air, NOAA Global Monitoring Laboratory, 2024 mean 422.8 ppm; at a soil's surface it varies by some tens.
    static readonly InputQuantity SurfacePpm = new("CO2 at the surface", 423, 20);

    /// <summary>How well the depth of a head is known, cm.</summary>
    const double DepthU = 1;

    /// <param name="columns">The day's values, one column a quantity and depth.</param>
    public static IEnumerable<Indicator> Of(IReadOnlyList<IReadOnlyList<FlaggedQuantity>> columns, NodeState node)
    {
        var used = columns.Select(column => (First: column[0].Quantity, Values: Used(column))).ToList();
        foreach (var (first, values) in used.Where(c => c.First.Name == "moisture")) yield return BelowWiltingPoint(first, values, node.Soil);
        foreach (var (first, values) in used.Where(c => c.First.Name == "soilTemperature"))
        {
            yield return Extreme("soil-temperature-minimum", first, values.MinBy(q => q.Value));
            yield return Extreme("soil-temperature-maximum", first, values.MaxBy(q => q.Value));
        }
        yield return Respiration(used, node);
    }

    /// <summary>Values that no test failed.</summary>
    public static List<Quantity> Used(IEnumerable<FlaggedQuantity> values) =>
        [.. values.Where(v => v.Quantity.Value is not null && v.Flag != QualityFlag.Fail).Select(v => v.Quantity)];

    /// <summary>
    /// The share of this day that counts as a day below the wilting point: the probability that its mean lies below, both being uncertain.
    /// Summed over days it is the expected number of such days.
    /// </summary>
    static Indicator BelowWiltingPoint(Quantity first, List<Quantity> values, SoilDescription? soil)
    {
        var named = new Indicator("days-below-wilting-point", first.DepthCm);
        if (soil?.AtWiltingPoint() is not { } point)
            return named with { Abstains = ("neither a texture nor a wilting point of this soil is on record", "'fpm record node' with soil and its source") };
        if (values.Count == 0) return named with { Abstains = ("no water content of the day stands", "a certified moisture probe that answers") };
        var (mean, u) = (values.Average(q => q.Value!.Value), values.Average(q => q.StandardUncertainty!.Value));
        var probability = Normal.CDF(0, 1, (point.Estimate - mean) / double.Hypot(u, point.StandardUncertainty));
        return named with
        {
            Value = probability, U = Math.Sqrt(probability * (1 - probability)), Unit = "d",
            Method = "probability that the day's mean water content lies below the wilting point, normal errors; the error of the wilting point is shared by all days",
            Basis = $"wilting point {Decimals.Result(point.Estimate, point.StandardUncertainty)} m3/m3, u {Decimals.Uncertainty(point.StandardUncertainty)}: {soil.Source}",
        };
    }

    static Indicator Extreme(string name, Quantity first, Quantity? extreme) => new Indicator(name, first.DepthCm) is var named && extreme is null
        ? named with { Abstains = ("no soil temperature of the day stands", "a soil temperature probe that answers") }
        : named with { Value = extreme.Value, U = extreme.StandardUncertainty, Unit = "Cel", Method = "the day's extreme reading that no test failed" };

    /// <summary>Flux by Fick's law from one head up to the surface: an indicator, because one gradient is a weak witness of a whole profile.</summary>
    static Indicator Respiration(List<(Quantity First, List<Quantity> Values)> columns, NodeState node)
    {
        var named = new Indicator("soil-respiration", node.Co2DepthCm);
        var co2 = columns.Where(c => c.First.Name == "co2").SelectMany(c => c.Values).ToList();
        if (co2.Count == 0) return named with { Abstains = ("no CO2 of the day stands", "a CO2 head that answers") };
        if (node.Co2DepthCm is not { } depthCm) return named with { Abstains = ("the depth of the CO2 head is not on record", "'fpm record node' with co2DepthCm") };
        if (node.Soil?.TotalPorosity() is not { } porosity) return named with { Abstains = ("the porosity of this soil is not on record", "'fpm record node' with soil, its porosity or texture, and the source") };
        if (Nearest(columns, "moisture", depthCm) is not { } water) return named with { Abstains = ("no water content of the day stands, so the air-filled pores are unknown", "a certified moisture probe that answers") };
        if (Nearest(columns, "soilTemperature", depthCm) is not { } warmth) return named with { Abstains = ("no soil temperature of the day stands", "a soil temperature probe that answers") };
        if (Nearest(columns, "pressure", 0) is not { } pressure) return named with { Abstains = ("no air pressure of the day stands", "a climate probe that answers") };
        if (porosity.Estimate - water.Estimate <= 0) return named with { Abstains = ("the pores are full of water", "a drier day") };

        var deep = new InputQuantity("CO2 at the head", co2.Average(q => q.Value!.Value), co2.Average(q => q.StandardUncertainty!.Value));
        double AirFilled(double[] x) => Math.Max(0, x[3] - x[4]);
        double Flux(double[] x) => SoilRespiration.GradientFlux(x[0], x[1], 0, x[2] / 100, x[5], x[6] / 1000, SoilRespiration.MillingtonQuirk(AirFilled(x), x[3]));
        InputQuantity[] inputs = [SurfacePpm, deep, new("depth of the head", depthCm, Math.Min(DepthU, depthCm / 2)), porosity, water, warmth, pressure];
        var budget = GumBudget.Of(inputs, Flux);
        // The two tortuosity models in use bound what is not known of the pores' shape: their difference as a rectangular width (GUM 4.3.7).
        double[] at = [.. inputs.Select(i => i.Estimate)];
        var other = SoilRespiration.GradientFlux(at[0], at[1], 0, at[2] / 100, at[5], at[6] / 1000, SoilRespiration.Marshall(AirFilled(at)));
        return named with
        {
            Value = budget.Estimate, U = double.Hypot(budget.StandardUncertainty, Math.Abs(other - budget.Estimate) / Math.Sqrt(3)), Unit = "umol/(m2.s)",
            Method = "Fick's law between head and surface, tortuosity of Millington and Quirk 1961; its difference to Marshall 1959 is in u",
            Basis = $"surface {SurfacePpm.Estimate:F0} ppm, porosity {Decimals.Result(porosity.Estimate, porosity.StandardUncertainty)}: {node.Soil!.Source}",
        };
    }

    static InputQuantity? Nearest(List<(Quantity First, List<Quantity> Values)> columns, string name, double depthCm) => columns
        .Where(c => c.First.Name == name && c.Values.Count > 0).OrderBy(c => Math.Abs((c.First.DepthCm ?? 0) - depthCm)).Take(1)
        .Select(c => new InputQuantity(name, c.Values.Average(q => q.Value!.Value), c.Values.Average(q => q.StandardUncertainty!.Value))).FirstOrDefault();
}

using FourPerMille.Sensor.Sim.Field;
using FourPerMille.Sensor.Sim.Fleet;
using FourPerMille.Sensor.VirtualBoard;

namespace FourPerMille.Sensor.Sim.Pilot;

/// <summary>
/// A technician's bench before a node goes out: moisture probes in the node's own soil packed at field density with weighed water,
/// thermometers in ice and warm water, the spectral head on a white panel. Every step has the errors it has in a village workshop.
/// </summary>
public sealed class CalibrationBench(int seed)
{
    const int MoisturePoints = 10, Degree = 3;
    const double WeighingError = 0.006, PackingError = 0.015; // m3/m3, and the share of bulk density
    /// <summary>Melting ice, and two stirred baths beside a reference thermometer; standard uncertainties of the baths, degC.</summary>
    static readonly (double Celsius, double Error)[] Baths = [(0, 0.01), (25, 0.03), (45, 0.03)];
    const int WhiteGain = 2, WhiteIntegrationCode = 3, IntegrationSteps = 64; // as the firmware shoots
    const double GainFactor = 16, PanelReflectance = 0.985;

    /// <summary>A polynomial from ADC counts to water content, fitted to weighed points.</summary>
    public MoistureFit CalibrateMoisture(FieldNode node, int channel)
    {
        var (probe, soil) = (node.Probes[channel], node.Site.Specimen.Soil);
        var chance = Chance.For(seed, $"moisture bench {probe.Serial}");
        var packing = chance.LogNormal(1, PackingError);
        var points = Enumerable.Range(0, MoisturePoints).Select(n =>
        {
            var water = 0.02 + (0.95 * soil.PorosityShare - 0.02) * n / (MoisturePoints - 1);
            return (Counts: Counts(probe.Volts(water, 20, chance)), Water: water * packing + chance.Gaussian(0, WeighingError));
        }).ToArray();
        var fit = Polynomial.Fit([.. points.Select(p => p.Counts / 1000.0)], [.. points.Select(p => p.Water)], Degree);
        // One bucket is packed once: its density errs alike in all points and stretches the whole curve (GUM F.1.2.3).
        for (var i = 0; i <= Degree; i++)
            for (var j = 0; j <= Degree; j++) fit.Covariance[i][j] += PackingError * PackingError * fit.Coefficients[i] * fit.Coefficients[j];
        return new(fit.Coefficients, fit.Covariance, fit.ResidualSd, [.. points.Select(p => new[] { p.Counts / 1000, p.Water })]);
    }

    /// <summary>What to add to a thermometer's reading, a + b reading, from three baths; its covariance holds the baths' own uncertainty.</summary>
    public ThermometerFit CalibrateThermometer(FieldNode node, int channel)
    {
        const int readings = 12;
        var chance = Chance.For(seed, $"baths {node.Id}", channel);
        var points = Baths.SelectMany(bath =>
        {
            var truth = bath.Celsius + chance.Gaussian(0, bath.Error);
            return Enumerable.Range(0, readings).Select(_ =>
                (Shown: Math.Round(16 * (truth + node.ThermometerOffsets[channel] + chance.Gaussian(0, 0.03))) / 16, Reference: bath.Celsius));
        }).ToArray();
        var fit = Polynomial.Fit([.. points.Select(p => p.Shown)], [.. points.Select(p => p.Reference - p.Shown)], 1);
        // Readings in one bath share its error: it does not average away, so it is added to the fit's own (GUM F.1.2.4).
        fit.Covariance[0][0] += Math.Pow(Baths.Max(bath => bath.Error), 2);
        return new(fit.Coefficients, fit.Covariance, fit.ResidualSd, [.. points.Select(p => new[] { p.Shown, p.Reference })]);
    }

    /// <summary>Counts above dark on a white panel of known reflectance, at the gain and integration the firmware starts with.</summary>
    public WhiteRecord CalibrateHead(FieldNode node)
    {
        const int shots = 8;
        var panel = Enumerable.Repeat(PanelReflectance, Field.Spectra.Bands.Count).ToArray();
        var dark = node.Head.Dark();
        var lit = Enumerable.Range(0, shots).Select(shot => node.Head.Lit(panel, -1 - shot)).ToArray();
        var counts = dark.Select((d, band) => (int)Math.Round(GainFactor * IntegrationSteps * (lit.Average(shot => shot[band]) - d))).ToArray();
        return new(WhiteGain, WhiteIntegrationCode, counts, panel, Repeatability(lit, dark));
    }

    /// <summary>How the shots differ, as shares: what all bands have in common, and what each has of its own.</summary>
    static ShotScatter Repeatability(double[][] lit, double[] dark)
    {
        double[] mean = [.. dark.Select((d, band) => lit.Average(shot => shot[band]) - d)];
        double[][] relative = [.. lit.Select(shot => shot.Select((v, band) => (v - dark[band]) / mean[band] - 1).ToArray())];
        var common = Math.Sqrt(relative.Sum(shot => Math.Pow(shot.Average(), 2)) / (lit.Length - 1));
        var eachFreedom = (lit.Length - 1) * (dark.Length - 1.0);
        return new(lit.Length, common, Math.Sqrt(relative.Sum(shot => shot.Sum(v => Math.Pow(v - shot.Average(), 2))) / eachFreedom), lit.Length - 1, eachFreedom);
    }

    static double Counts(double volts) => Math.Clamp(Math.Round(volts / AdcPins.FullScaleVolts * AdcPins.MaximumCounts), 0, 4094);
}

/// <param name="Coefficients">theta = sum of c_i (counts/1000)^i.</param>
/// <param name="Points">Counts/1000 and weighed water content, m3/m3.</param>
public sealed record MoistureFit(double[] Coefficients, double[][] Covariance, double ResidualSd, double[][] Points);

/// <param name="Coefficients">Correction = c_0 + c_1 shown, degC.</param>
/// <param name="Points">What it showed and what was true, degC.</param>
public sealed record ThermometerFit(double[] Coefficients, double[][] Covariance, double ResidualSd, double[][] Points);

public sealed record WhiteRecord(int Gain, int IntegrationCode, int[] Counts, double[] Panel, ShotScatter Shots);

/// <param name="Common">Standard deviation of what all bands of a shot share.</param>
/// <param name="EachBand">Of what is left in each band.</param>
public sealed record ShotScatter(int Shots, double Common, double EachBand, double CommonFreedom, double EachBandFreedom);

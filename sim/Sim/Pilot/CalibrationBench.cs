using FourPerMille.Sensor.Sim.Field;
using FourPerMille.Sensor.Sim.Fleet;
using FourPerMille.Sensor.VirtualBoard;

namespace FourPerMille.Sensor.Sim.Pilot;

/// <summary>
/// A technician's bench before a node goes out: moisture probes in the node's own soil packed at field density with weighed water,
/// thermometers in melting ice, the spectral head on a white panel. Every step has the errors it has in a village workshop.
/// </summary>
public sealed class CalibrationBench(int seed)
{
    const int MoisturePoints = 10, Degree = 3;
    const double WeighingError = 0.006, PackingError = 0.015; // m3/m3, and the share of bulk density
    const double IceError = 0.02; // degC
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
        return new(fit.Coefficients, fit.Covariance, fit.ResidualSd, [.. points.Select(p => new[] { p.Counts, p.Water })]);
    }

    /// <summary>What to add to a thermometer's reading, from melting ice, with its standard uncertainty, degC.</summary>
    public (double Offset, double StandardUncertainty, double[][] Points) CalibrateThermometer(FieldNode node, int channel)
    {
        const int readings = 12;
        var chance = Chance.For(seed, $"ice bath {node.Id}", channel);
        var bath = chance.Gaussian(0, IceError);
        var shown = Enumerable.Range(0, readings)
            .Select(_ => Math.Round(16 * (bath + node.ThermometerOffsets[channel] + chance.Gaussian(0, 0.03))) / 16).ToArray();
        var mean = shown.Average();
        var spread = Math.Sqrt(shown.Sum(t => (t - mean) * (t - mean)) / (readings - 1));
        var resolution = 1 / 16.0 / Math.Sqrt(12); // one step of the converter, rectangular (GUM F.2.2.1)
        return (-mean, Math.Sqrt(spread * spread / readings + IceError * IceError + resolution * resolution), [.. shown.Select(t => new[] { t, 0.0 })]);
    }

    /// <summary>Counts above dark on a white panel of known reflectance, at the gain and integration the firmware starts with.</summary>
    public WhiteRecord CalibrateHead(FieldNode node)
    {
        const int shots = 8;
        var panel = Enumerable.Repeat(PanelReflectance, Field.Spectra.Bands.Count).ToArray();
        var dark = node.Head.Dark();
        var lit = Enumerable.Range(0, shots).Select(shot => node.Head.Lit(panel, -1 - shot)).ToArray();
        var counts = dark.Select((d, band) => Math.Round(GainFactor * IntegrationSteps * (lit.Average(shot => shot[band]) - d))).ToArray();
        return new(WhiteGain, WhiteIntegrationCode, counts, panel);
    }

    static double Counts(double volts) => Math.Clamp(Math.Round(volts / AdcPins.FullScaleVolts * AdcPins.MaximumCounts), 0, 4094);
}

/// <param name="Coefficients">theta = sum of c_i (counts/1000)^i.</param>
/// <param name="Points">Counts and weighed water content, m3/m3.</param>
public sealed record MoistureFit(double[] Coefficients, double[][] Covariance, double ResidualSd, double[][] Points);

public sealed record WhiteRecord(int Gain, int IntegrationCode, double[] Counts, double[] Panel);

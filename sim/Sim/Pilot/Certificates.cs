using FourPerMille.Sensor.Sim.Fleet;

namespace FourPerMille.Sensor.Sim.Pilot;

/// <summary>The certificates of a node's probes, as a technician sends them to the gateway.</summary>
static class Certificates
{
    public static IEnumerable<object> Of(FieldNode node, CalibrationBench bench, PilotOptions options)
    {
        var (issued, validUntil) = (options.StartUtc.AddDays(-14), options.StartUtc.AddYears(2));
        for (var channel = 0; channel < NodeSite.DepthsCm.Count; channel++)
        {
            yield return Moisture(node, channel, bench.CalibrateMoisture(node, channel), issued, validUntil);
            yield return Temperature(node, channel, bench.CalibrateThermometer(node, channel), issued, validUntil);
        }
        yield return Head(node, bench.CalibrateHead(node), issued, validUntil);
    }

    static object Moisture(FieldNode node, int channel, MoistureFit fit, DateTimeOffset issued, DateTimeOffset validUntil) => new
    {
        kind = "moisture",
        node = node.Id,
        channel,
        probeSerial = node.Site.MoistureSerial(channel),
        method = "10 gravimetric points in the site's soil at field bulk density",
        coefficients = fit.Coefficients,
        covariance = fit.Covariance,
        residualSd = fit.ResidualSd,
        reference = "balance 0.01 g, oven 105 degC",
        place = node.Site.Region.Title,
        technician = "simulated technician",
        issued,
        validUntil,
        points = fit.Points,
    };

    static object Temperature(FieldNode node, int channel, ThermometerFit fit, DateTimeOffset issued, DateTimeOffset validUntil) => new
    {
        kind = "temperature",
        node = node.Id,
        channel,
        probeSerial = $"28-{node.Site.ThermometerSerial(channel):x12}",
        method = "melting ice and two stirred baths, 12 readings each",
        coefficients = fit.Coefficients,
        covariance = fit.Covariance,
        residualSd = fit.ResidualSd,
        reference = "ice of distilled water; reference thermometer, u = 0.03 degC",
        place = node.Site.Region.Title,
        technician = "simulated technician",
        issued,
        validUntil,
        points = fit.Points,
    };

    static object Head(FieldNode node, WhiteRecord white, DateTimeOffset issued, DateTimeOffset validUntil) => new
    {
        kind = "spectral-head",
        node = node.Id,
        channel = 0,
        probeSerial = node.Site.HeadSerial,
        method = "white panel, 8 shots",
        coefficients = Array.Empty<double>(),
        covariance = Array.Empty<double[]>(),
        residualSd = double.Hypot(white.Shots.Common, white.Shots.EachBand),
        terms = Terms(white.Shots),
        notIncluded = new[] { "head-temperature", "soil-contact" },
        white = new { gain = white.Gain, integrationCode = white.IntegrationCode, counts = white.Counts, panel = white.Panel },
        reference = "diffuse panel, 98.5 %",
        place = node.Site.Region.Title,
        technician = "simulated technician",
        issued,
        validUntil,
        points = Array.Empty<double[]>(),
    };

    /// <summary>As a bench states them: half a percent for the panel, the shots as they scattered, five percent of drift by the end of the validity.</summary>
    static object[] Terms(ShotScatter shots)
    {
        object Term(string source, double u, string type, bool isShared, double? degreesOfFreedom) => new { source, u, unit = "1", type, isShared, degreesOfFreedom };
        var rootOfShots = Math.Sqrt(shots.Shots);
        return
        [
            Term("panel", 0.005, "B", true, null),
            Term("white", shots.Common / rootOfShots, "A", true, shots.CommonFreedom), Term("white", shots.EachBand / rootOfShots, "A", false, shots.EachBandFreedom),
            Term("shot", shots.Common, "A", true, shots.CommonFreedom), Term("shot", shots.EachBand, "A", false, shots.EachBandFreedom),
            Term("drift", 0.05 / Math.Sqrt(3), "B", true, null),
        ];
    }
}

using System.CommandLine;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Estimation.ProbeCalibration;
using FourPerMille.Sensor.Gateway.Technician.Cli.Calibrating;

namespace FourPerMille.Sensor.Gateway.Technician.Cli;

/// <summary><c>fpm calibrate fit</c>: calibration points into the coefficients of a certificate, with their covariance and what is wrong with them.</summary>
public static class CalibrateCommand
{
    public static Command Create()
    {
        var kind = new Option<string>("--kind") { Required = true, Description = "moisture, temperature or co2." };
        kind.AcceptOnlyFromAmong("moisture", "temperature", "co2");
        var points = new Option<string>("--points") { Required = true, Description = "moisture: counts, theta (m3/m3). temperature: reading_c (or resistance_ohm for a thermistor), reference_c, u_c. co2: reading_ppm, reference_ppm, u_ppm. The u columns may be absent where there are points to spare." };
        var degree = new Option<int>("--degree") { Description = "Degree of the moisture curve, 1 to 3.", DefaultValueFactory = _ => 2 };
        var output = new Option<string?>("--out") { Description = "Where to write the fit as JSON; else to standard output." };
        var fit = new Command("fit", """
            Fit a probe's calibration. The coefficients are a certificate's: theta = sum c_i (counts/1000)^i; T = t + c0 + c1 t; x = r + c0 + c1 r;
            for a thermistor 1/T = A + B ln R + C (ln R)^3.

            Examples:
              fpm calibrate fit --kind moisture --points cores.csv --degree 2
              fpm calibrate fit --kind temperature --points baths.csv --out fit.json
              fpm calibrate fit --kind co2 --points gases.csv
            """) { kind, points, degree, output };
        fit.SetAction(parsed => Verb.Run(() =>
        {
            var table = CsvTable.Read(parsed.GetRequiredValue(points));
            JsonOutput.Deliver(parsed, parsed.GetRequiredValue(kind) switch
            {
                "moisture" => Moisture(table, parsed.GetValue(degree)),
                "temperature" => table.Has("resistance_ohm") ? Thermistor(table) : Temperature(table),
                _ => CarbonDioxide(table),
            }, parsed.GetValue(output));
        }));
        return new Command("calibrate", "Calibrations: of probes, and of the model of soil carbon.") { CalibrateRunCommand.Create(), fit, Calibrating.Models.ModelCommand.Create() };
    }

    static JsonObject Moisture(CsvTable table, int degree)
    {
        var points = table.Rows.Select(r => (Counts: r.Number("counts"), Theta: r.Number("theta"))).ToList();
        var curve = MoistureCurve.Of(points, degree);
        return Result("moisture", $"polynomial of degree {degree} in counts/1000, least squares", curve.Fit, curve.Complaints, points.Select(p => (p.Counts / 1000, p.Theta)));
    }

    static JsonObject Temperature(CsvTable table)
    {
        var points = table.Rows.Select(r => new TemperaturePoint(r.Number("reading_c"), r.Number("reference_c"), Uncertainty(r, "u_c"))).ToList();
        var correction = TemperatureCorrection.Of(points);
        string method = correction.Fit.Coefficients.Length == 1 ? "offset" : points.Count == 2 ? "two points" : "offset and slope, least squares";
        return Result("temperature", method, correction.Fit, correction.Complaints, points.Select(p => (p.Indicated, p.Reference)));
    }

    static JsonObject Thermistor(CsvTable table)
    {
        var points = table.Rows.Select(r => (Ohm: r.Number("resistance_ohm"), Celsius: r.Number("reference_c"), U: Uncertainty(r, "u_c"))).ToList();
        var curve = SteinhartHart.Of(points);
        return Result("temperature", "Steinhart-Hart, least squares in 1/T", curve.Fit, curve.Fit.Complaints(), points.Select(p => (p.Ohm, p.Celsius)));
    }

    static JsonObject CarbonDioxide(CsvTable table)
    {
        var points = table.Rows.Select(r => (Reading: r.Number("reading_ppm"), Reference: r.Number("reference_ppm"), U: Uncertainty(r, "u_ppm"))).ToList();
        var correction = CarbonDioxideCorrection.Of(points);
        return Result("co2", correction.Fit.Coefficients.Length == 1 ? "offset" : "offset and slope, least squares", correction.Fit, correction.Complaints, points.Select(p => (p.Reading, p.Reference)));
    }

    static double Uncertainty(CsvRow row, string column) => row.Has(column) ? row.NumberOrMissing(column) ?? 0 : 0;

    static JsonObject Result(string kind, string method, LeastSquares fit, IReadOnlyList<Complaint> complaints, IEnumerable<(double X, double Y)> points) => new()
    {
        ["kind"] = kind,
        ["method"] = method,
        ["coefficients"] = Numbers(fit.Coefficients),
        ["covariance"] = new JsonArray([.. fit.Covariance.Select(Numbers)]),
        ["standardUncertainties"] = Numbers(fit.Covariance.Select((row, i) => Math.Sqrt(row[i]))),
        ["residualSd"] = fit.ResidualSd,
        ["degreesOfFreedom"] = fit.DegreesOfFreedom,
        ["chiSquared"] = fit.ChiSquared,
        ["residuals"] = Numbers(fit.Residuals),
        ["complaints"] = new JsonArray([.. complaints.Select(c => JsonValue.Create(c.ToString()))]),
        ["points"] = new JsonArray([.. points.Select(p => Numbers([p.X, p.Y]))]),
    };

    static JsonArray Numbers(IEnumerable<double> values) => new([.. values.Select(v => JsonValue.Create(v))]);
}

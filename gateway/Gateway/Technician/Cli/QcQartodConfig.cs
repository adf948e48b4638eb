using System.Text.Json;
using FourPerMille.Sensor.Estimation.TimeSeriesQuality;

namespace FourPerMille.Sensor.Gateway.Technician.Cli;

/// <summary>Thresholds of QARTOD tests in the notation of ioos_qc, so that one file serves both.</summary>
static class QartodConfig
{
    /// <summary>Soil moisture in % vol where nothing else is stated; wide, so that what they flag deserves a look.</summary>
    public static StreamingTest[] SoilMoisture(double intervalSeconds) =>
    [
        new GrossRangeTest(new Span(0, 100), new Span(0, 60)),
        new SpikeTest(5, 10),
        new RateOfChangeTest(10.0 / 3600, 20.0 / 3600),
        new FlatLineTest(10 * 86_400, 20 * 86_400, 1e-6, intervalSeconds),
    ];

    public static StreamingTest[] Read(string path, double intervalSeconds)
    {
        try
        {
            using var file = JsonDocument.Parse(File.ReadAllBytes(path));
            var tests = file.RootElement.TryGetProperty("qartod", out var inner) ? inner : file.RootElement;
            return tests.EnumerateObject().Select(t => Test(t.Name, t.Value, intervalSeconds)).ToArray();
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InputRefused($"{path}: {fault.Message}");
        }
    }

    static StreamingTest Test(string name, JsonElement p, double intervalSeconds) => name switch
    {
        "gross_range_test" => new GrossRangeTest(SpanOf(p.GetProperty("fail_span")), OptionalSpan(p, "suspect_span")),
        "climatology_test" => new ClimatologyTest([.. p.GetProperty("config").EnumerateArray().Select(SeasonOf)]),
        "spike_test" => new SpikeTest(Optional(p, "suspect_threshold"), Optional(p, "fail_threshold"),
            p.TryGetProperty("method", out var method) && method.GetString() == "differential" ? SpikeMethod.Differential : SpikeMethod.Average),
        "rate_of_change_test" => new RateOfChangeTest(Required(p, "threshold"), Optional(p, "fail_threshold")),
        "flat_line_test" => new FlatLineTest(Required(p, "suspect_threshold"), Required(p, "fail_threshold"), Optional(p, "tolerance") ?? 0, intervalSeconds),
        "attenuated_signal_test" => new AttenuatedSignalTest(Required(p, "suspect_threshold"), Required(p, "fail_threshold"), Required(p, "test_period"),
            (int)(Optional(p, "min_obs") ?? (Optional(p, "min_period") ?? 0) / intervalSeconds),
            p.TryGetProperty("check_type", out var check) && check.GetString() == "range"),
        "time_gap_test" => new TimeGapTest(3600 * (Optional(p, "fail_span") ?? 2)),
        _ => throw new FormatException($"'{name}' is not a test of a single series; known are gross_range_test, climatology_test, spike_test, rate_of_change_test, flat_line_test, attenuated_signal_test, time_gap_test"),
    };

    static Season SeasonOf(JsonElement p)
    {
        string? period = p.TryGetProperty("period", out var stated) ? stated.GetString() : null;
        var unit = period switch
        {
            null => SeasonUnit.Instant, "year" => SeasonUnit.Year, "quarter" => SeasonUnit.Quarter, "month" => SeasonUnit.Month, "week" or "weekofyear" => SeasonUnit.Week,
            "dayofyear" => SeasonUnit.DayOfYear, "dayofweek" => SeasonUnit.DayOfWeek, _ => throw new FormatException($"'{period}' is not a period"),
        };
        var when = p.GetProperty("tspan");
        var season = unit == SeasonUnit.Instant ? new Span(Ticks(when[0]), Ticks(when[1])) : SpanOf(when);
        // Depths are metres in ioos_qc and centimetres here.
        var depths = OptionalSpan(p, "zspan") is { } metres ? new Span(100 * metres.Low, 100 * metres.High) : (Span?)null;
        return new Season(unit, season, SpanOf(p.GetProperty("vspan")), OptionalSpan(p, "fspan"), depths);
    }

    static double Ticks(JsonElement instant) => instant.GetDateTimeOffset().UtcTicks;
    static double Required(JsonElement p, string name) => p.GetProperty(name).GetDouble();
    static double? Optional(JsonElement p, string name) => p.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;
    static Span? OptionalSpan(JsonElement p, string name) => p.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array ? SpanOf(value) : null;

    static Span SpanOf(JsonElement pair)
    {
        double a = pair[0].GetDouble(), b = pair[1].GetDouble();
        return new(Math.Min(a, b), Math.Max(a, b));
    }
}

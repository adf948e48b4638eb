using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Quality;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Gateway.Observations;

/// <summary>Readings as they came and as they are understood today.</summary>
static class ReadingsEndpoint
{
    const int UsualLimit = 1000, HighestLimit = 100_000;

    public static void MapReadings(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/nodes/{id}/readings", (string id, DateTimeOffset? from, DateTimeOffset? to, int? limit,
            NodeRegistry nodes, JudgedReadings readings, TimeProvider time) =>
        {
            var node = nodes.Required(id);
            var until = to ?? time.GetUtcNow().AddSeconds(1);
            var since = from ?? until.AddDays(-7);
            if (since > until) throw new InputRefused($"from: {since:O} is after to, {until:O}.");
            if (limit is < 1 or > HighestLimit) throw new InputRefused($"limit: {limit} must lie in 1 to {HighestLimit}. Ask for a shorter span.");
            return Results.Json(readings.Within(node, since, until).Take(limit ?? UsualLimit).Select(Show));
        });

    static object Show(JudgedReading judged)
    {
        var (reading, raw) = (judged.Reading, judged.Reading.Raw);
        var body = StoredReading.Body(reading.Frame, reading.Link);
        return new
        {
            epoch = raw.Epoch,
            sequence = raw.Sequence,
            earliest = reading.Time.Earliest,
            latest = reading.Time.Latest,
            timeIsConsistent = reading.IsTimeConsistent,
            received = reading.Received,
            link = reading.Link,
            clockQuality = raw.ClockQuality,
            status = raw.Status,
            values = judged.Quantities.Select(q => new
            {
                quantity = q.Quantity.Name,
                depthCm = q.Quantity.DepthCm,
                value = q.Quantity.Value,
                u = q.Quantity.StandardUncertainty,
                unit = q.Quantity.Unit,
                flag = (int)q.Flag,
                tests = q.Tests.ToDictionary(t => t.Test, t => (int)t.Flag),
                certificate = q.Quantity.Certificate?.Id,
                notes = q.Quantity.Notes,
            }),
            reflectance = judged.Spectrum?.Reflectance.Select(r => double.IsFinite(r) ? r : (double?)null),
            raw = new
            {
                moistureCounts = Known(raw.MoistureCounts),
                soilTemperatureSixteenths = Known(raw.SoilTemperatureSixteenths),
                gain = raw.HasBands ? raw.Gain : (int?)null,
                integrationCode = raw.HasBands ? raw.IntegrationCode : (int?)null,
                bandCounts = raw.HasBands ? Known(raw.BandCounts) : null,
            },
            frame = new { keyframe = reading.Keyframe, body = Convert.ToHexStringLower(body), mac = Convert.ToHexStringLower(reading.Frame.AsSpan(body.Length)) },
        };
    }

    static int?[] Known(int[] values) => [.. values.Select(value => value == Reading.Missing ? (int?)null : value)];
}

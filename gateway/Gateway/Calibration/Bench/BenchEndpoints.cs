using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using FourPerMille.Sensor.Estimation.ProbeCalibration;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Provisioning.Configurations;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Gateway.Calibration.Bench;

/// <summary>A probe under calibration, live: what it said, and whether it has settled.</summary>
static class BenchEndpoints
{
    const int MostAnAnswer = 500, LongestWaitSeconds = 30;

    public static void MapBench(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/nodes/{id}/bench", async (string id, long? after, int? wait, NodeRegistry nodes, BenchBook book, CancellationToken stop) =>
        {
            var node = nodes.Required(id);
            if (wait is < 0 or > LongestWaitSeconds) throw new InputRefused($"wait: {wait} must lie in 0 to {LongestWaitSeconds} seconds. Ask again after an empty answer.");
            var values = after is { } last
                ? await book.AfterOrArriving(node, last, MostAnAnswer, TimeSpan.FromSeconds(wait ?? 0), stop)
                : book.Newest(node, MostAnAnswer);
            return Results.Json(Show(node, values, book));
        });
        routes.MapGet("/api/nodes/{id}/bench/live", (string id, long? after, NodeRegistry nodes, BenchBook book, IHostApplicationLifetime life, CancellationToken gone) =>
            TypedResults.ServerSentEvents(Live(nodes.Required(id), after, book, life.ApplicationStopping, gone)));
    }

    /// <summary>An event for what came together, and an empty one every half minute, so that a dead line shows.</summary>
    static async IAsyncEnumerable<SseItem<string>> Live(Node node, long? after, BenchBook book, CancellationToken stopping, [EnumeratorCancellation] CancellationToken gone)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping, gone);
        var values = after is null ? book.Newest(node, MostAnAnswer) : [];
        var last = after ?? 0;
        while (!stop.IsCancellationRequested)
        {
            if (values.Count > 0) last = values[^1].Id;
            yield return new SseItem<string>(JsonSerializer.Serialize(Show(node, values, book), JsonSerializerOptions.Web), "bench") { EventId = last.ToString(System.Globalization.CultureInfo.InvariantCulture) };
            try
            {
                values = await book.AfterOrArriving(node, last, MostAnAnswer, TimeSpan.FromSeconds(LongestWaitSeconds), stop.Token);
            }
            catch (OperationCanceledException)
            {
                yield break;
            }
        }
    }

    static object Show(Node node, IReadOnlyList<BenchValue> values, BenchBook book) => new
    {
        node = node.Id,
        last = values.Count == 0 ? (long?)null : values[^1].Id,
        values = values.Select(Show),
        stability = Show(BenchSteadiness.Of(book.Newest(node, BenchSteadiness.MostValues))),
    };

    static object Show(BenchValue value)
    {
        var reading = value.Reading;
        var head = reading.Probe == BenchProbe.SpectralHead;
        return new
        {
            id = value.Id,
            epoch = reading.Epoch,
            sequence = reading.Sequence,
            probe = BenchProbeNames.Of(reading.Probe),
            steadySeconds = reading.SteadySeconds,
            benchSeconds = reading.BenchSeconds,
            received = value.Received,
            end = Ends[reading.End],
            // Raw codes: counts, sixteenths of a degree, ppm, or 18 bands by rising wavelength; null where the probe was silent.
            value = head ? null : Known(reading.Values[0]),
            spreadCounts = BenchProbe.IsMoisture(reading.Probe) ? Known(reading.Values[1]) : null,
            shot = head ? new { lamps = reading.IsLit ? "on" : "off", gain = Calibrator.Gains[reading.Gain], integrationCode = reading.IntegrationCode, bands = reading.Values.Select(Known) } : null,
        };
    }

    static object Show(Stability stability) => new
    {
        values = stability.Values,
        mean = Finite(stability.Mean),
        sd = Finite(stability.Sd),
        driftPerMinute = Finite(stability.DriftPerMinute),
        driftUncertainty = Finite(stability.DriftUncertainty),
        u = Finite(stability.StandardUncertainty),
        isStable = stability.IsStable,
        reason = stability.Reason,
    };

    static readonly string?[] Ends = [null, "time", "order", "battery"];

    static int? Known(int value) => value == Reading.Missing ? null : value;
    static double? Finite(double value) => double.IsFinite(value) ? value : null;
}

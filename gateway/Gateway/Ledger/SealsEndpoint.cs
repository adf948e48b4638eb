using System.Globalization;
using FourPerMille.Sensor.Gateway.Observations;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Store;

namespace FourPerMille.Sensor.Gateway.Ledger;

/// <summary>What seals say of a node's days of UTC.</summary>
static class SealsEndpoint
{
    const int UsualDays = 7, MostDays = 366;

    public static void MapSeals(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/nodes/{id}/seals", (string id, DateOnly? from, DateOnly? to, NodeRegistry nodes, Database database, TimeProvider time) =>
        {
            var node = nodes.Required(id);
            var last = DayOf(to) ?? Day.Of(time.GetUtcNow());
            var first = DayOf(from) ?? last - UsualDays + 1;
            if (first > last || last - first >= MostDays) throw new InputRefused($"from: ask for 1 to {MostDays} days, from not after to.");
            return Results.Json(database.Read(session => Enumerable.Range(0, (int)(last - first) + 1)
                .Select(n => (Day: first + n, Seal: DaySeals.Of(session, node, first + n)))
                .Where(day => day.Seal is not null).Select(day => Show(day.Day, day.Seal!)).ToList()));
        });

    static object Show(long day, DaySeal seal) => new
    {
        day = Day.Start(day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        state = SealBook.Word(seal.State),
        ranges = seal.Ranges.Select(range => new { epoch = range.Epoch, first = range.First, last = range.Last, state = SealBook.Word(range.State) }),
    };

    static long? DayOf(DateOnly? date) => date is { } given ? Day.Of(new DateTimeOffset(given.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero)) : null;
}

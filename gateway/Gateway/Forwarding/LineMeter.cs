using System.Globalization;
using FourPerMille.Sensor.Gateway.Observations;
using FourPerMille.Sensor.Gateway.Store;

namespace FourPerMille.Sensor.Gateway.Forwarding;

/// <summary>The day's allowance is used up; what waits goes on at the next UTC midnight.</summary>
sealed class BudgetSpentException(string message, DateTimeOffset until) : Exception(message)
{
    public DateTimeOffset Until => until;
}

/// <summary>
/// Counts what the line to the observatory carries and holds it to a day's allowance. Counted are the bytes of HTTP both ways, heads by an
/// estimate; TLS and TCP come on top, about a tenth. A request is counted before it leaves, so a crash cannot hide it.
/// </summary>
sealed class LineMeter(Database database, TimeProvider time, long? bytesPerDay) : DelegatingHandler(new SocketsHttpHandler())
{
    /// <summary>Request line and headers, status line and headers: what HttpClient and Kestrel write.</summary>
    const int HeadBytes = 220;

    public long? BytesPerDay => bytesPerDay;

    /// <summary>Bytes sent and received on this UTC day.</summary>
    public (long Sent, long Received) Today => database.Read(session => session.Query("SELECT sent, received FROM line_days WHERE day = @0",
        row => (row.GetInt64(0), row.GetInt64(1)), Day.Of(time.GetUtcNow())).ToList().FirstOrDefault());

    /// <summary>What may still go today; null without an allowance.</summary>
    public long? Remaining => bytesPerDay is { } allowed ? Math.Max(0, allowed - Today.Sent - Today.Received) : null;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken stop)
    {
        // The body is buffered, so that its length is known before a byte of it leaves.
        if (request.Content is { } content) await content.LoadIntoBufferAsync(stop);
        var sent = HeadBytes + request.RequestUri!.OriginalString.Length + (request.Content?.Headers.ContentLength ?? 0);
        if (Remaining is { } left && sent + HeadBytes > left)
            throw new BudgetSpentException(string.Create(CultureInfo.InvariantCulture, $"of {bytesPerDay:N0} bytes a day {left:N0} are left, the next request has {sent:N0}"), Day.Start(Day.Of(time.GetUtcNow()) + 1));
        await Count(sent, 0, stop);
        var answer = await base.SendAsync(request, stop);
        await answer.Content.LoadIntoBufferAsync(stop);
        await Count(0, HeadBytes + (answer.Content.Headers.ContentLength ?? 0), stop);
        return answer;
    }

    Task Count(long sent, long received, CancellationToken stop) => database.Write(session => session.Execute(
        "INSERT INTO line_days (day, sent, received) VALUES (@0, @1, @2) ON CONFLICT (day) DO UPDATE SET sent = sent + excluded.sent, received = received + excluded.received",
        Day.Of(time.GetUtcNow()), sent, received), stop);
}

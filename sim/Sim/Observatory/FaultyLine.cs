using Microsoft.AspNetCore.Http;

namespace FourPerMille.Sensor.Sim.Observatory;

/// <summary>The line and the server as they fail: what is done of a request and what is heard of it are two things.</summary>
static class FaultyLine
{
    public static async Task Carry(HttpContext context, RequestDelegate next, ObservatoryOptions options)
    {
        var fault = options.Faults?.Invoke(context.Request.Method, context.Request.Path) ?? ObservatoryFault.None;
        if (fault == ObservatoryFault.None && options.BytesPerSecond is null) { await next(context); return; }

        var length = context.Request.ContentLength ?? 0;
        if (fault == ObservatoryFault.RequestCut)
        {
            await ReadHalf(context.Request);
            context.Abort();
            return;
        }
        await Pace(length, options, context.RequestAborted);
        if (fault is ObservatoryFault.FailedBefore or ObservatoryFault.Busy)
        {
            context.Response.StatusCode = fault == ObservatoryFault.Busy ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status500InternalServerError;
            if (fault == ObservatoryFault.Busy) context.Response.Headers.RetryAfter = "1";
            return;
        }
        var (answer, kept) = (context.Response.Body, new MemoryStream());
        context.Response.Body = kept;
        try { await next(context); }
        finally { context.Response.Body = answer; }
        await Pace(kept.Length, options, context.RequestAborted);
        await Answer(context, fault, kept.ToArray(), options);
    }

    static async Task Answer(HttpContext context, ObservatoryFault fault, byte[] body, ObservatoryOptions options)
    {
        switch (fault)
        {
            case ObservatoryFault.FailedAfter:
                context.Response.Headers.Clear();
                context.Response.StatusCode = StatusCodes.Status500InternalServerError;
                return;
            case ObservatoryFault.AnswerLost:
                context.Abort();
                return;
            case ObservatoryFault.AnswerCut:
                context.Response.ContentLength = Math.Max(2, body.Length);
                await context.Response.Body.WriteAsync(body.AsMemory(0, body.Length / 2));
                await context.Response.Body.FlushAsync();
                context.Abort();
                return;
            case ObservatoryFault.AnswerLate:
                await Task.Delay(options.Lateness, context.RequestAborted).ContinueWith(_ => { });
                break;
        }
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    static async Task ReadHalf(HttpRequest request)
    {
        var (buffer, left) = (new byte[4096], (request.ContentLength ?? 0) / 2);
        while (left > 0 && await request.Body.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length))) is > 0 and var read) left -= read;
    }

    static Task Pace(long bytes, ObservatoryOptions options, CancellationToken stop) =>
        options.BytesPerSecond is { } rate && bytes > 0 ? Task.Delay(TimeSpan.FromSeconds(bytes / rate), stop) : Task.CompletedTask;
}

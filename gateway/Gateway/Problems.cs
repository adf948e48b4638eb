using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FourPerMille.Sensor.Gateway;

/// <summary>Every refusal leaves as problem+json that says what, where and what to do; a fault of ours says so without its insides.</summary>
sealed class Problems(ILogger<Problems> log) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken stop)
    {
        if (exception is OperationCanceledException && context.RequestAborted.IsCancellationRequested) return true;
        await For(exception).ExecuteAsync(context);
        return true;
    }

    /// <summary>A stable code and what fills its words, so that a terminal can say the refusal in its reader's language.</summary>
    static Dictionary<string, object?>? Extensions(InputRefused refused) => refused.Code is null ? null : new() { ["code"] = refused.Code, ["parts"] = Technician.Locales.RefusalWords.ToJson(refused.Parts) };

    ProblemHttpResult For(Exception exception)
    {
        switch (exception)
        {
            case InputRefused refused:
                return TypedResults.Problem(statusCode: refused.Status, title: "Refused", detail: refused.Message, extensions: Extensions(refused));
            case BadHttpRequestException bad:
                var reason = bad.InnerException?.Message ?? bad.Message;
                return TypedResults.Problem(statusCode: bad.StatusCode, title: "Request not understood", detail: reason);
            default:
                log.LogError(exception, "A request failed");
                return TypedResults.Problem(statusCode: StatusCodes.Status500InternalServerError, title: "The gateway failed",
                    detail: "Nothing of this request was stored unless it says so. The gateway's log (stderr) holds the cause.");
        }
    }
}

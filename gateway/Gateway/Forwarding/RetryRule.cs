using System.Net;

namespace FourPerMille.Sensor.Gateway.Forwarding;

/// <summary>When to try again. Pure: chance comes in as an argument.</summary>
public static class RetryRule
{
    static readonly TimeSpan Shortest = TimeSpan.FromSeconds(5), Longest = TimeSpan.FromHours(1);

    /// <summary>
    /// Doubles with every failure in a row from 5 seconds up to an hour, spread over half to all of that, so that gateways that lost the
    /// line together do not come back together.
    /// </summary>
    /// <param name="failures">In a row, at least 1.</param>
    /// <param name="chance">0 to 1.</param>
    public static TimeSpan WaitAfter(int failures, double chance)
    {
        var doubled = Shortest.TotalSeconds * Math.Pow(2, Math.Min(failures - 1, 20));
        return TimeSpan.FromSeconds(Math.Min(doubled, Longest.TotalSeconds) * (0.5 + 0.5 * chance));
    }

    /// <summary>How many rows go at once after this: half as many after a failure, for a slow line ends large ones every time; twice as many after a success.</summary>
    public static int BatchAfter(int batch, bool arrived, int most) => Math.Clamp(arrived ? batch * 2 : batch / 2, 1, most);
}

/// <summary>How a line stands, for whoever asks why nothing moves.</summary>
/// <param name="Failures">In a row.</param>
public sealed record LineState(int Failures, string? LastReason, DateTimeOffset? LastFailure, DateTimeOffset? NextTry);

/// <summary>A kind of traffic that fails and recovers by itself.</summary>
sealed class Line(string what, TimeProvider time, ILogger log)
{
    int _failures;
    string? _reason;
    DateTimeOffset? _failed;
    DateTimeOffset _notBefore = DateTimeOffset.MinValue;

    public LineState State => new(_failures, _reason, _failed, _notBefore > time.GetUtcNow() ? _notBefore : null);

    /// <summary>Does the work if it is time; a failure of the far side or the line puts the next try off.</summary>
    public async Task Try(Func<CancellationToken, Task> work, CancellationToken stop)
    {
        if (time.GetUtcNow() < _notBefore) return;
        try
        {
            await work(stop);
            (_failures, _reason, _failed) = (0, null, null);
        }
        catch (BudgetSpentException spent)
        {
            (_reason, _notBefore) = (spent.Message, spent.Until);
            log.LogInformation("{What} waits: {Reason}", what, spent.Message);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or FarSideException || (fault is OperationCanceledException && !stop.IsCancellationRequested))
        {
            var wait = RetryRule.WaitAfter(++_failures, Random.Shared.NextDouble());
            if (fault is FarSideException { RetryAfter: { } asked } && asked > wait) wait = asked;
            (_reason, _failed, _notBefore) = (fault.Message, time.GetUtcNow(), time.GetUtcNow() + wait);
            // Weeks without a line are normal: the first failure is news, the hundredth is not.
            log.Log(_failures == 1 ? LogLevel.Warning : LogLevel.Debug, "{What} failed ({Reason}); next try in {Wait}", what, fault.Message, wait);
        }
    }
}

/// <summary>The observatory answered something that is of no use.</summary>
sealed class FarSideException(string message, HttpStatusCode? status = null, TimeSpan? retryAfter = null) : Exception(message)
{
    public TimeSpan? RetryAfter => retryAfter;

    /// <summary>Whether what was sent is at fault, so that sending it again as it is will not do; anything else may pass.</summary>
    public bool RefusesContent => status is HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnsupportedMediaType
        or HttpStatusCode.UnprocessableEntity or HttpStatusCode.NotAcceptable or HttpStatusCode.LengthRequired;
}

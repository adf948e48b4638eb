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
}

/// <summary>A kind of traffic that fails and recovers by itself.</summary>
sealed class Line(string what, TimeProvider time, ILogger log)
{
    int _failures;
    DateTimeOffset _notBefore = DateTimeOffset.MinValue;

    /// <summary>Does the work if it is time; a failure of the far side or the line puts the next try off.</summary>
    public async Task Try(Func<CancellationToken, Task> work, CancellationToken stop)
    {
        if (time.GetUtcNow() < _notBefore) return;
        try
        {
            await work(stop);
            _failures = 0;
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or FarSideException || (fault is OperationCanceledException && !stop.IsCancellationRequested))
        {
            var wait = RetryRule.WaitAfter(++_failures, Random.Shared.NextDouble());
            _notBefore = time.GetUtcNow() + wait;
            // Weeks without a line are normal: the first failure is news, the hundredth is not.
            log.Log(_failures == 1 ? LogLevel.Warning : LogLevel.Debug, "{What} failed ({Reason}); next try in {Wait}", what, fault.Message, wait);
        }
    }
}

/// <summary>The observatory answered something that is of no use.</summary>
sealed class FarSideException(string message) : Exception(message);

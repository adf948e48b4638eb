using System.Collections;

namespace System.Threading;

public class OperationCanceledException : SystemException
{
    public OperationCanceledException() { }
    public OperationCanceledException(string message) : base(message) { }
    public OperationCanceledException(string message, Exception innerException) : base(message, innerException) { }
}

public struct CancellationToken
{
    readonly CancellationTokenSource _source;
    readonly bool _isCanceled;

    public CancellationToken(bool canceled) => (_source, _isCanceled) = (null, canceled);
    internal CancellationToken(CancellationTokenSource source) => (_source, _isCanceled) = (source, false);

    public static CancellationToken None => default;
    public bool CanBeCanceled => _source is not null || _isCanceled;
    public bool IsCancellationRequested => _isCanceled || _source is { IsCancellationRequested: true };
    public WaitHandle WaitHandle => (_source ?? throw new InvalidOperationException()).Handle;

    public void ThrowIfCancellationRequested()
    {
        if (IsCancellationRequested) throw new OperationCanceledException();
    }

    public CancellationTokenRegistration Register(Action callback)
    {
        if (IsCancellationRequested) callback();
        else _source?.Callbacks.Add(callback);
        return new CancellationTokenRegistration(_source, callback);
    }

    public bool Equals(CancellationToken other) => other._source == _source && other._isCanceled == _isCanceled;
    public override bool Equals(object other) => other is CancellationToken token && Equals(token);
    public override int GetHashCode() => _source?.GetHashCode() ?? (_isCanceled ? 1 : 0);
}

public struct CancellationTokenRegistration : IDisposable
{
    readonly CancellationTokenSource _source;
    readonly Action _callback;

    internal CancellationTokenRegistration(CancellationTokenSource source, Action callback) => (_source, _callback) = (source, callback);

    public void Dispose() => _source?.Callbacks.Remove(_callback);

    public bool Equals(CancellationTokenRegistration other) => other._source == _source && other._callback == _callback;
    public override bool Equals(object obj) => obj is CancellationTokenRegistration other && Equals(other);
    public override int GetHashCode() => _callback?.GetHashCode() ?? 0;
    public static bool operator ==(CancellationTokenRegistration left, CancellationTokenRegistration right) => left.Equals(right);
    public static bool operator !=(CancellationTokenRegistration left, CancellationTokenRegistration right) => !left.Equals(right);
}

public class CancellationTokenSource : IDisposable
{
    Timer _timer;

    public CancellationTokenSource() { }
    public CancellationTokenSource(int millisecondsDelay) => CancelAfter(millisecondsDelay);
    public CancellationTokenSource(TimeSpan delay) => CancelAfter(delay);

    internal ManualResetEvent Handle { get; } = new(false);
    internal ArrayList Callbacks { get; } = new();

    public bool IsCancellationRequested => Handle.IsSet;
    public CancellationToken Token => new(this);

    public void Cancel() => Cancel(false);

    public void Cancel(bool throwOnFirstException)
    {
        if (IsCancellationRequested) return;
        Handle.Set();
        foreach (Action callback in Callbacks.ToArray()) callback();
    }

    public void CancelAfter(TimeSpan delay) => CancelAfter((int)delay.TotalMilliseconds);

    public void CancelAfter(int millisecondsDelay)
    {
        _timer?.Dispose();
        _timer = new Timer(_ => Cancel(), null, millisecondsDelay, Timeout.Infinite);
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing) => _timer?.Dispose();
}

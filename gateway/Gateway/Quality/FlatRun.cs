namespace FourPerMille.Sensor.Gateway.Quality;

/// <summary>
/// How long a probe has given the very same code, told from its newest reading backwards: what the flat-line test finds streaming, but with the run's own length
/// instead of a window's. One step to and fro is movement: a sound probe lies at the edge of two codes. A single reading elsewhere, between two of the same code, is
/// none: no soil jumps and comes back exactly; so a stuck probe with a loose contact stays stuck.
/// </summary>
/// <typeparam name="T">What names a reading.</typeparam>
public sealed class FlatRun<T>
{
    int _code;
    bool _hasStray, _hasEnded;

    /// <summary>Readings of the run.</summary>
    public int Readings { get; private set; }

    public T? Newest { get; private set; }

    public T? Oldest { get; private set; }

    /// <summary>Whether an older reading may still belong to it.</summary>
    public bool GoesOn => !_hasEnded;

    /// <summary>The reading before those given so far, which had a value.</summary>
    public void Extend(int code, T reading)
    {
        if (_hasEnded) return;
        if (Readings == 0 || code == _code) Take(code, reading);
        else if (_hasStray || Math.Abs(code - _code) == 1) _hasEnded = true;
        else
        {
            _hasStray = true;
            // The newest itself may be the one that strayed.
            if (Readings == 1) (Readings, _code, Newest, Oldest) = (1, code, reading, reading);
        }
    }

    void Take(int code, T reading)
    {
        if (Readings == 0) Newest = reading;
        else _hasStray = false;
        (_code, Oldest) = (code, reading);
        Readings++;
    }
}

namespace System;

/// <summary>The device's TimeSpan: whole factors in its From methods, otherwise as everywhere.</summary>
public struct TimeSpan
{
    public const long TicksPerMillisecond = 10_000;
    public const long TicksPerSecond = 10_000_000;
    public const long TicksPerMinute = 600_000_000;
    public const long TicksPerHour = 36_000_000_000;
    public const long TicksPerDay = 864_000_000_000;

    public static readonly TimeSpan Zero = new(0);
    public static readonly TimeSpan MaxValue = new(long.MaxValue);
    public static readonly TimeSpan MinValue = new(long.MinValue);

    readonly long _ticks;

    public TimeSpan(long ticks) => _ticks = ticks;
    public TimeSpan(int hours, int minutes, int seconds) : this(0, hours, minutes, seconds, 0) { }
    public TimeSpan(int days, int hours, int minutes, int seconds) : this(days, hours, minutes, seconds, 0) { }
    public TimeSpan(int days, int hours, int minutes, int seconds, int milliseconds) => _ticks =
        days * TicksPerDay + hours * TicksPerHour + minutes * TicksPerMinute + seconds * TicksPerSecond + milliseconds * TicksPerMillisecond;

    public long Ticks => _ticks;
    public int Days => (int)(_ticks / TicksPerDay);
    public int Hours => (int)(_ticks / TicksPerHour % 24);
    public int Minutes => (int)(_ticks / TicksPerMinute % 60);
    public int Seconds => (int)(_ticks / TicksPerSecond % 60);
    public int Milliseconds => (int)(_ticks / TicksPerMillisecond % 1000);
    public double TotalDays => (double)_ticks / TicksPerDay;
    public double TotalHours => (double)_ticks / TicksPerHour;
    public double TotalMinutes => (double)_ticks / TicksPerMinute;
    public double TotalSeconds => (double)_ticks / TicksPerSecond;
    public double TotalMilliseconds => (double)_ticks / TicksPerMillisecond;

    public static TimeSpan FromDays(long value) => new(value * TicksPerDay);
    public static TimeSpan FromHours(long value) => new(value * TicksPerHour);
    public static TimeSpan FromMinutes(long value) => new(value * TicksPerMinute);
    public static TimeSpan FromSeconds(long value) => new(value * TicksPerSecond);
    public static TimeSpan FromMilliseconds(long value) => new(value * TicksPerMillisecond);
    public static TimeSpan FromTicks(long value) => new(value);

    public TimeSpan Add(TimeSpan ts) => new(_ticks + ts._ticks);
    public TimeSpan Subtract(TimeSpan ts) => new(_ticks - ts._ticks);
    public TimeSpan Negate() => new(-_ticks);
    public TimeSpan Duration() => new(_ticks < 0 ? -_ticks : _ticks);

    public static int Compare(TimeSpan t1, TimeSpan t2) => t1._ticks.CompareTo(t2._ticks);
    public int CompareTo(object value) => value is TimeSpan other ? Compare(this, other) : 1;
    public override bool Equals(object value) => value is TimeSpan other && other._ticks == _ticks;
    public static bool Equals(TimeSpan t1, TimeSpan t2) => t1._ticks == t2._ticks;
    public override int GetHashCode() => _ticks.GetHashCode();

    public override string ToString()
    {
        var rest = Duration();
        var text = $"{rest.Hours:D2}:{rest.Minutes:D2}:{rest.Seconds:D2}";
        if (rest.Days != 0) text = $"{rest.Days}.{text}";
        if (rest._ticks % TicksPerSecond is var fraction && fraction != 0) text += $".{fraction:D7}";
        return _ticks < 0 ? "-" + text : text;
    }

    public static TimeSpan operator +(TimeSpan t) => t;
    public static TimeSpan operator -(TimeSpan t) => t.Negate();
    public static TimeSpan operator +(TimeSpan t1, TimeSpan t2) => t1.Add(t2);
    public static TimeSpan operator -(TimeSpan t1, TimeSpan t2) => t1.Subtract(t2);
    public static bool operator ==(TimeSpan t1, TimeSpan t2) => t1._ticks == t2._ticks;
    public static bool operator !=(TimeSpan t1, TimeSpan t2) => t1._ticks != t2._ticks;
    public static bool operator <(TimeSpan t1, TimeSpan t2) => t1._ticks < t2._ticks;
    public static bool operator >(TimeSpan t1, TimeSpan t2) => t1._ticks > t2._ticks;
    public static bool operator <=(TimeSpan t1, TimeSpan t2) => t1._ticks <= t2._ticks;
    public static bool operator >=(TimeSpan t1, TimeSpan t2) => t1._ticks >= t2._ticks;
}

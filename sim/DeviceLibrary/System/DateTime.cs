using System.Globalization;

namespace System;

/// <summary>
/// The device's DateTime; its UtcNow is the board's device clock. It spans 1601 to 3000, knows no months arithmetic and prints
/// MM/dd/yyyy HH:mm:ss.
/// </summary>
public struct DateTime
{
    const long UnixEpochTicks = 621_355_968_000_000_000;

    // The calendar is DateTimeOffset's: the framework's DateTime cannot be named in this assembly.
    public static readonly DateTime MinValue = new(1601, 1, 1);
    public static readonly DateTime MaxValue = new(new DateTime(3001, 1, 1).Ticks - 1);
    public static readonly DateTime UnixEpoch = new(UnixEpochTicks);

    readonly long _ticks;

    public DateTime(long ticks) => _ticks = ticks;
    public DateTime(long ticks, DateTimeKind kind) : this(ticks) { }
    public DateTime(int year, int month, int day) : this(year, month, day, 0, 0, 0, 0) { }
    public DateTime(int year, int month, int day, int hour, int minute, int second) : this(year, month, day, hour, minute, second, 0) { }
    public DateTime(int year, int month, int day, int hour, int minute, int second, int millisecond)
    {
        var offset = DateTimeOffset.UnixEpoch.Offset;
        _ticks = new DateTimeOffset(year, month, day, hour, minute, second, millisecond, offset).Ticks;
    }

    DateTimeOffset Calendar => DateTimeOffset.UnixEpoch.AddTicks(_ticks - UnixEpochTicks);

    public static DateTime UtcNow => new(Board.Awake.Clock.DeviceUtc.Ticks);
    public static DateTime Today => UtcNow.Date;

    public long Ticks => _ticks;
    public DateTimeKind Kind => DateTimeKind.Utc;
    public int Year => Calendar.Year;
    public int Month => Calendar.Month;
    public int Day => Calendar.Day;
    public int Hour => Calendar.Hour;
    public int Minute => Calendar.Minute;
    public int Second => Calendar.Second;
    public int Millisecond => Calendar.Millisecond;
    public int DayOfYear => Calendar.DayOfYear;
    public DayOfWeek DayOfWeek => (DayOfWeek)(int)Calendar.DayOfWeek;
    public DateTime Date => new(_ticks - _ticks % TimeSpan.TicksPerDay);
    public TimeSpan TimeOfDay => new(_ticks % TimeSpan.TicksPerDay);

    public DateTime Add(TimeSpan val) => new(_ticks + val.Ticks);
    public DateTime AddDays(double val) => new(_ticks + (long)(val * TimeSpan.TicksPerDay));
    public DateTime AddHours(double val) => new(_ticks + (long)(val * TimeSpan.TicksPerHour));
    public DateTime AddMinutes(double val) => new(_ticks + (long)(val * TimeSpan.TicksPerMinute));
    public DateTime AddSeconds(double val) => new(_ticks + (long)(val * TimeSpan.TicksPerSecond));
    public DateTime AddMilliseconds(double val) => new(_ticks + (long)(val * TimeSpan.TicksPerMillisecond));
    public DateTime AddTicks(long val) => new(_ticks + val);
    public TimeSpan Subtract(DateTime val) => new(_ticks - val._ticks);
    public DateTime Subtract(TimeSpan val) => new(_ticks - val.Ticks);

    public static int DaysInMonth(int year, int month) => CultureInfo.InvariantCulture.Calendar.GetDaysInMonth(year, month);
    public static DateTime FromUnixTimeSeconds(long seconds) => new(UnixEpochTicks + seconds * TimeSpan.TicksPerSecond);
    public long ToUnixTimeSeconds() => (_ticks - UnixEpochTicks) / TimeSpan.TicksPerSecond;

    public static int Compare(DateTime t1, DateTime t2) => t1._ticks.CompareTo(t2._ticks);
    public int CompareTo(object val) => val is DateTime other ? Compare(this, other) : 1;
    public override bool Equals(object val) => val is DateTime other && other._ticks == _ticks;
    public static bool Equals(DateTime t1, DateTime t2) => t1._ticks == t2._ticks;
    public override int GetHashCode() => _ticks.GetHashCode();

    /// <summary>The device reads ISO dates only with a time (observed: "2026-01-02" throws).</summary>
    public static DateTime Parse(string s) => TryParse(s, out var result) ? result : throw new FormatException();

    public static bool TryParse(string s, out DateTime result)
    {
        var parsed = DateTimeOffset.MinValue;
        var isTime = s is not null && s.Contains(':')
            && DateTimeOffset.TryParse(s, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out parsed);
        result = isTime ? new DateTime(parsed.Ticks) : default;
        return isTime;
    }

    public override string ToString() => ToString("MM/dd/yyyy HH:mm:ss");

    public string ToString(string format) => format == "o"
        ? Calendar.ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture)
        : Calendar.ToString(format, CultureInfo.InvariantCulture);

    public static DateTime operator +(DateTime d, TimeSpan t) => d.Add(t);
    public static DateTime operator -(DateTime d, TimeSpan t) => d.Subtract(t);
    public static TimeSpan operator -(DateTime d1, DateTime d2) => d1.Subtract(d2);
    public static bool operator ==(DateTime d1, DateTime d2) => d1._ticks == d2._ticks;
    public static bool operator !=(DateTime d1, DateTime d2) => d1._ticks != d2._ticks;
    public static bool operator <(DateTime t1, DateTime t2) => t1._ticks < t2._ticks;
    public static bool operator >(DateTime t1, DateTime t2) => t1._ticks > t2._ticks;
    public static bool operator <=(DateTime t1, DateTime t2) => t1._ticks <= t2._ticks;
    public static bool operator >=(DateTime t1, DateTime t2) => t1._ticks >= t2._ticks;
}

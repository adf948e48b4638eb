using System.Buffers.Binary;

namespace FourPerMille.Sensor.Gateway.Time.Sntp;

/// <summary>The 48 bytes of an NTP packet (RFC 5905, figure 8), big-endian.</summary>
static class NtpPacket
{
    public const int Length = 48;

    /// <summary>Bounds what a root dispersion can say (RFC 5905, MAXDISP).</summary>
    static readonly TimeSpan MaximumDispersion = TimeSpan.FromSeconds(16);

    const byte Client = 3, Server = 4;
    const byte NoWarning = 0, NotSynchronised = 3;
    const int OldestVersion = 1, NewestVersion = 4;

    /// <summary>2^-20 s: reading the clock takes less than a microsecond.</summary>
    const sbyte PrecisionExponent = -20;

    /// <summary>
    /// Strata. What disciplines our clock is not known here, only that somebody does: 4 stays behind every usual source. A clock that runs freely is
    /// a last resort (10, as chrony's "local"). 0 on the wire stands for 16, unsynchronised (RFC 5905, section 7.3); lwIP, the node's client, looks at nothing else.
    /// </summary>
    const byte Disciplined = 4, LastResort = 10, Unsynchronised = 0;

    // For strata above 1 the reference is an address. 127.0.0.1: a daemon of this machine. 127.127.1.1: the machine's own clock, as ntpd and chrony write it.
    const uint DaemonHere = 0x7F000001, OwnClock = 0x7F7F0101;

    static readonly DateTimeOffset Epoch = new(1900, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Whether the bytes are a client's question. Extensions and signatures behind the 48 bytes are not looked at.</summary>
    public static bool IsQuestion(ReadOnlySpan<byte> packet) =>
        packet.Length >= Length && (packet[0] & 7) == Client && (packet[0] >> 3 & 7) is >= OldestVersion and <= NewestVersion;

    /// <summary>Answers a question in its own version (RFC 4330, section 6; RFC 5905, fast_xmit).</summary>
    /// <param name="received">When the question came, by the clock that <paramref name="now"/> was read from later.</param>
    public static byte[] Answer(ReadOnlySpan<byte> question, DateTimeOffset received, ClockReading now)
    {
        var (leap, stratum, reference) = now.Standing switch
        {
            ClockStanding.Synchronised => (NoWarning, Disciplined, DaemonHere),
            ClockStanding.FreeRunning => (NoWarning, LastResort, OwnClock),
            _ => (NotSynchronised, Unsynchronised, BinaryPrimitives.ReadUInt32BigEndian("INIT"u8)),
        };
        var answer = Head(question, leap, stratum, reference);
        BinaryPrimitives.WriteUInt32BigEndian(answer.AsSpan(8), Short(now.MaximumError is { } error && error < MaximumDispersion ? error : MaximumDispersion));
        if (now.Standing != ClockStanding.Unset) Write(answer.AsSpan(16), now.Utc);
        Write(answer.AsSpan(32), received);
        Write(answer.AsSpan(40), now.Utc);
        return answer;
    }

    /// <summary>Tells a client that it asks too often (RFC 4330, section 8).</summary>
    public static byte[] TooOften(ReadOnlySpan<byte> question) => Head(question, NotSynchronised, Unsynchronised, BinaryPrimitives.ReadUInt32BigEndian("RATE"u8));

    static byte[] Head(ReadOnlySpan<byte> question, byte leap, byte stratum, uint reference)
    {
        var answer = new byte[Length];
        answer[0] = (byte)(leap << 6 | question[0] & 0x38 | Server);
        answer[1] = stratum;
        answer[2] = question[2]; // poll
        answer[3] = unchecked((byte)PrecisionExponent);
        // Root delay stays 0: it is part of the maximum error that the dispersion states.
        BinaryPrimitives.WriteUInt32BigEndian(answer.AsSpan(12), reference);
        question.Slice(40, 8).CopyTo(answer.AsSpan(24)); // its transmit timestamp, whatever it is: the client knows its question by it
        return answer;
    }

    /// <summary>16.16 seconds, rounded up: an error is never understated.</summary>
    static uint Short(TimeSpan time) => (uint)Math.Ceiling(time.TotalSeconds * 65536);

    /// <summary>32.32 seconds since 1900, modulo 2^32: the era that begins in 2036 needs no other code.</summary>
    static void Write(Span<byte> into, DateTimeOffset utc)
    {
        var ticks = (utc - Epoch).Ticks;
        BinaryPrimitives.WriteUInt32BigEndian(into, unchecked((uint)(ticks / TimeSpan.TicksPerSecond)));
        BinaryPrimitives.WriteUInt32BigEndian(into[4..], (uint)((ulong)(ticks % TimeSpan.TicksPerSecond) * (1UL << 32) / TimeSpan.TicksPerSecond));
    }
}

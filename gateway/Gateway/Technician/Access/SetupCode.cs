using System.Security.Cryptography;
using System.Text;
using FourPerMille.Sensor.Gateway.Store;

namespace FourPerMille.Sensor.Gateway.Technician.Access;

/// <summary>
/// The code that <c>fpm setup</c> prints and that makes the first administrator: 128 random bits, good for half an hour, burnt by use or by
/// ten wrong attempts. The store holds its hash only.
/// </summary>
public static class SetupCode
{
    public enum Verdict { Right, Wrong, Expired, Burnt, None }

    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);
    const int Attempts = 10, Bytes = 16;

    /// <summary>RFC 4648 base32 has no 0, 1, 8 or 9, so nothing is mistaken when it is read aloud.</summary>
    const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>A fresh code, in groups of four; older ones end.</summary>
    public static string Make(WriteSession session, DateTimeOffset now)
    {
        var code = Spell(RandomNumberGenerator.GetBytes(Bytes));
        Burn(session);
        session.Execute("INSERT INTO setup_codes (hash, expires_ms) VALUES (@0, @1)", Hash(code), (now + Lifetime).ToUnixTimeMilliseconds());
        return code;
    }

    /// <summary>Counts the attempt. Written apart from what it opens, so that a refusal stays counted.</summary>
    public static Verdict Try(WriteSession session, string presented, DateTimeOffset now)
    {
        var (hash, expires, failures) = session.Query("SELECT hash, expires_ms, failures FROM setup_codes",
            row => ((byte[])row[0], DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1)), row.GetInt32(2))).FirstOrDefault();
        if (hash is null) return Verdict.None;
        if (failures >= Attempts) return Verdict.Burnt;
        if (now >= expires) return Verdict.Expired;
        if (CryptographicOperations.FixedTimeEquals(Hash(presented), hash)) return Verdict.Right;
        session.Execute("UPDATE setup_codes SET failures = failures + 1");
        return Verdict.Wrong;
    }

    public static void Burn(WriteSession session) => session.Execute("DELETE FROM setup_codes");

    public static string Explain(Verdict verdict) => verdict switch
    {
        Verdict.Wrong => "code: is not the one that 'fpm setup' printed last. Compare it group by group.",
        Verdict.Expired => $"code: has expired; it was good for {Lifetime.TotalMinutes:0} minutes. Run 'fpm setup' on the gateway again.",
        Verdict.Burnt => "code: was tried wrongly too often and is void. Run 'fpm setup' on the gateway again.",
        _ => "code: none is open on this gateway. Run 'fpm setup' on it.",
    };

    static string Spell(byte[] bytes)
    {
        var text = new StringBuilder();
        for (var bit = 0; bit < bytes.Length * 8; bit += 5)
        {
            var value = 0;
            for (var i = bit; i < bit + 5; i++) value = value << 1 | (i < bytes.Length * 8 ? bytes[i / 8] >> 7 - i % 8 & 1 : 0);
            if (bit > 0 && bit / 5 % 4 == 0) text.Append('-');
            text.Append(Alphabet[value]);
        }
        return text.ToString();
    }

    /// <summary>Case, dashes and blanks do not count.</summary>
    static byte[] Hash(string code) => SHA256.HashData(Encoding.ASCII.GetBytes(string.Concat(code.Where(char.IsLetterOrDigit)).ToUpperInvariant()));
}

using System.Net;

namespace FourPerMille.Sensor.Gateway.Time.Sntp;

/// <summary>
/// How often one address may ask. A node asks once or twice a wake; whoever asks more is told so at times, and otherwise not answered, so that nobody is
/// flooded in another's name. What is remembered is bounded: when too many addresses ask, those seen longest ago start anew.
/// </summary>
sealed class AskingRate(TimeProvider wire)
{
    public const int Burst = 8;
    public static readonly TimeSpan Refill = TimeSpan.FromSeconds(2);

    /// <summary>One refusal in so many is told.</summary>
    public const int RefusalsPerWord = 8;
    const int MostAddresses = 1024;

    readonly Dictionary<IPAddress, Account> _accounts = [];

    public Verdict Judge(IPAddress asker)
    {
        var now = wire.GetTimestamp();
        if (!_accounts.TryGetValue(asker, out var account))
        {
            if (_accounts.Count == MostAddresses) _accounts.Remove(_accounts.MinBy(known => known.Value.Since).Key);
            _accounts[asker] = account = new Account { Since = now, Left = Burst };
        }
        var earned = (int)Math.Min(Burst, wire.GetElapsedTime(account.Since, now) / Refill);
        if (earned > 0) (account.Left, account.Since) = (Math.Min(Burst, account.Left + earned), now);
        if (account.Left > 0)
        {
            account.Left--;
            account.Refused = 0;
            return Verdict.Answer;
        }
        return account.Refused++ % RefusalsPerWord == 0 ? Verdict.SayTooOften : Verdict.Ignore;
    }

    public enum Verdict { Answer, SayTooOften, Ignore }

    sealed class Account
    {
        public int Left, Refused;
        public long Since;
    }
}

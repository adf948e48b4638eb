using System.Collections.Concurrent;
using System.Security.Cryptography;
using FourPerMille.Sensor.Gateway.Store;
using Microsoft.AspNetCore.Identity;
using Microsoft.Data.Sqlite;

namespace FourPerMille.Sensor.Gateway.Technician.Access;

/// <summary>How an attempt to sign in ended. Whether the name or the password was wrong is not told, nor whether anybody has a name that must wait.</summary>
public abstract record SignInOutcome
{
    public sealed record Welcome(Account Account) : SignInOutcome;
    public sealed record Refused : SignInOutcome;
    public sealed record Locked(DateTimeOffset Until) : SignInOutcome;
}

/// <summary>The accounts of this gateway. Passwords are hashed by ASP.NET Core Identity's own hasher (PBKDF2).</summary>
public sealed class AccountBook(Database database, TimeProvider time)
{
    const string Columns = "name, role, stamp, closed, made_ms";

    readonly PasswordHasher<string> _hasher = new();
    readonly ConcurrentDictionary<string, Account> _known = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What a sign-in under a name that nobody has is compared with, so that it takes as long as any other.</summary>
    readonly Lazy<string> _nobody = new(() => new PasswordHasher<string>().HashPassword("", RandomNumberGenerator.GetHexString(32)));

    public bool IsEmpty => database.Read(session => session.Scalar<long>("SELECT COUNT(*) FROM accounts")) == 0;

    public IReadOnlyList<Account> All => database.Read(session => session.Query($"SELECT {Columns} FROM accounts ORDER BY name", Row).ToList());

    /// <summary>The account as it stands now, or null.</summary>
    public Account? Find(string name) =>
        _known.TryGetValue(name, out var known) ? known
        : database.Read(session => session.Query($"SELECT {Columns} FROM accounts WHERE name = @0", Row, name).SingleOrDefault()) is { } found ? _known[name] = found : null;

    /// <exception cref="InputRefused">The name is taken, or name or password cannot be used.</exception>
    public Task<Account> Open(string name, Role role, string password, string by, CancellationToken stop)
    {
        Account.Check(name, password);
        var hash = _hasher.HashPassword(name, password);
        return database.Write(session => Open(session, name, role, hash, by), stop);
    }

    /// <summary>Opens the first account of the gateway, if it is the first and the code is right.</summary>
    /// <exception cref="InputRefused">The code does not open anything, or there are accounts already.</exception>
    public async Task<Account> OpenFirst(string code, string name, string password, CancellationToken stop)
    {
        Account.Check(name, password);
        var hash = _hasher.HashPassword(name, password);
        // The failed attempt must stay counted, so it is committed apart from the opening.
        var verdict = await database.Write(session => SetupCode.Try(session, code, time.GetUtcNow()), stop);
        if (verdict != SetupCode.Verdict.Right) throw new InputRefused(SetupCode.Explain(verdict), StatusCodes.Status403Forbidden) { Key = "refusal.setup-code-" + verdict.ToString().ToLowerInvariant() };
        return await database.Write(session =>
        {
            if (session.Scalar<long>("SELECT COUNT(*) FROM accounts") > 0)
                throw new InputRefused("This gateway has an administrator already; ask them for an account.", StatusCodes.Status409Conflict) { Key = "refusal.setup-done" };
            SetupCode.Burn(session);
            return Open(session, name, Role.Administrator, hash, by: "fpm setup");
        }, stop);
    }

    public async Task<SignInOutcome> SignIn(string name, string password, CancellationToken stop)
    {
        // No account has such a name, and what is typed here must not fill the store.
        if (name.Length is 0 or > Account.LongestName) return new SignInOutcome.Refused();
        var now = time.GetUtcNow();
        var (hash, lockedUntil) = database.Read(session => (
            session.Query("SELECT password_hash FROM accounts WHERE name = @0 AND closed = 0", row => row.GetString(0), name).FirstOrDefault(),
            Lockout.Until(session, name)));
        if (now < lockedUntil) return new SignInOutcome.Locked(lockedUntil);
        // The presented password is bounded before it is hashed: the hasher's time grows with it.
        var verdict = password.Length > Account.LongestPassword ? PasswordVerificationResult.Failed
            : _hasher.VerifyHashedPassword(name, hash ?? _nobody.Value, password);
        return hash is null || verdict == PasswordVerificationResult.Failed ? await CountFailure(name, isAccount: hash is not null, now, stop) : await Admit(name, verdict, password, now, stop);
    }

    /// <summary>Gives an account a new password; its other sessions end.</summary>
    /// <exception cref="InputRefused">The password cannot be used.</exception>
    public Task<Account> ChangePassword(string name, string password, string by, CancellationToken stop)
    {
        Account.CheckPassword(password);
        var hash = _hasher.HashPassword(name, password);
        return Change(name, by, AuditTrail.PasswordChanged, "UPDATE accounts SET password_hash = @1, stamp = @2 WHERE name = @0", hash, stop);
    }

    /// <exception cref="InputRefused">There is no such account, or nobody would be left to administer the gateway.</exception>
    public Task<Account> Close(string name, string by, CancellationToken stop) =>
        Change(name, by, AuditTrail.AccountClosed, "UPDATE accounts SET closed = @1, stamp = @2 WHERE name = @0", 1, stop);

    /// <exception cref="InputRefused">There is no such account, or nobody would be left to administer the gateway.</exception>
    public Task<Account> ChangeRole(string name, Role role, string by, CancellationToken stop) =>
        Change(name, by, AuditTrail.RoleChanged, "UPDATE accounts SET role = @1, stamp = @2 WHERE name = @0", Word(role), stop);

    Account Open(WriteSession session, string name, Role role, string hash, string by)
    {
        var now = time.GetUtcNow();
        if (session.Scalar<long>("SELECT COUNT(*) FROM accounts WHERE name = @0", name) > 0)
            throw new InputRefused($"name: '{name}' is taken on this gateway. Choose another.", StatusCodes.Status409Conflict) { Key = "refusal.account-taken", Parts = [name] };
        session.Execute("INSERT INTO accounts (name, role, password_hash, stamp, made_ms) VALUES (@0, @1, @2, @3, @4)",
            name, Word(role), hash, NewStamp(), now.ToUnixTimeMilliseconds());
        AuditTrail.Note(session, now, by, AuditTrail.AccountOpened, $"{name} ({Word(role)})");
        return Read(session, name);
    }

    async Task<SignInOutcome> CountFailure(string name, bool isAccount, DateTimeOffset now, CancellationToken stop)
    {
        var wait = await database.Write(session =>
        {
            var wait = Lockout.Count(session, name, now);
            // Only of accounts: what is typed as a name may be a password.
            if (isAccount) AuditTrail.Note(session, now, name, AuditTrail.SignInRefused, wait == TimeSpan.Zero ? "" : $"locked for {wait.TotalMinutes:0} min");
            return wait;
        }, stop);
        return wait > TimeSpan.Zero ? new SignInOutcome.Locked(now + wait) : new SignInOutcome.Refused();
    }

    async Task<SignInOutcome> Admit(string name, PasswordVerificationResult verdict, string password, DateTimeOffset now, CancellationToken stop)
    {
        var fresh = verdict == PasswordVerificationResult.SuccessRehashNeeded ? _hasher.HashPassword(name, password) : null;
        return new SignInOutcome.Welcome(await database.Write(session =>
        {
            if (fresh is not null) session.Execute("UPDATE accounts SET password_hash = @1 WHERE name = @0", name, fresh);
            Lockout.Forget(session, name);
            AuditTrail.Note(session, now, name, AuditTrail.SignedIn, "");
            return Read(session, name);
        }, stop));
    }

    Task<Account> Change(string name, string by, string what, string sql, object value, CancellationToken stop) => database.Write(session =>
    {
        if (session.Execute(sql, name, value, NewStamp()) == 0) throw new InputRefused($"name: there is no account '{name}' here.", StatusCodes.Status404NotFound) { Key = "refusal.account-unknown", Parts = [name] };
        if (what != AuditTrail.PasswordChanged && session.Scalar<long>("SELECT COUNT(*) FROM accounts WHERE role = @0 AND closed = 0", Word(Role.Administrator)) == 0)
            throw new InputRefused($"'{name}' is the last administrator. Make another one first.", StatusCodes.Status409Conflict) { Key = "refusal.last-administrator", Parts = [name] };
        if (what == AuditTrail.PasswordChanged) Lockout.Forget(session, name);
        AuditTrail.Note(session, time.GetUtcNow(), by, what, name);
        session.AfterCommit(() => _known.TryRemove(name, out _));
        return Read(session, name);
    }, stop);

    static Account Read(WriteSession session, string name) => session.Query($"SELECT {Columns} FROM accounts WHERE name = @0", Row, name).Single();

    static Account Row(SqliteDataReader row) =>
        new(row.GetString(0), Enum.Parse<Role>(row.GetString(1), ignoreCase: true), row.GetString(2), row.GetInt64(3) != 0, DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4)));

    static string Word(Role role) => role.ToString().ToLowerInvariant();

    static string NewStamp() => RandomNumberGenerator.GetHexString(16, lowercase: true);
}

namespace FourPerMille.Sensor.Gateway.Technician.Access;

/// <summary>What an account may do; each role may also do what the ones before it may.</summary>
public enum Role
{
    /// <summary>Reads everything, changes nothing.</summary>
    Auditor,
    /// <summary>Enrols nodes and calibrates probes.</summary>
    Technician,
    /// <summary>Opens and closes accounts, decides what leaves the gateway.</summary>
    Administrator,
}

/// <summary>Somebody who may use the console.</summary>
/// <param name="Stamp">Changes with password, role and closing; a session that carries another one has ended.</param>
public sealed record Account(string Name, Role Role, string Stamp, bool IsClosed, DateTimeOffset Made)
{
    public const int ShortestPassword = 10, LongestPassword = 200, LongestName = 40;

    /// <summary>Names and passwords are checked before anything is hashed. NIST SP 800-63B 5.1.1.2: length, no rules of composition.</summary>
    /// <exception cref="InputRefused">The name or the password cannot be taken.</exception>
    public static void Check(string? name, string? password)
    {
        if (name is not { Length: >= 2 and <= LongestName } || !name.All(c => char.IsLetterOrDigit(c) || c is '.' or '-' or '_'))
            throw new InputRefused("name: 2 to 40 letters, digits, '.', '-' or '_'.") { Key = "refusal.account-name" };
        CheckPassword(password);
    }

    /// <exception cref="InputRefused">The password cannot be taken.</exception>
    public static void CheckPassword(string? password)
    {
        if (password is not { Length: >= ShortestPassword and <= LongestPassword })
            throw new InputRefused($"password: {ShortestPassword} to {LongestPassword} characters; a short sentence is easy to keep in mind.")
            {
                Key = "refusal.password", Parts = [ShortestPassword, LongestPassword],
            };
    }
}

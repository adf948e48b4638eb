namespace FourPerMille.Sensor.Gateway;

/// <summary>
/// Input that cannot be used. The message says what, where and what to do; it is shown as it stands: on the HTTP API as
/// problem+json with <see cref="Status"/>, on the command line on stderr with exit code 2.
/// </summary>
public sealed class InputRefused(string message, int status = StatusCodes.Status400BadRequest) : Exception(message)
{
    public int Status { get; } = status;

    /// <summary>The key under which the console's language files word this refusal; null shows the message.</summary>
    public string? Key { get; init; }

    /// <summary>The same for programs: the key without its family; null where a refusal has no words of its own.</summary>
    public string? Code => Key?.Split('.', 2)[1];

    /// <summary>What fills the worded refusal's {0}, {1}, …</summary>
    public object?[] Parts { get; init; } = [];
}

using FourPerMille.Sensor.Gateway.Technician.Locales;

namespace FourPerMille.Sensor.Gateway;

/// <summary>
/// Input that cannot be used. The message says what, where and what to do; it is shown as it stands: on the HTTP API as
/// problem+json with <see cref="Status"/>, on the command line on stderr with exit code 2. A person gets it in their language: the English
/// sentence, or an explicit <see cref="Key"/>, names its words in Technician/Locales.
/// </summary>
public sealed class InputRefused : Exception
{
    public InputRefused(string message, int status = StatusCodes.Status400BadRequest) : this((RefusalSentence)message, status) { }

    public InputRefused(RefusalSentence sentence, int status = StatusCodes.Status400BadRequest) : base(sentence.ToString()) => (Sentence, Status) = (sentence, status);

    public int Status { get; }

    /// <summary>The message with what fills it kept apart.</summary>
    public RefusalSentence Sentence { get; }

    /// <summary>The key under which the language files word this refusal; null shows the message.</summary>
    public string? Key { get => field ?? RefusalWords.KeyOf(Sentence); init; }

    /// <summary>The same for programs: the key without its family; null where a refusal has no words of its own.</summary>
    public string? Code => Key?.Split('.', 2)[1];

    /// <summary>What fills the worded refusal's {0}, {1}, …</summary>
    public IReadOnlyList<object?> Parts { get => field ?? Sentence.Parts; init; }
}

using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Technician.Doctor;
using FourPerMille.Sensor.Gateway.Technician.Health;
using FourPerMille.Sensor.Gateway.Technician.Locales;

namespace FourPerMille.Sensor.Gateway.Technician.Alarms;

/// <summary>Something that is wrong now: with a node (<see cref="NodeHealth"/> found it) or with the gateway (<see cref="GatewayHealth"/> did).</summary>
/// <param name="Key">The same thing has the same key for as long as it lasts.</param>
/// <param name="Extent">How much of it there is, where more of it is news: lost readings, broken seals; null where it is or is not.</param>
/// <param name="Began">When it began, where that is known better than by when it was noticed.</param>
public sealed record Alarm(string Key, string Kind, Severity Severity, string Where, long? Extent, DateTimeOffset? Began)
{
    Concern? Concern { get; init; }
    Finding? Finding { get; init; }

    /// <summary>The node concerned; null for the gateway itself.</summary>
    public Node? Node { get; private init; }

    public static Alarm Of(Node node, Concern concern) =>
        new($"{node.Id}/{concern.Kind}{(concern.Probe is { } probe ? $"/{probe}/{concern.Channel}" : "")}", Word(concern.Kind), concern.Severity, node.Id, ExtentOf(concern), concern.Kind switch
        {
            ConcernKind.CertificateEnding => null,
            ConcernKind.NeverHeard => node.Enrolled,
            _ => concern.At,
        }) { Concern = concern, Node = node };

    public static Alarm Of(Finding finding) =>
        new($"{finding.Kind}/{finding.Where}", Word(finding.Kind), finding.Severity, finding.Where, finding.Extent, finding.Began) { Finding = finding };

    /// <summary>What is wrong, as a sentence.</summary>
    public string What(Wording say) => Concern is { } concern ? say.Concern(concern) : Finding!.What(say);

    /// <summary>What to do about it.</summary>
    public string Do(Wording say) => Concern is { } concern ? say.Of("remedy", concern.Kind) : Finding!.Cure(say);

    /// <summary>Counts that only grow; a battery's voltage is none.</summary>
    static long? ExtentOf(Concern concern) =>
        concern.Kind is ConcernKind.NameConflict or ConcernKind.ReadingsLost or ConcernKind.ReadingsLostHere or ConcernKind.SealBroken or ConcernKind.SealUnsealable or ConcernKind.FramesUnread ? concern.Count : null;

    static string Word<T>(T kind) where T : struct, Enum => char.ToLowerInvariant(kind.ToString()[0]) + kind.ToString()[1..];
}

/// <summary>An alarm with its history: since when it has stood, and who has seen it.</summary>
/// <param name="Seen">Null while nobody has said so, and again once it has become worse than what was seen.</param>
public sealed record StandingAlarm(Alarm Alarm, DateTimeOffset Since, AlarmSeen? Seen)
{
    /// <summary>Whether somebody has to look who has not.</summary>
    public bool IsOpen => Seen is null && Alarm.Severity > Severity.Note;
}

/// <summary>Somebody said that they know.</summary>
public sealed record AlarmSeen(string By, DateTimeOffset At);

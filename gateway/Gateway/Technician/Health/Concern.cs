namespace FourPerMille.Sensor.Gateway.Technician.Health;

/// <summary>How soon somebody should look.</summary>
public enum Severity { Note, Warning, Alarm }

/// <summary>What can be wrong with a node. The console words each as <c>concern.*</c>: what it is, and what to do.</summary>
public enum ConcernKind
{
    NeverHeard, Silent, BatteryLow, BatteryEmpty, ClockUnset, ReadingsMissing, ReadingsLost, NameConflict, ProbeSilent, ProbeUnstable, ProbeStuck, ProbeDrifting,
    CertificateMissing, CertificateEnding, CertificateExpired, CertificateOfAnother,
    ReadingsLostHere, SealBroken, SealUnsealable, ConfigurationRefused, ConfigurationFellBack, FramesUnread, WrongMacs,
}

/// <summary>One thing that is wrong, with what its sentence needs: a span, a count, a probe, a date. Worded by whoever shows it.</summary>
public sealed record Concern(ConcernKind Kind, Severity Severity, TimeSpan? Span = null, long? Count = null, string? Probe = null, int? Channel = null, DateTimeOffset? At = null)
{
    /// <summary>How far a probe moved between two calibrations, and how much of it their uncertainties explain.</summary>
    public (double By, double Explained, string Unit)? Moved { get; init; }

    /// <summary>Serial numbers where two do not agree: the certificate's, and that of the probe which was told to be fitted.</summary>
    public (string Certified, string Fitted)? Serials { get; init; }
}

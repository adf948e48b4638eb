using FourPerMille.Sensor.Gateway.Technician.Health;

namespace FourPerMille.Sensor.Gateway.Technician.Doctor;

/// <summary>What can be wrong with a gateway. Each is worded as <c>finding.*</c>, and what to do as <c>cure.*</c>, in every language.</summary>
public enum FindingKind
{
    GatewayStopped, GatewayMute, SettingsUnreadable,
    FolderNotWritable, FilesOfAnother, SecretOpenToOthers, LogKeyUnusable,
    DiskNearlyFull, DiskSlow,
    ClockNotSet, ClockNotSynchronised, Simulated,
    StoreDamaged, StoreAndLogDiffer,
    LineDeaf, LineCertificateEnding, LineCertificateExpired, LineInClear, BrokerUnreachable,
    NoNetworkServer, NoDownlinks,
    ObservatoryUnreachable, NoObservatory, RowsParked, BacklogOld, AllowanceTooSmall,
    ConsoleInClear,
    /// <summary>A concern of a node, worded as such.</summary>
    NodeConcern,
}

/// <summary>One thing that is wrong: what, where, how bad.</summary>
/// <param name="Where">The file, address or node concerned.</param>
/// <param name="Parts">What fills the sentence's {1}, {2}, …; {0} is <paramref name="Where"/>.</param>
public sealed record Finding(FindingKind Kind, Severity Severity, string Where, params object?[] Parts)
{
    /// <summary>Of a <see cref="FindingKind.NodeConcern"/>: as the gateway worded it.</summary>
    public string? Sentence { get; init; }
    public string? Remedy { get; init; }
}

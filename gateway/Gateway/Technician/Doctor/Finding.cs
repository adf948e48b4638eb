using FourPerMille.Sensor.Gateway.Technician.Health;

namespace FourPerMille.Sensor.Gateway.Technician.Doctor;

/// <summary>What can be wrong with a gateway. Each is worded as <c>finding.*</c>, and what to do as <c>cure.*</c>, in every language.</summary>
public enum FindingKind
{
    GatewayStopped, GatewayMute, SettingsUnreadable,
    FolderNotWritable, FilesOfAnother, SecretOpenToOthers, LogKeyUnusable,
    DiskNearlyFull, DiskFilling, DiskSlow,
    ClockNotSet, ClockNotSynchronised, ClockUncertain, ClockJumped, MachineSlept, ClockBehindStore, ClockApartFromNodes, Simulated,
    StoreDamaged, StoreAndLogDiffer, LogStands,
    LineDeaf, LineCertificateEnding, LineCertificateExpired, LineInClear, BrokerUnreachable,
    NoNetworkServer, NoDownlinks, NetworkServerSilent,
    ObservatoryUnreachable, ObservatoryRefuses, NoObservatory, RowsParked, BacklogOld, AllowanceTooSmall,
    ConsoleInClear, ConsoleCertificateEnding, ConsoleCertificateExpired,
    Undervoltage, UndervoltageSeen, OnBattery,
    PortTaken, PortForbidden, CertificateUnreadable,
    StoreOfNewerProgram, StoreToMigrate, LogKeyOld, LanguageIncomplete,
    /// <summary>A concern of a node, worded as such.</summary>
    NodeConcern,
    /// <summary>Something that stands as an alarm and that only the running gateway sees, worded by it.</summary>
    GatewayAlarm,
}

/// <summary>One thing that is wrong: what, where, how bad.</summary>
/// <param name="Where">The file, address or node concerned.</param>
/// <param name="Parts">What fills the sentence's {1}, {2}, …; {0} is <paramref name="Where"/>.</param>
public sealed record Finding(FindingKind Kind, Severity Severity, string Where, params object?[] Parts)
{
    /// <summary>Of a <see cref="FindingKind.NodeConcern"/>: as the gateway worded it.</summary>
    public string? Sentence { get; init; }
    public string? Remedy { get; init; }

    /// <summary>When it began, where that is known.</summary>
    public DateTimeOffset? Began { get; init; }

    /// <summary>How much of it there is, where more of it is news.</summary>
    public long? Extent { get; init; }
}

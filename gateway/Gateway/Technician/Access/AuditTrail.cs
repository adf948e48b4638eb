using FourPerMille.Sensor.Gateway.Store;

namespace FourPerMille.Sensor.Gateway.Technician.Access;

/// <summary>One line of the trail.</summary>
public sealed record AuditEntry(DateTimeOffset At, string Who, string What, string Detail);

/// <summary>Who did what on the console, in the transaction that did it. Lines are only added.</summary>
public static class AuditTrail
{
    // Words of the trail; the console translates them (audit.*).
    public const string SignedIn = "signed-in", SignInRefused = "sign-in-refused", SignedOut = "signed-out", AccountOpened = "account-opened",
        AccountClosed = "account-closed", RoleChanged = "role-changed", PasswordChanged = "password-changed", CertificateIssued = "certificate-issued",
        ModelAccepted = "model-accepted", ModelDeclined = "model-declined",
        NodeEnrolled = "node-enrolled", FilesHandedOver = "files-handed-over", HandoverGranted = "handover-granted", OutboxRetried = "outbox-retried", CourierExported = "courier-exported", ReceiptImported = "receipt-imported",
        AlarmAcknowledged = "alarm-acknowledged";

    public static void Note(WriteSession session, DateTimeOffset at, string who, string what, string detail) =>
        session.Execute("INSERT INTO audit_trail (at_ms, who, what, detail) VALUES (@0, @1, @2, @3)", at.ToUnixTimeMilliseconds(), who, what, detail);

    /// <summary>The newest lines, newest first.</summary>
    public static IReadOnlyList<AuditEntry> Newest(Session session, int count) => [.. session.Query("SELECT at_ms, who, what, detail FROM audit_trail ORDER BY id DESC LIMIT @0",
        row => new AuditEntry(DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(0)), row.GetString(1), row.GetString(2), row.GetString(3)), count)];
}

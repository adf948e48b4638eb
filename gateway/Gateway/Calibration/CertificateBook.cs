using System.Collections.Concurrent;
using FourPerMille.Sensor.Gateway.Observations;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Provisioning.Life;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Mrv.Records;

namespace FourPerMille.Sensor.Gateway.Calibration;

/// <summary>A certificate with its names.</summary>
public sealed record IssuedCertificate(string Id, RecordId RecordId, Certificate Content);

/// <summary>The certificates of all probes: kept, put on record, and found by the time of a reading.</summary>
public sealed class CertificateBook(Database database, NodeRegistry nodes, IRecordBook records, TimeProvider time)
{
    readonly ConcurrentDictionary<long, Certificates> _byNode = new();

    /// <summary>
    /// Puts a certificate on record and has the days it changes summarised again. The same content twice is one certificate.
    /// </summary>
    public async Task<IssuedCertificate> Issue(Certificate certificate, CancellationToken stop)
    {
        var node = nodes.Required(certificate.Checked().Node);
        // Who and where stand in openings alone, which can be destroyed; neither a copy nor an unsalted hash of them is kept here.
        var kept = certificate with { Technician = null, Place = null };
        var id = kept.Id();
        return await database.Write(session =>
        {
            if (session.Scalar<string>("SELECT record_id FROM certificates WHERE id = @0", id) is { } known) return new IssuedCertificate(id, RecordIds.Parse(known), kept);
            var technician = certificate.Technician is { } name ? records.Commit(session, "technician", name) : null;
            var place = certificate.Place is { } where ? records.Commit(session, "position", where) : null;
            var recordId = records.Write(session, certificate.Record(technician, place).Draft());
            session.Execute("INSERT INTO certificates (id, node, kind, channel, issued_ms, valid_until_ms, content, record_id) VALUES (@0, @1, @2, @3, @4, @5, @6, @7)",
                id, node.Number, Certificate.Word(certificate.Kind), certificate.Channel, certificate.InForceFrom.ToUnixTimeMilliseconds(),
                certificate.ValidUntil.ToUnixTimeMilliseconds(), kept.ToJson(), recordId.ToString());
            MarkDaysDue(session, node, certificate.InForceFrom);
            session.AfterCommit(() => Forget(node));
            return new IssuedCertificate(id, recordId, kept);
        }, stop);
    }

    /// <summary>All certificates of a node's probes, and which probes are fitted, as of the last commit.</summary>
    public Certificates Of(Node node) => _byNode.GetOrAdd(node.Number, number => database.Read(session => new Certificates([.. session.Query(
        "SELECT id, record_id, content FROM certificates WHERE node = @0",
        row => new IssuedCertificate(row.GetString(0), RecordIds.Parse(row.GetString(1)), Certificate.FromJson(row.GetString(2))), number)
        .OrderBy(certificate => certificate.Content.Issued)],
        NodeLifeBook.InForce(session, node.Id)?.Probes)));

    /// <summary>Somebody told something of the node's probes.</summary>
    public void Forget(Node node) => _byNode.TryRemove(node.Number, out _);

    /// <summary>A certificate by its id, or null.</summary>
    public IssuedCertificate? Find(string id) => database.Read(session => session.Query("SELECT record_id, content FROM certificates WHERE id = @0",
        row => new IssuedCertificate(id, RecordIds.Parse(row.GetString(0)), Certificate.FromJson(row.GetString(1))), id).SingleOrDefault());

    /// <summary>Of one node or of all, as of the last commit: probe by probe, the oldest first.</summary>
    public IEnumerable<IssuedCertificate> All(Node? node = null) =>
        (node is null ? nodes.All : [node]).SelectMany(n => Of(n).All).OrderBy(c => c.Content.Node, StringComparer.Ordinal).ThenBy(c => c.Content.Kind).ThenBy(c => c.Content.Channel).ThenBy(c => c.Content.Issued);

    /// <summary>Days with readings since the certificate was issued tell something new now.</summary>
    void MarkDaysDue(WriteSession session, Node node, DateTimeOffset inForceFrom)
    {
        var oldest = inForceFrom > node.Enrolled ? inForceFrom : node.Enrolled;
        foreach (var day in session.Query("SELECT day FROM soil_days WHERE node = @0 AND day >= @1", row => row.GetInt64(0), node.Number, Day.Of(oldest)).ToList())
            ObservationBook.MarkDue(session, node, day);
        if (time.GetUtcNow() >= oldest) ObservationBook.MarkDue(session, node, Day.Of(time.GetUtcNow()));
    }
}

/// <summary>A node's certificates, to be asked by probe and time.</summary>
/// <param name="fitted">Where somebody told which probe is fitted, from when; a channel nobody told of is taken to hold the probe that was certified last.</param>
public sealed class Certificates(IReadOnlyList<IssuedCertificate> byIssue, IReadOnlyList<FittedProbe>? fitted = null)
{
    readonly FittedProbe[] _fitted = [.. (fitted ?? []).OrderBy(probe => probe.Since)];

    /// <summary>In the order of their issue.</summary>
    public IReadOnlyList<IssuedCertificate> All => byIssue;

    /// <summary>These certificates for other probes.</summary>
    public Certificates Fitted(IReadOnlyList<FittedProbe> probes) => new(byIssue, probes);

    /// <summary>The probe that somebody told to be fitted there at that time; null where nobody did.</summary>
    public FittedProbe? FittedAt(CertificateKind kind, int channel, DateTimeOffset utc) => Here(kind, channel).LastOrDefault(probe => probe.Since <= utc);

    /// <summary>
    /// The certificate issued last of those of the probe that are in force by then, and whether it had expired; null where there was none. An expired
    /// certificate is still the best that is known: it is used, and flags. That of a probe taken out says nothing of the one put in, nor that of a probe put in of the
    /// one before, however early it was calibrated.
    /// </summary>
    public (IssuedCertificate Certificate, bool HasExpired)? At(CertificateKind kind, int channel, DateTimeOffset utc) =>
        byIssue.LastOrDefault(c => c.Content.Kind == kind && c.Content.Channel == channel && c.Content.InForceFrom <= utc && MayBeThere(c.Content, utc)) is { } certificate
            ? (certificate, utc >= certificate.Content.ValidUntil)
            : null;

    /// <summary>A newest certificate that is not the fitted probe's although it was issued when that one was there: one of the two serial numbers is wrong, or an exchange was not told.</summary>
    public (IssuedCertificate Certificate, FittedProbe Fitted)? OfAnother(CertificateKind kind, int channel, DateTimeOffset now) =>
        FittedAt(kind, channel, now) is { } fitted && byIssue.LastOrDefault(c => c.Content.Kind == kind && c.Content.Channel == channel) is { } newest
            && newest.Content.ProbeSerial != fitted.Serial && newest.Content.Issued > fitted.Since ? (newest, fitted) : null;

    /// <summary>Whether the probe in force there moved since its certificate before; see <see cref="ProbeDrift"/>.</summary>
    public ProbeDrift? DriftOf(CertificateKind kind, int channel, DateTimeOffset now) =>
        At(kind, channel, now) is var (newest, _)
            && byIssue.LastOrDefault(c => c.Content.Kind == kind && c.Content.Channel == channel && c.Content.ProbeSerial == newest.Content.ProbeSerial && c.Content.Issued < newest.Content.Issued) is { } before
            ? ProbeDrift.Between(before, newest) : null;

    /// <summary>Before the first probe that somebody told of, the place held one that nobody named: any but those told to have come later.</summary>
    bool MayBeThere(Certificate certificate, DateTimeOffset utc) => FittedAt(certificate.Kind, certificate.Channel, utc) is { } fitted
        ? fitted.Serial == certificate.ProbeSerial
        : !Here(certificate.Kind, certificate.Channel).Any(later => later.Serial == certificate.ProbeSerial);

    IEnumerable<FittedProbe> Here(CertificateKind kind, int channel) => _fitted.Where(probe => probe.Channel == channel && probe.Kind == Certificate.Word(kind));
}

/// <summary>Record ids as our own tables hold them.</summary>
static class RecordIds
{
    public static RecordId Parse(string text) => RecordId.TryParse(text, out var id) ? id : throw new InvalidDataException($"'{text}' in the store is no record id.");
}

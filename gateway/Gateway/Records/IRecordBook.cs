using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Mrv.Records;
using FourPerMille.Sensor.Mrv.Schemas;

namespace FourPerMille.Sensor.Gateway.Records;

/// <summary>Where slices state what shall stand for good.</summary>
public interface IRecordBook
{
    /// <summary>
    /// Writes a record within the caller's transaction: it becomes durable with what it states, or not at all, and the log grows right after.
    /// Stating the same again returns the record there is; stating something else of the same subject supersedes it, by a link to the old one.
    /// </summary>
    /// <exception cref="ArgumentException">The body is too long or uses a name of the envelope.</exception>
    /// <exception cref="Mrv.CanonicalJsonException">The body has no canonical form, such as a floating number.</exception>
    RecordId Write(WriteSession session, RecordDraft draft);

    /// <summary>
    /// A salted commitment to a value that must not be logged. The digest goes into a record; the opening is kept outside the log, where it
    /// can be destroyed. The same value gets another digest each time, so that records cannot be linked by it.
    /// </summary>
    /// <param name="kind">position, holder or technician.</param>
    string Commit(WriteSession session, string kind, JsonNode value);
}

/// <summary>A record before it is written.</summary>
/// <param name="Type">One of <see cref="RecordTypes"/>.</param>
/// <param name="Subject">What it is about, such as <c>0004a30b001c0530/2026-03-01</c>: at most one record of a type and subject is in force.</param>
/// <param name="Body">Names and values beside the envelope's; integers, strings, arrays, objects, booleans; decimals by <see cref="Decimals"/>.</param>
public sealed record RecordDraft(string Type, string Subject, JsonObject Body)
{
    /// <summary>A draft of a kind, held against the kind's published schema: what does not meet it never becomes a leaf.</summary>
    /// <exception cref="ArgumentException">The body is not of the kind; the message says where.</exception>
    public static RecordDraft Of(string type, string subject, JsonObject body) =>
        RecordSchemas.Faults(type, subject, body) is { Count: > 0 } faults
            ? throw new ArgumentException($"{type} of {subject}: {string.Join("; ", faults.Take(5))}", nameof(body))
            : new(type, subject, body);
}

/// <summary>The kinds of record, each with the version of its layout (SPEC.md of Mrv names their fields).</summary>
public static class RecordTypes
{
    public const string CalibrationCertificate = "fpm.calibration-certificate/1";
    public const string Model = "fpm.model/1";
    public const string SocEstimate = "fpm.soc-estimate/1";
    public const string SoilDay = "fpm.soil-day/1";
    public const string LogKey = Mrv.Keys.KeyChange.Type;
    public const string SocStock = "fpm.soc-stock/1";
    public const string SocChange = "fpm.soc-change/1";
    public const string Campaign = "fpm.campaign/1";
    public const string LaboratorySample = "fpm.laboratory-sample/1";
    public const string Practice = "fpm.practice/1";
    public const string Consent = "fpm.consent/1";
    public const string NodeLife = "fpm.node-life/1";
    public const string RadioPlan = "fpm.radio-plan/1";
    public const string ParcelPosition = "fpm.parcel-position/1";
    public const string LevelFigures = "fpm.level-figures/1";
}

using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Mrv.Records;

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
public sealed record RecordDraft(string Type, string Subject, JsonObject Body);

/// <summary>The kinds of record, each with the version of its layout (SPEC.md of Mrv names their fields).</summary>
public static class RecordTypes
{
    public const string CalibrationCertificate = "fpm.calibration-certificate/1";
    public const string Model = "fpm.model/1";
    public const string SocEstimate = "fpm.soc-estimate/1";
    public const string SoilDay = "fpm.soil-day/1";
}

using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Mrv;
using FourPerMille.Sensor.Mrv.Records;

namespace FourPerMille.Sensor.Gateway.Holders;

public enum ConsentScope
{
    /// <summary>The exact position may leave the gateway; without it only the coarse cell does.</summary>
    [JsonStringEnumMemberName("exact-position")] ExactPosition,
    /// <summary>The holder's name may be told.</summary>
    [JsonStringEnumMemberName("holder-name")] HolderName,
    /// <summary>Values may stand in the open feed.</summary>
    [JsonStringEnumMemberName("open-data")] OpenData,
}

/// <summary>What a holder allows, or takes back.</summary>
public sealed record Consent
{
    /// <summary>The site, or site/parcel.</summary>
    public required string About { get; init; }
    public required ConsentScope Scope { get; init; }

    /// <summary>False withdraws.</summary>
    public required bool Given { get; init; }
    public required string Holder { get; init; }
    public required DateTimeOffset When { get; init; }
    public DateTimeOffset? Until { get; init; }

    /// <summary>On withdrawal: whether the openings of positions and holder of this land are destroyed as well. That cannot be undone.</summary>
    public bool DestroyOpenings { get; init; }

    public Consent Checked()
    {
        if (string.IsNullOrWhiteSpace(About)) throw new InputRefused("about: which site, or site/parcel?");
        if (string.IsNullOrWhiteSpace(Holder)) throw new InputRefused("holder: who says so? The log holds a commitment to the name, not the name.");
        if (Given && DestroyOpenings) throw new InputRefused("destroyOpenings: goes with a withdrawal, not with a consent.");
        if (Until is not null && !(Until > When)) throw new InputRefused("until: is not after when.");
        return this;
    }
}

/// <summary>What holders of land allow; the last word on a piece of land and a scope counts, and silence is no consent.</summary>
public sealed class ConsentBook(Database database, NodeRegistry nodes, IRecordBook records)
{
    /// <summary>What a withdrawal cannot reach; said to whoever withdraws, and on record.</summary>
    static readonly string[] CannotUndo =
    [
        "copies that were handed out or forwarded while consent stood",
        "coarse cells, figures and commitments in records: the log is permanent",
        "backups of the data folder made before",
    ];

    /// <summary>Whether something of a site, or of site/parcel, may leave by the last word on it. A word on the parcel goes before one on its site.</summary>
    public static bool Allows(Session session, string about, ConsentScope scope, DateTimeOffset at)
    {
        for (var land = about; ; land = land[..land.LastIndexOf('/')])
        {
            if (session.InForce(RecordTypes.Consent, Subject(land, scope)) is { } last)
            {
                var said = CanonicalJson.Parse(last.Canonical);
                return said["state"]!.ToString() == "given" && (said["until"] is null || RecordEnvelope.ReadTime(said["until"]!) > at);
            }
            if (!land.Contains('/')) return false;
        }
    }

    /// <summary>Puts a consent or a withdrawal on record and has it take effect.</summary>
    public async Task<(RecordId Id, JsonObject? Effect)> Tell(Consent consent, CancellationToken stop)
    {
        var told = consent.Checked();
        var openings = told.DestroyOpenings ? database.Read(session => OpeningsOf(session, told.About)) : [];
        var destroyed = openings.Count > 0 ? await Openings.Destroy(database, openings, stop) : 0;
        var effect = told.Given ? null : new JsonObject
        {
            ["openingsDestroyed"] = destroyed, ["forwardingStopped"] = true, ["cannotUndo"] = new JsonArray([.. CannotUndo.Select(c => (JsonNode)c)]),
        };
        var id = await database.Write(session => records.Write(session, Draft(told, records.Commit(session, "holder", told.Holder), effect)), stop);
        // The name just given stands in an opening of its own; whoever asks for destruction asks for that too.
        if (told.DestroyOpenings) await Openings.Destroy(database, database.Read(session => OpeningsOf(session, told.About)), stop);
        return (id, effect);
    }

    /// <summary>Puts a consent on record within a transaction that does more. A withdrawal may have openings to destroy, so it goes by <see cref="Tell(Consent, CancellationToken)"/>.</summary>
    public RecordId Give(WriteSession session, Consent consent)
    {
        var told = consent.Checked();
        if (!told.Given) throw new ArgumentException("A withdrawal is told on its own.", nameof(consent));
        return records.Write(session, Draft(told, records.Commit(session, "holder", told.Holder), effect: null));
    }

    static RecordDraft Draft(Consent told, string holder, JsonObject? effect) => RecordDraft.Of(RecordTypes.Consent, Subject(told.About, told.Scope), new RecordBody
    {
        ["about"] = told.About, ["scope"] = Word(told.Scope), ["state"] = told.Given ? "given" : "withdrawn", ["holder"] = holder,
        ["when"] = RecordEnvelope.WriteTime(told.When), ["until"] = told.Until is { } until ? RecordEnvelope.WriteTime(until) : null, ["effect"] = effect?.DeepClone(),
    }.WithoutNulls());

    /// <summary>Digests of positions and holders in all records on a piece of land: of its nodes, campaigns, practices and consents.</summary>
    List<string> OpeningsOf(Session session, string about)
    {
        var (site, parcel) = about.Split('/', 2) is { Length: 2 } parts ? (parts[0], parts[1]) : (about, null);
        var here = nodes.All.Where(n => n.Settings.Site == site && (parcel is null || n.Settings.Parcel == parcel)).Select(n => n.Id).ToHashSet();
        var kept = session.Query("SELECT digest FROM openings WHERE kind IN ('position', 'holder')", row => row.GetString(0)).ToHashSet();
        return [.. session.Query("SELECT type, subject, canonical FROM records WHERE type IN (@0, @1, @2, @3, @4, @5)", row => (Type: row.GetString(0), Subject: row.GetString(1), Record: (byte[])row[2]),
                RecordTypes.NodeLife, RecordTypes.CalibrationCertificate, RecordTypes.Campaign, RecordTypes.Practice, RecordTypes.Consent, RecordTypes.ParcelPosition)
            .Where(r => IsOn(r.Type, r.Subject, CanonicalJson.Parse(r.Record)))
            .SelectMany(r => Texts(CanonicalJson.Parse(r.Record))).Where(kept.Contains).Distinct()];

        bool IsOn(string type, string subject, JsonObject record) => type switch
        {
            RecordTypes.NodeLife or RecordTypes.CalibrationCertificate => here.Contains(subject.Split('/')[0]),
            RecordTypes.Campaign => parcel is null && record["site"]?.ToString() == site,
            _ => record["about"]!.ToString() is var land && (land == about || land.StartsWith(about + "/", StringComparison.Ordinal)),
        };
    }

    static IEnumerable<string> Texts(JsonNode? node) => node switch
    {
        JsonObject entries => entries.SelectMany(e => Texts(e.Value)),
        JsonArray items => items.SelectMany(Texts),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => [value.GetValue<string>()],
        _ => [],
    };

    static string Subject(string about, ConsentScope scope) => $"{about}/{Word(scope)}";
    static string Word(ConsentScope scope) => scope switch { ConsentScope.ExactPosition => "exact-position", ConsentScope.HolderName => "holder-name", _ => "open-data" };
}

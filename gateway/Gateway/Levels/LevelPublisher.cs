using System.Globalization;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Estimation.Levels;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Gateway.Time;
using FourPerMille.Sensor.Mrv.Records;

namespace FourPerMille.Sensor.Gateway.Levels;

/// <summary>Puts each region's figures on record once a week: what was published can be proven later, and reaches the observatory as every record does.</summary>
sealed class LevelPublisher
{
    static readonly TimeSpan Period = TimeSpan.FromDays(7);

    readonly LevelSurvey _survey;
    readonly Database _database;
    readonly IRecordBook _records;

    public LevelPublisher(LevelSurvey survey, Database database, IRecordBook records, Agenda agenda)
    {
        (_survey, _database, _records) = (survey, database, records);
        agenda.Every(Period, "publishing figures of regions", Publish);
    }

    public Task Publish(CancellationToken stop)
    {
        var parts = _survey.Now().Document.Parts;
        return _database.Write(session => { foreach (var part in parts) _records.Write(session, Draft(part)); }, stop);
    }

    static RecordDraft Draft(LevelPart part) => RecordDraft.Of(RecordTypes.LevelFigures, $"{(part.Country.Length > 0 ? part.Country : "--")}/{part.Region}", new JsonObject
    {
        ["asOf"] = RecordEnvelope.WriteTime(part.AsOf), ["country"] = part.Country, ["region"] = part.Region, ["format"] = LevelDocument.FormatName,
        ["part"] = Canonical(LevelDocument.Node(part)),
    });

    /// <summary>Whole numbers stay, others become decimals in text, as records write them.</summary>
    static JsonNode? Canonical(JsonNode? node) => node switch
    {
        JsonObject entity => new JsonObject(entity.Select(p => KeyValuePair.Create(Ascii(p.Key), Canonical(p.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Canonical)]),
        JsonValue value when value.GetValueKind() == System.Text.Json.JsonValueKind.Number && !long.TryParse(value.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) =>
            Decimals.Exact(double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture)),
        _ => node?.DeepClone(),
    };

    /// <summary>Names of records are ASCII; those of laboratories are not always. Written alike by all, so that a group stays one group.</summary>
    static string Ascii(string name) => string.Concat(name.EnumerateRunes().Select(rune => rune.IsAscii ? rune.ToString() : Uri.EscapeDataString(rune.ToString())));
}

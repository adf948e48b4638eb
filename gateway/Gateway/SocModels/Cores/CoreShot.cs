using System.Text.Json;

namespace FourPerMille.Sensor.Gateway.SocModels.Cores;

/// <summary>Where a spectrum came from.</summary>
public enum ShotSource { Bench, Reading, File }

/// <summary>One spectrum of a core sample.</summary>
/// <param name="Reflectance">18 bands by rising wavelength, 0 to 1.</param>
/// <param name="MoistureM3PerM3">Water content when it was taken; null counts as air-dry.</param>
/// <param name="Node">Whose head took it, with the name of its frame; null where it came from a file.</param>
/// <param name="IsTakenBack">Shown, and not used.</param>
public sealed record CoreShot(long Id, string Sample, ShotSource Source, DateTimeOffset At, double[] Reflectance, double? MoistureM3PerM3, string? Node, uint? Epoch, uint? Sequence, string By, bool IsTakenBack)
{
    internal const string Columns = "s.id, s.sample, s.content, n.id, s.epoch, s.sequence, s.taken_back";
    internal const string From = "core_shots s LEFT JOIN nodes n ON n.number = s.node";

    internal string ToJson() => JsonSerializer.Serialize(new Content(Source, At, Reflectance, MoistureM3PerM3, By), JsonSerializerOptions.Web);

    internal static CoreShot FromRow(Microsoft.Data.Sqlite.SqliteDataReader row)
    {
        var content = JsonSerializer.Deserialize<Content>(row.GetString(2), JsonSerializerOptions.Web)!;
        return new(row.GetInt64(0), row.GetString(1), content.Source, content.At, content.Reflectance, content.Moisture, row.IsDBNull(3) ? null : row.GetString(3),
            row.IsDBNull(4) ? null : (uint)row.GetInt64(4), row.IsDBNull(5) ? null : (uint)row.GetInt64(5), content.By, row.GetBoolean(6));
    }

    sealed record Content(ShotSource Source, DateTimeOffset At, double[] Reflectance, double? Moisture, string By);
}

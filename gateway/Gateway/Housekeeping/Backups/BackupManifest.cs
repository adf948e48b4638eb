using System.Text.Json;
using System.Text.Json.Serialization;

namespace FourPerMille.Sensor.Gateway.Housekeeping.Backups;

/// <summary>What a backup says of itself: the first entry of the file, <c>manifest.json</c>.</summary>
/// <param name="Format">Only <see cref="Current"/> is read.</param>
/// <param name="Program">Version of the gateway that made it.</param>
/// <param name="Schema">The newest step of the store's schema.</param>
/// <param name="Origin">Of the log; null where no gateway ever ran.</param>
/// <param name="Records">Rows of the book in the copy.</param>
/// <param name="Signed">Records under the newest checkpoint when the copy was made.</param>
/// <param name="Witnessed">Records under the newest checkpoint a witness had cosigned; 0 for none.</param>
/// <param name="Observatory">Where the gateway forwarded to; null for nowhere.</param>
/// <param name="Files">Everything else in the file, by name.</param>
sealed record BackupManifest(string Format, DateTimeOffset Made, string Program, int Schema, string? Origin, long Records, long Signed, long Witnessed, string? Observatory, IReadOnlyList<BackedUpFile> Files)
{
    public const string Current = "fpm.backup/1";
    public const string Name = "manifest.json";

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip };

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <exception cref="FormatException">The bytes are no manifest this program reads.</exception>
    public static BackupManifest Read(Stream bytes)
    {
        BackupManifest? manifest;
        try { manifest = JsonSerializer.Deserialize<BackupManifest>(bytes, Json); }
        catch (JsonException broken) { throw new FormatException($"{Name}: {broken.Message}"); }
        if (manifest?.Format != Current) throw new FormatException($"it is of the format '{manifest?.Format}', this program reads {Current}. Take the version of the gateway that made it");
        return manifest;
    }
}

/// <param name="Name">Below the data folder, with slashes.</param>
/// <param name="Sha256">64 hex digits.</param>
sealed record BackedUpFile(string Name, long Bytes, string Sha256);

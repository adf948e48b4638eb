using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Mrv.Notes;
using FourPerMille.Sensor.Mrv.Tiles;

namespace FourPerMille.Sensor.Gateway.Housekeeping.Backups;

/// <summary>
/// A log that may have gone further than a backup of it: in the data folder that is restored, or at the observatory. Its head is by the
/// gateway's own key, so that what it holds is what this gateway said, whoever kept it.
/// </summary>
/// <param name="Head">The last head this gateway signed, as far as is known there.</param>
/// <param name="Unsigned">Records lying there beyond any signed head.</param>
sealed record LaterLog(string Where, Checkpoint Head, ITileStore Tiles, long Unsigned = 0)
{
    /// <summary>The log in a data folder; null where none was ever signed.</summary>
    /// <exception cref="InputRefused">Its checkpoint is not by the gateway's key.</exception>
    public static LaterLog? In(string dataFolder, LogKey key)
    {
        var log = LogFolder.In(dataFolder);
        if (log.ReadCheckpoint() is not { } text) return null;
        return new($"the log in {dataFolder}", Open(text, key, $"the checkpoint in {dataFolder}"), log);
    }

    /// <summary>What an observatory has of the log; null where it never saw any of it.</summary>
    /// <exception cref="HttpRequestException">It does not answer.</exception>
    /// <exception cref="InputRefused">What it shows is not by the gateway's key.</exception>
    public static async Task<LaterLog?> At(HttpClient observatory, LogKey key, CancellationToken stop)
    {
        var place = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key.Origin)));
        using var size = await observatory.GetAsync($"evidence/{place}/size", stop);
        if (size.StatusCode == HttpStatusCode.NotFound) return null;
        size.EnsureSuccessStatusCode();
        if (!long.TryParse((await size.Content.ReadAsStringAsync(stop)).TrimEnd('\n'), NumberStyles.None, CultureInfo.InvariantCulture, out var records))
            throw new InputRefused($"{observatory.BaseAddress}evidence/{place}/size: is no number of records. Is this the gateway's observatory?");
        using var head = await observatory.GetAsync($"{place}/checkpoint", stop);
        var where = $"the observatory at {observatory.BaseAddress}";
        var tiles = new TilesOverHttp(observatory, $"evidence/{place}/");
        if (head.StatusCode == HttpStatusCode.NotFound) return records == 0 ? null : new(where, new Checkpoint(key.Origin, 0, Mrv.Merkle.TreeHasher.Empty), tiles, records);
        head.EnsureSuccessStatusCode();
        var cosigned = Open(await head.Content.ReadAsStringAsync(stop), key, "the checkpoint of " + where);
        return new(where, cosigned, tiles, Math.Max(0, records - cosigned.Size));
    }

    /// <summary>The entries from a leaf to the head, bundle by bundle.</summary>
    /// <exception cref="IOException">One is missing or torn.</exception>
    public IEnumerable<byte[]> From(long leaf)
    {
        for (var bundle = leaf / TilePath.FullWidth; bundle * TilePath.FullWidth < Head.Size; bundle++)
        {
            var path = TilePath.Entries(bundle, TilePath.WidthAt(Head.Size, 0, bundle));
            var entries = EntryBundle.Read(Tiles.Read(path) ?? throw new MissingTileException(path));
            foreach (var entry in entries.Skip((int)Math.Max(0, leaf - bundle * TilePath.FullWidth))) yield return entry;
        }
    }

    static Checkpoint Open(string text, LogKey key, string what)
    {
        string? reason;
        try
        {
            if (Checkpoint.Open(SignedNote.Parse(text), key.Verifier, out reason) is { } checkpoint) return checkpoint;
        }
        catch (FormatException broken) { reason = broken.Message; }
        throw new InputRefused($"{what} is not by the key of this backup ({reason}). Where the log was given another key after the backup was made, restore a later backup: this one cannot continue the log.");
    }
}

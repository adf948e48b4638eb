using System.Globalization;
using System.Text;
using System.Text.Json;
using FourPerMille.Sensor.Mrv.Notes;

namespace FourPerMille.Sensor.Gateway.Courier;

/// <summary>What the observatory has, in its own signature: how many records of a log, and which of the observations it was asked for (SPEC.md of Mrv, "The courier").</summary>
sealed record CourierReceipt(string Origin, long Records, IReadOnlyList<string> Observations)
{
    const string FirstLine = "fpm.courier-receipt/1";

    /// <exception cref="FormatException">The text is no receipt.</exception>
    public static CourierReceipt Parse(string text)
    {
        var lines = text.Split('\n');
        if (lines.Length < 4 || lines[0] != FirstLine || lines[^1].Length > 0 || !lines[2].StartsWith("records ", StringComparison.Ordinal)
            || !long.TryParse(lines[2].AsSpan("records ".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var records))
            throw new FormatException("the receipt does not begin as one");
        return new(lines[1], records, lines[3..^1]);
    }
}

/// <summary>The file a courier brings back: the receipt, the checkpoint the witness cosigned, and the keys both can be checked with.</summary>
/// <param name="Checkpoint">Null where no witness cosigned.</param>
sealed record ReceiptFile(string Receipt, string ReceiptKey, string? Checkpoint, string? WitnessKey)
{
    static readonly JsonSerializerOptions Layout = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public byte[] ToBytes() => Encoding.UTF8.GetBytes(JsonSerializer.Serialize(this, Layout) + "\n");

    /// <exception cref="InputRefused">The file is no receipt.</exception>
    public static ReceiptFile Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<ReceiptFile>(File.ReadAllBytes(file), Layout) is { Receipt: not null, ReceiptKey: not null } receipt ? receipt : throw new JsonException("it holds no receipt");
        }
        catch (Exception broken) when (broken is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new InputRefused($"{file}: {broken.Message} Have the courier's receipt copied again, or made again: the import at the observatory can be repeated.");
        }
    }
}

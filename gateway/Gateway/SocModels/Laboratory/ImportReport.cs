using System.Text.Json;

namespace FourPerMille.Sensor.Gateway.SocModels.Laboratory;

/// <summary>What became of a line of a file.</summary>
public enum LineState
{
    /// <summary>Read in.</summary>
    Taken,
    /// <summary>It was read in before, as it is.</summary>
    Known,
    /// <summary>It took the place of another value, as the technician said.</summary>
    Corrected,
    /// <summary>The result is good, its sample is nobody's: kept until somebody says whose it is.</summary>
    Orphan,
    /// <summary>Not read in, for the reason it gives.</summary>
    Refused,
    /// <summary>An orphan that was given its sample.</summary>
    Attached,
}

/// <summary>A line of a file with what became of it.</summary>
/// <param name="Reason">Why it was not simply taken; null where it was.</param>
public sealed record ImportedLine(int Line, string Text, LineState State, InputRefused? Reason);

/// <summary>A file that was read in.</summary>
/// <param name="Ignored">Columns that nobody here knows; empty in a report read back.</param>
public sealed record ImportReport(long Id, string Kind, string File, string Hash, DateTimeOffset At, string Who, IReadOnlyList<ImportedLine> Lines, IReadOnlyList<string> Ignored)
{
    public int Count(LineState state) => Lines.Count(line => line.State == state);
}

/// <summary>How reports lie in the store.</summary>
static class ImportRows
{
    public static string Word(LineState state) => state.ToString().ToLowerInvariant();

    public static string? Reason(InputRefused? reason) => reason is null ? null
        : JsonSerializer.Serialize(new Said(reason.Key, [.. reason.Parts.Select(p => Convert.ToString(p, System.Globalization.CultureInfo.InvariantCulture))]));

    public static ImportedLine Line(Microsoft.Data.Sqlite.SqliteDataReader row)
    {
        var said = row.IsDBNull(3) ? null : JsonSerializer.Deserialize<Said>(row.GetString(3));
        return new(row.GetInt32(0), row.GetString(1), Enum.Parse<LineState>(row.GetString(2), ignoreCase: true),
            said is null ? null : new InputRefused(row.GetString(4)) { Key = said.Key, Parts = [.. said.Parts] });
    }

    sealed record Said(string? Key, string?[] Parts);
}

using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json.Nodes;

namespace FourPerMille.Sensor.Gateway.Technician.Cli;

/// <summary><c>fpm export</c>: what is known, out to whoever computes with it. Each line stands for itself: value, uncertainty, flag and certificate.</summary>
static class ExportCommand
{
    static readonly Option<DateTimeOffset?> From = new("--from") { Description = "From this instant on, such as 2026-03-01 or 2026-03-01T06:00:00Z. Default: from the first.", CustomParser = Instant };
    static readonly Option<DateTimeOffset?> To = new("--to") { Description = "Up to this instant, not included. Default: now.", CustomParser = Instant };
    static readonly Option<string?> Node = new("--node") { Description = "Only of this node." };
    static readonly Option<string> Out = new("--out") { Description = "The file to write; its ending says how: .csv, .json or .geojson.", Required = true };

    public static Command Create() => new("export", """
        Write readings, estimates or records to a file. Names are English and numbers have a point in every language.
        CSV is RFC 4180. GeoJSON (RFC 7946) shows nodes by the cell of a tenth of a degree that their record gives away, never by their position.

        Examples:
          fpm export readings --from 2026-03-01 --to 2026-04-01 --out march.csv
          fpm export estimates --out carbon.geojson
          fpm export records --node 0004a30b001c0530 --out records.json
        """)
    {
        Of("readings", "Every quantity of every reading, calibrated and judged as of today.", ExportColumns.Readings, ExportSource.Readings),
        Of("estimates", "The carbon estimates in force, abstentions with their reasons.", ExportColumns.Estimates, ExportSource.Estimates),
        Of("records", "The records as they stand in the log, oldest first.", ExportColumns.Records, ExportSource.Records),
    };

    static Command Of(string what, string description, string[] columns, Func<ExportWish, CancellationToken, IAsyncEnumerable<ExportLine>> lines)
    {
        var command = new Command(what, description) { SharedOptions.Data, From, To, Node, Out };
        command.SetAction(async (parsed, stop) =>
        {
            var file = parsed.GetRequiredValue(Out);
            var wish = new ExportWish(parsed.GetRequiredValue(SharedOptions.Data), parsed.GetValue(From), parsed.GetValue(To), parsed.GetValue(Node)?.ToLowerInvariant());
            if (wish is { From: { } from, To: { } to } && from >= to) throw new InputRefused($"--from: {from:O} is not before --to, {to:O}.");
            var count = await Write(file, columns, lines(wish, stop));
            var say = SharedOptions.Say(parsed);
            JsonOutput.Show(parsed, JsonOutput.Node(new { lines = count, file = Path.GetFullPath(file) }), () => Console.WriteLine(say["terminal.exported", say.Number(count), file]));
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>Whole or not at all: the file has its name once it is complete.</summary>
    static async Task<long> Write(string file, string[] columns, IAsyncEnumerable<ExportLine> lines)
    {
        var unfinished = file + ".unfinished";
        long count = 0;
        try
        {
            await using (var text = new StreamWriter(unfinished))
            {
                using IExportFormat format = Path.GetExtension(file).ToLowerInvariant() switch
                {
                    ".csv" => new CsvExport(text, columns),
                    ".json" => new JsonExport(text),
                    ".geojson" => new GeoJsonExport(text),
                    var other => throw new InputRefused($"--out: '{other}' is no ending this export knows; .csv, .json and .geojson are."),
                };
                await foreach (var line in lines)
                {
                    format.Write(line);
                    count++;
                }
            }
            File.Move(unfinished, file, overwrite: true);
            return count;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new InputRefused($"--out: {fault.Message}");
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    static DateTimeOffset? Instant(ArgumentResult argument)
    {
        if (DateTimeOffset.TryParse(argument.Tokens.Single().Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant)) return instant;
        argument.AddError($"'{argument.Tokens.Single().Value}' is not an instant such as 2026-03-01T00:00:00Z.");
        return null;
    }
}

/// <summary>What somebody wants exported.</summary>
/// <param name="Node">Null for all.</param>
sealed record ExportWish(string DataFolder, DateTimeOffset? From, DateTimeOffset? To, string? Node);

/// <summary>One line: its fields by name, and the cell it lies in where that is known.</summary>
sealed record ExportLine(JsonObject Fields, JsonNode? Cell);

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FourPerMille.Sensor.Gateway.Technician.Cli;

/// <summary>Writes lines as they come, so that a year needs no more memory than a day. Disposing ends the document.</summary>
interface IExportFormat : IDisposable
{
    void Write(ExportLine line);
}

/// <summary>RFC 4180: a header, commas, CRLF, quotes doubled; null is an empty field, a list is parted by semicolons.</summary>
sealed class CsvExport : IExportFormat
{
    readonly CsvWriter _csv;
    readonly string[] _columns;

    public CsvExport(TextWriter text, string[] columns)
    {
        (_csv, _columns) = (new CsvWriter(text, "\r\n"), columns);
        _csv.Row([.. columns]);
    }

    public void Write(ExportLine line) => _csv.Row([.. _columns.Select(column => Field(line.Fields[column]))]);

    // Numbers keep the digits they came with: JSON's are invariant already.
    static object? Field(JsonNode? value) => value switch
    {
        null => null,
        JsonArray list => string.Join("; ", list.Select(item => item?.ToString())),
        JsonValue text => text.ToString(),
        _ => value.ToJsonString(ExportJson.Options),
    };

    public void Dispose() => _csv.Dispose();
}

/// <summary>An array of objects, one a line.</summary>
sealed class JsonExport(TextWriter text) : IExportFormat
{
    bool _begun;

    public void Write(ExportLine line)
    {
        text.Write(_begun ? ",\n" : "[\n");
        _begun = true;
        text.Write(line.Fields.ToJsonString(ExportJson.Options));
    }

    public void Dispose() => text.Write(_begun ? "\n]\n" : "[]\n");
}

/// <summary>RFC 7946: features whose geometry is the cell, counter-clockwise; null where no position was told (section 3.2).</summary>
sealed class GeoJsonExport(TextWriter text) : IExportFormat
{
    bool _begun;

    public void Write(ExportLine line)
    {
        text.Write(_begun ? ",\n" : "{\"type\":\"FeatureCollection\",\"features\":[\n");
        _begun = true;
        text.Write(new JsonObject { ["type"] = "Feature", ["geometry"] = Square(line.Cell), ["properties"] = line.Fields.DeepClone() }.ToJsonString(ExportJson.Options));
    }

    static JsonObject? Square(JsonNode? cell)
    {
        if (cell is null) return null;
        var (south, west, size) = (Number(cell["latitude"]!), Number(cell["longitude"]!), Number(cell["sizeDegrees"]!));
        JsonArray Corner(decimal longitude, decimal latitude) => [JsonValue.Create(longitude), JsonValue.Create(latitude)];
        return new()
        {
            ["type"] = "Polygon",
            ["coordinates"] = new JsonArray(new JsonArray(Corner(west, south), Corner(west + size, south), Corner(west + size, south + size), Corner(west, south + size), Corner(west, south))),
        };
    }

    static decimal Number(JsonNode value) => decimal.Parse(value.ToString(), CultureInfo.InvariantCulture);

    public void Dispose() => text.Write(_begun ? "\n]}\n" : "{\"type\":\"FeatureCollection\",\"features\":[]}\n");
}

static class ExportJson
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}

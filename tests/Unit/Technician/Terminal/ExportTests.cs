using System.Globalization;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Technician.Cli;
using FourPerMille.Sensor.Unit.Gateway;

namespace FourPerMille.Sensor.Unit.Technician.Terminal;

public sealed class ExportTests
{
    [Fact]
    public async Task Readings_go_out_with_uncertainty_flag_and_certificate_in_every_line_as_csv_json_and_geojson()
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol(more: new { parcel = "field, \"north\"" });
        await MadeUpSoil.Certify(gateway, node);
        await gateway.Post($"/api/nodes/{node.Id}/life", new JsonObject { ["event"] = "installed", ["when"] = TestGateway.Start, ["latitude"] = 48.1234, ["longitude"] = 1.5678 });
        await NodesTests.Take(gateway, node, TestNode.Reading(1, 0));
        string File(string ending) => Path.Combine(gateway.Folder, "out" + ending);

        foreach (var ending in new[] { ".csv", ".json", ".geojson" })
            Assert.Equal(0, (await Typed.Run("export", "readings", "--data", gateway.Folder, "--out", File(ending), "--language", "de")).Code);

        var bytes = System.IO.File.ReadAllText(File(".csv"));
        Assert.Equal(bytes.Count(c => c == '\n'), bytes.Split("\r\n").Length - 1);
        var moisture = CsvTable.Read(File(".csv")).Rows.Where(row => row.Text("quantity") == "moisture").ToList();
        Assert.Equal(3, moisture.Count);
        Assert.Equal("field, \"north\"", moisture[0].Text("parcel"));
        Assert.Equal(0.5 - 0.2 * 2.0, moisture[0].Number("value"), 1e-6);
        Assert.True(moisture[0].Number("u") > 0);
        Assert.All(moisture, row => Assert.Equal(16, row.Text("certificate").Length));
        Assert.Contains(moisture[0].Text("flag"), new[] { "1", "3" });

        var lines = JsonNode.Parse(System.IO.File.ReadAllText(File(".json")))!.AsArray();
        Assert.Equal(CsvTable.Read(File(".csv")).Rows.Count, lines.Count);
        var map = System.IO.File.ReadAllText(File(".geojson"));
        var ring = JsonNode.Parse(map)!["features"]![0]!["geometry"]!["coordinates"]![0]!.AsArray();
        Assert.Equal(5, ring.Count);
        Assert.Equal((1.5m, 48.1m), ((decimal)ring[0]![0]!, (decimal)ring[0]![1]!));
        // The exact position stays here.
        Assert.DoesNotContain("48.12", map);
        Assert.Empty(Directory.GetFiles(gateway.Folder, "*.unfinished"));
    }

    [Fact]
    public async Task Records_go_out_without_a_running_gateway_and_a_span_without_lines_is_an_empty_file_that_parses()
    {
        var folder = Directory.CreateTempSubdirectory("fpm-export-").FullName;
        await using (var gateway = await TestGateway.Run(folder)) await MadeUpSoil.Certify(gateway, await gateway.Enrol());
        var file = Path.Combine(folder, "records.json");

        Assert.Equal(0, (await Typed.Run("export", "records", "--data", folder, "--out", file)).Code);
        var records = JsonNode.Parse(File.ReadAllText(file))!.AsArray();
        Assert.Contains(records, record => (string)record!["type"]! == "fpm.calibration-certificate/1" && (string)record["record"]!["node"]! == "0004a30b001c0530" && (bool)record["simulated"]!);

        Assert.Equal(0, (await Typed.Run("export", "records", "--data", folder, "--out", file, "--to", "2020-01-01")).Code);
        Assert.Empty(JsonNode.Parse(File.ReadAllText(file))!.AsArray());
        Assert.Equal(2, (await Typed.Run("export", "records", "--data", folder, "--out", Path.Combine(folder, "records.xlsx"))).Code);
        Assert.Equal(2, (await Typed.Run("export", "records", "--data", folder, "--out", file, "--from", "2026-02-01", "--to", "2026-01-01")).Code);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Estimates_go_out_with_their_records_certificates_or_the_reason_why_there_is_none()
    {
        await using var gateway = await MadeUpSoil.Prepared();
        await gateway.Enrol();
        var file = Path.Combine(gateway.Folder, "estimates.csv");
        Assert.Equal(0, (await Typed.Run("export", "estimates", "--data", gateway.Folder, "--out", file)).Code);
        Assert.StartsWith("node,region,parcel,", File.ReadAllText(file), StringComparison.Ordinal);
        Assert.Equal(2, (await Typed.Run("export", "estimates", "--data", gateway.Folder, "--out", file, "--node", "ffffffffffffffff")).Code);
    }
}

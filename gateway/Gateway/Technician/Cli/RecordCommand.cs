using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FourPerMille.Sensor.Gateway.Technician.Cli;

/// <summary><c>fpm record</c>: puts on record what people did, decided or measured in a laboratory. The gateway must be running.</summary>
static class RecordCommand
{
    static readonly Option<string> File = new("--file") { Required = true, Description = "A JSON file; - reads standard input." };
    static readonly Option<string> Csv = new("--csv") { Required = true, Description = "One row a layer of a core." };

    public static Command Create() => new("record", "Put on record what people did, decided or had measured.")
    {
        FromFile("campaign", "/api/campaigns", "Plan a campaign: the gateway draws the points, once. JSON: campaign, project, purpose, begins, depthCm, strata [{stratum, points, boundary [[lon, lat], …]}]."),
        Samples(),
        Posted("stock", "/api/stocks", "Compute a campaign's stock from its samples.",
            ("campaign", "The campaign's name.", true), ("method", "fine-soil-mass, fixed-depth or equivalent-soil-mass.", true), ("reference", "The baseline's stock (record id), for equivalent soil mass.", false)),
        Posted("change", "/api/changes", "Compute the change between two stocks, the claim by a programme's rule, and how it stands to 4 per mille.",
            ("baseline", "Record id of the first stock.", true), ("final", "Record id of the later stock.", true), ("rule", "A programme's rule that ships; vm0042-2.2 unless said.", false)),
        FromFile("practice", "/api/practices", "State a practice: what, about (site or site/parcel), from, until, statedBy, stated, amount, unit, evidence."),
        FromFile("consent", "/api/consents", "State a consent or its withdrawal: about, scope (exact-position, holder-name, open-data), given, holder, when; with a withdrawal perhaps destroyOpenings."),
        NodeEvent(),
    };

    static Command FromFile(string name, string path, string what)
    {
        var command = new Command(name, what) { SharedOptions.Data, File };
        command.SetAction((parsed, stop) => Send(parsed, path, ReadJson(parsed.GetRequiredValue(File)), stop));
        return command;
    }

    static Command NodeEvent()
    {
        var node = new Argument<string>("node") { Description = "The node's id." };
        var command = new Command("node", "State what was done with a node: event (installed, moved, probe-changed, described, retired), when, latitude, longitude, probe, soil, co2DepthCm, technician, note.") { node, SharedOptions.Data, File };
        command.SetAction((parsed, stop) => Send(parsed, $"/api/nodes/{Uri.EscapeDataString(parsed.GetRequiredValue(node))}/life", ReadJson(parsed.GetRequiredValue(File)), stop));
        return command;
    }

    static Command Posted(string name, string path, string what, params (string Name, string What, bool IsRequired)[] fields)
    {
        var options = fields.Select(f => new Option<string?>("--" + f.Name) { Description = f.What, Required = f.IsRequired }).ToList();
        var command = new Command(name, what) { SharedOptions.Data };
        foreach (var option in options) command.Options.Add(option);
        command.SetAction((parsed, stop) =>
        {
            var body = new JsonObject();
            foreach (var (field, option) in fields.Zip(options))
                if (parsed.GetValue(option) is { } value) body[field.Name] = value;
            return Send(parsed, path, body, stop);
        });
        return command;
    }

    static Command Samples()
    {
        var command = new Command("samples", """
            Import laboratory samples, all or none.

            Columns: sample, campaign, stratum, point, core, top_cm, bottom_cm, taken, laboratory, soc_method, soc_g_kg, custody (who|from|what;…); and where known
            soc_u, soc_replicates (a;b), fine_soil_g, core_area_cm2, cores, bulk_density_g_cm3, bulk_density_method, coarse_share, organic_matter_percent, analysed,
            batch, blanks (a;b), duplicates (a/b;…), references (material/certified/measured;…).

            Example:
              fpm record samples --csv cores.csv --data gateway-data
            """) { SharedOptions.Data, Csv };
        command.SetAction((parsed, stop) => Send(parsed, "/api/samples",
            new JsonObject { ["samples"] = new JsonArray([.. CsvTable.Read(parsed.GetRequiredValue(Csv)).Rows.Select(row => (JsonNode)SampleRow.Read(row))]) }, stop));
        return command;
    }

    static async Task<int> Send(ParseResult parsed, string path, JsonNode body, CancellationToken stop)
    {
        using var gateway = AdminClient.To(parsed.GetRequiredValue(SharedOptions.Data));
        JsonOutput.Write((JsonObject)JsonNode.Parse(await gateway.Post(path, body, stop))!, null);
        return 0;
    }

    static JsonNode ReadJson(string file)
    {
        if (file != "-" && !System.IO.File.Exists(file)) throw new InputRefused($"{file}: no such file.");
        try { return JsonNode.Parse(file == "-" ? Console.In.ReadToEnd() : System.IO.File.ReadAllText(file)) as JsonObject ?? throw new InputRefused($"{file}: holds no JSON object."); }
        catch (JsonException broken) { throw new InputRefused($"{file}: {broken.Message}"); }
    }
}

/// <summary>One row of a table of samples, as the gateway takes it.</summary>
static class SampleRow
{
    public static JsonObject Read(CsvRow row)
    {
        var sample = new JsonObject
        {
            ["sample"] = row.Text("sample"), ["campaign"] = row.Text("campaign"), ["stratum"] = row.Text("stratum"), ["point"] = row.Integer("point"), ["core"] = row.Text("core"),
            ["topCm"] = row.Number("top_cm"), ["bottomCm"] = row.Number("bottom_cm"), ["taken"] = row.Utc("taken"), ["laboratory"] = row.Text("laboratory"), ["socMethod"] = row.Text("soc_method"),
            ["soc"] = Measured(row, "soc_g_kg", "soc_u", "soc_replicates"), ["custody"] = Custody(row),
        };
        foreach (var (field, column, u) in new[] { ("fineSoilGrams", "fine_soil_g", "fine_soil_u"), ("bulkDensity", "bulk_density_g_cm3", "bulk_density_u"), ("coarseShare", "coarse_share", "coarse_u"), ("organicMatterPercent", "organic_matter_percent", "organic_matter_u") })
            if (Measured(row, column, u) is { } measured) sample[field] = measured;
        if (Number(row, "core_area_cm2") is { } area) sample["coreAreaCm2"] = area;
        if (Number(row, "cores") is { } cores) sample["cores"] = (int)cores;
        if (Text(row, "analysed") is not null) sample["analysed"] = row.Utc("analysed");
        foreach (var (field, column) in new[] { ("batch", "batch"), ("bulkDensityMethod", "bulk_density_method") })
            if (Text(row, column) is { } text) sample[field] = text;
        if (Text(row, "blanks") is not null) sample["blanks"] = new JsonArray([.. List(row, "blanks").Select(b => JsonValue.Create(Number(row, "blanks", b)))]);
        if (Text(row, "duplicates") is not null)
            sample["duplicates"] = new JsonArray([.. List(row, "duplicates").Select(pair => (JsonNode)new JsonArray([.. pair.Split('/').Select(d => JsonValue.Create(Number(row, "duplicates", d)))]))]);
        if (Text(row, "references") is not null) sample["references"] = new JsonArray([.. List(row, "references").Select(r => (JsonNode)Reference(row, r))]);
        return sample;
    }

    static JsonObject? Measured(CsvRow row, string column, string u, string? replicates = null)
    {
        if (Number(row, column) is not { } value) return null;
        var measured = new JsonObject { ["value"] = value };
        if (Number(row, u) is { } uncertainty) measured["u"] = uncertainty;
        if (replicates is not null && Text(row, replicates) is not null) measured["replicates"] = new JsonArray([.. List(row, replicates).Select(r => JsonValue.Create(Number(row, replicates, r)))]);
        return measured;
    }

    static JsonArray Custody(CsvRow row) => new([.. List(row, "custody").Select(step => step.Split('|') is { Length: 3 } parts
        ? (JsonNode)new JsonObject { ["holder"] = parts[0].Trim(), ["from"] = parts[1].Trim(), ["what"] = parts[2].Trim() }
        : throw row.Refuse("custody", $"'{step}' does not read who|from|what"))]);

    static JsonObject Reference(CsvRow row, string text) => text.Split('/') is { Length: 3 } parts
        ? new JsonObject { ["material"] = parts[0].Trim(), ["certified"] = Number(row, "references", parts[1]), ["measured"] = Number(row, "references", parts[2]) }
        : throw row.Refuse("references", $"'{text}' does not read material/certified/measured");

    static string? Text(CsvRow row, string column) => row.Has(column) && row.Text(column).Length > 0 ? row.Text(column) : null;
    static double? Number(CsvRow row, string column) => row.Has(column) ? row.NumberOrMissing(column) : null;
    static string[] List(CsvRow row, string column) => row.Text(column).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    static double Number(CsvRow row, string column, string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : throw row.Refuse(column, $"'{text}' is not a number");
}

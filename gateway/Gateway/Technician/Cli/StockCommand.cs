using System.CommandLine;
using FourPerMille.Sensor.Estimation.Stock;

namespace FourPerMille.Sensor.Gateway.Technician.Cli;

/// <summary><c>fpm stock esm</c>: cores at fixed depths into stocks on the reference's mineral soil mass.</summary>
public static class StockCommand
{
    static readonly string[] Columns =
    [
        "Type", "ID", "Rep", "Ref_ID", "Upper_cm", "Lower_cm", "SOC_pct", "SOM_pct", "BD_g_cm3", "Soil_g_cm2", "SOC_g_cm2", "SOM_g_cm2", "Min_Soil_g_cm2",
        "Cum_Soil_g_cm2", "Cum_SOC_g_cm2", "Cum_SOM_g_cm2", "Cum_Min_Soil_g_cm2",
    ];

    public static Command Create()
    {
        var samples = new Option<string>("--samples") { Required = true, Description = "One row a layer: ID, Rep, Ref_ID, Upper_cm, Lower_cm, SOC_pct, SOM_pct, BD_g_cm3 (the layout of von Haden et al. 2020)." };
        var extrapolate = new Option<bool>("--extrapolate") { Description = "Read reference masses beyond the core's own off the spline, flagged, down to the depth sampled." };
        var output = new Option<string>("--out") { Required = true, Description = "Where to write the layers on equivalent mass; masses in g/cm2 (times 100: t/ha)." };
        var fixedDepth = new Option<string?>("--fixed-depth-out") { Description = "Also write the same columns at fixed depth." };
        var esm = new Command("esm", """
            Stocks on the mineral soil mass of each core's reference (monotone spline over cumulated mass).

            Examples:
              fpm stock esm --samples cores.csv --out esm.csv
              fpm stock esm --samples cores.csv --extrapolate --out esm.csv --fixed-depth-out fd.csv
            """) { samples, extrapolate, output, fixedDepth };
        esm.SetAction(parsed => Verb.Run(() =>
        {
            var cores = ReadCores(parsed.GetRequiredValue(samples));
            using (var table = CsvWriter.Create(parsed.GetRequiredValue(output)))
                WriteEquivalent(table, cores, parsed.GetRequiredValue(samples), parsed.GetValue(extrapolate));
            if (parsed.GetValue(fixedDepth) is { } path)
                using (var depthTable = CsvWriter.Create(path))
                    WriteFixedDepth(depthTable, cores);
            JsonOutput.Wrote(parsed, [parsed.GetRequiredValue(output), .. parsed.GetValue(fixedDepth) is { } second ? new[] { second } : []]);
        }));
        return new Command("stock", "Carbon stocks of sampled cores.") { esm };
    }

    sealed record NamedCore(string Id, string Rep, string ReferenceId, SoilCore Core);

    static List<NamedCore> ReadCores(string path) =>
        CsvTable.Read(path).Rows.GroupBy(r => (Id: r.Text("ID"), Rep: r.Text("Rep"), Reference: r.Text("Ref_ID")))
            .OrderBy(g => g.Key.Id, StringComparer.Ordinal).ThenBy(g => g.Key.Reference, StringComparer.Ordinal).ThenBy(g => g.Key.Rep, NaturalOrder.Instance)
            .Select(g => g.First().Make(_ => new NamedCore(g.Key.Id, g.Key.Rep, g.Key.Reference, new SoilCore(
                [.. g.Select(row => row.Make(ReadLayer)).OrderBy(l => l.TopCm)])))).ToList();

    static SoilLayer ReadLayer(CsvRow row) =>
        new(row.Number("Upper_cm"), row.Number("Lower_cm"), row.Number("SOC_pct"), row.Number("SOM_pct"), row.Number("BD_g_cm3"));

    static void WriteEquivalent(CsvWriter table, List<NamedCore> cores, string file, bool extrapolate)
    {
        table.Row([.. Columns, "Extrapolated"]);
        foreach (var core in cores)
        {
            var reference = EquivalentSoilMass.Reference(cores.Where(c => c.Id == core.ReferenceId).Select(c => c.Core));
            if (reference.Length == 0) throw new InputRefused($"{file}: core '{core.Id}' names the reference '{core.ReferenceId}', which is not in the table");
            foreach (var layer in Equivalent(core, reference, file, extrapolate))
                table.Row(["ESM", core.Id, core.Rep, core.ReferenceId, layer.Reference.TopCm, layer.Reference.BottomCm,
                    layer.SocPercent, layer.SomPercent, layer.BulkDensity, .. Masses(layer.Layer), .. Masses(layer.Cumulated), layer.IsExtrapolated ? 1 : 0]);
        }
    }

    static EquivalentLayer[] Equivalent(NamedCore core, ReferenceMass[] reference, string file, bool extrapolate)
    {
        try
        {
            return EquivalentSoilMass.Of(core.Core, reference, extrapolate);
        }
        catch (ArgumentException refusal)
        {
            throw new InputRefused($"{file}: core '{core.Id}', replicate {core.Rep}: {Verb.Reason(refusal)}");
        }
    }

    static void WriteFixedDepth(CsvWriter table, List<NamedCore> cores)
    {
        table.Row([.. Columns]);
        foreach (var core in cores)
            foreach (var (layer, sum) in core.Core.Layers.Zip(core.Core.Cumulated()))
                table.Row(["FD", core.Id, core.Rep, null, layer.TopCm, layer.BottomCm, layer.SocPercent, layer.SomPercent, layer.BulkDensity, .. Masses(layer.Masses), .. Masses(sum)]);
    }

    static object?[] Masses(SoilMasses m) => [m.Soil, m.Soc, m.Som, m.Mineral];

    /// <summary>Replicates in their own order: numbers as numbers, the rest as text.</summary>
    sealed class NaturalOrder : IComparer<string>
    {
        public static NaturalOrder Instance { get; } = new();

        public int Compare(string? a, string? b) =>
            int.TryParse(a, out int x) && int.TryParse(b, out int y) ? x.CompareTo(y) : string.CompareOrdinal(a, b);
    }
}

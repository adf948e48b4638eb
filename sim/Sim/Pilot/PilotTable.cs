using System.Globalization;
using Spectre.Console;

namespace FourPerMille.Sensor.Sim.Pilot;

/// <summary>The pilot's result on a terminal.</summary>
static class PilotTable
{
    public static void Write(PilotReport report, IAnsiConsole console)
    {
        var s = report.Summary;
        var table = new Table().RoundedBorder().Title($"[bold]Pilot of {s.Days:0.#} days, {s.Nodes} nodes[/]").AddColumn("").AddColumn(new TableColumn("").RightAligned()).HideHeaders();
        table.AddRow("Frames sampled: readings, seals (by the nodes' traces)", Count(s.Sampled));
        table.AddRow("  stored", Count(s.Stored));
        table.AddRow("    readings, daily seals", $"{Count(s.Readings)}, {Count(s.Seals)}");
        table.AddRow("  pending on the nodes", Count(s.Pending));
        table.AddRow("  declared lost", Count(s.DeclaredLost));
        table.AddRow("  account", s.Conserved ? "[green]closes[/]" : s.Missing == 0 ? "[red]does not close[/]" : $"[red]{s.Missing} missing[/]");
        table.AddRow("Days of nodes that are sealed, of all", $"{Count(s.SealedDays.Sealed)}, {Count(s.SealedDays.All)}");
        table.AddRow("  pending, unsealable, broken", $"{Count(s.SealedDays.Pending)}, {Count(s.SealedDays.Unsealable)}, {Colour(s.SealedDays.Broken == 0, Count(s.SealedDays.Broken))}");
        table.AddRow("Frames that came twice, quarantined", $"{Count(s.Duplicates)}, {Count(s.Quarantined)}");
        table.AddEmptyRow();
        foreach (var region in report.Regions) AddRegion(table, region, s);
        table.AddRow($"SOC 90 % intervals that hold the truth ({s.CoverageKind})", Share(s.SocCoverage90));
        table.AddEmptyRow();
        table.AddRow("Records written, verified by the independent verifier", $"{Count(s.Records)}, {Colour(s.AllVerified, Count(s.RecordsVerified))}");
        table.AddRow("  witnessed by the observatory", Colour(s.RecordsWitnessed == s.Records, Count(s.RecordsWitnessed)));
        table.AddRow("Observations at the observatory, of them twice", $"{Count(s.Observations)}, {Colour(s.ObservationsTwice == 0, Count(s.ObservationsTwice))}");
        table.AddRow("Log: every checkpoint seen is a state of one tree", Colour(s.LogHolds, s.LogHolds ? "holds" : "broken"));
        if (s.GatewayKills > 0) table.AddRow("Gateway killed and started again", Count(s.GatewayKills));
        console.Write(table);
        foreach (var fault in s.Faults.Take(10)) console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"[red]fault[/] {fault}");
    }

    static void AddRegion(Table table, RegionReport region, PilotSummary summary)
    {
        var estimates = region.Estimates.ToArray();
        var covered = region.Nodes.Sum(n => n.Estimates.Count(e => e.Given && e.Covers(n.TrueSocGramsPerKg)));
        table.AddRow($"SOC of the {region.Title}: estimates, abstentions", $"{Count(estimates.Count(e => e.Given))}, {Count(estimates.Count(e => !e.Given))}");
        table.AddRow("  intervals that hold the truth", $"{Count(covered)}, {Share(summary.SocCoverage90ByRegion[region.Name])}");
    }

    static string Colour(bool good, string text) => good ? $"[green]{text}[/]" : $"[red]{text}[/]";

    static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    static string Share(double? share) => share is { } s ? s.ToString("P0", CultureInfo.InvariantCulture) : "none given";
}

using static FourPerMille.Sensor.Sim.Pilot.Page.Words;

namespace FourPerMille.Sensor.Sim.Pilot.Page;

/// <summary>The account of every named frame: per node a row that must close, and over time how many were waiting for a line.</summary>
static class LedgerSection
{
    const int MostFaults = 12;

    public static string Render(PilotReport report)
    {
        var rows = report.Ledger.Select(row => $"""
            <tr><th scope="row"><span class="tag region-{row.Region}">{Svg.Escape(row.Label)}</span> <code>{Svg.Escape(row.Node)}</code></th><td>{(row.Link == "lora" ? "LoRaWAN" : "Wi-Fi")}</td>
            <td>{Count(row.Sampled)}</td><td>{Count(row.Stored)}</td><td>{Count(row.Readings)}</td><td>{Count(row.Pending)}</td><td>{Count(row.DeclaredLost)}</td><td>{Days(row.Days)}</td>
            <td>{(row.Closes ? "<span class=\"ok\">closes</span>" : $"<span class=\"wrong\">{Count(row.Missing)} missing</span>")}</td></tr>
            """);
        var total = report.Summary;
        return $"""
            <section id="ledger" aria-labelledby="ledger-h"><h2 id="ledger-h">Every frame accounted for</h2>
            <p>A node writes frames: readings, and once a day a seal over all it wrote. Its own trace says which, the gateway says what it stores; neither
            knows the other's count. A node frees a frame only after the gateway has it on disk. Every stored frame was checked with the node's own key, and
            every seal against the frames it speaks of.</p>
            {Faults(total)}
            <figure class="wide">{Backlog(report)}<figcaption>Frames waiting in the nodes' flash. A line that fails makes them wait, not vanish.{Happenings(report)}</figcaption></figure>
            <div class="scroll"><table><caption>Sampled = stored + pending + declared lost</caption>
            <thead><tr><th scope="col">Node</th><th scope="col">Link</th><th scope="col">Sampled</th><th scope="col">Stored</th><th scope="col">of them readings</th><th scope="col">Pending</th><th scope="col">Declared lost</th><th scope="col">Days sealed</th><th scope="col">Account</th></tr></thead>
            <tbody>{string.Concat(rows)}</tbody>
            <tfoot><tr><th scope="row">All</th><td></td><td>{Count(total.Sampled)}</td><td>{Count(total.Stored)}</td><td>{Count(total.Readings)}</td><td>{Count(total.Pending)}</td><td>{Count(total.DeclaredLost)}</td><td>{Days(total.SealedDays)}</td>
            <td>{(total.Conserved ? "<span class=\"ok\">closes</span>" : "<span class=\"wrong\">open</span>")}</td></tr></tfoot></table></div>
            <p class="note">{Count(total.Duplicates)} frames came more than once and were stored once; {Count(total.Quarantined)} were quarantined, {Count(total.Conflicts)} conflicted. {SealSentence(total.SealedDays)}{Refusals(report)}{Kills(total)}{Observatory(total)}</p></section>
            """;
    }

    static string Backlog(PilotReport report)
    {
        const double width = 1080, height = 210, left = 56, right = 1060, top = 26, bottom = 172;
        var time = new TimeAxis(report.StartUtc, report.EndUtc, left, right);
        var most = report.Backlog.Select(p => p.WaitingByRegion.Values.Sum()).DefaultIfEmpty(0).Max();
        var value = new Axis(0, Math.Max(10, most * 1.1), bottom, top);
        var svg = new Svg("backlog", width, height, "Frames waiting on the nodes", $"At most {most} frames waited at once.", "chart");
        foreach (var tick in value.Ticks(3)) svg.Line(left, value.At(tick), right, value.At(tick), "grid").Text(left - 6, value.At(tick) + 4, Fixed(tick, 0), "tick", "end");
        foreach (var day in time.Ticks(10)) svg.Line(time.At(day), bottom, time.At(day), bottom + 4, "axis").Text(time.At(day), bottom + 17, Day(day), "tick", "middle");
        var below = report.Backlog.Select(_ => 0.0).ToArray();
        foreach (var region in report.Regions)
        {
            var upper = report.Backlog.Select((p, n) => below[n] + p.WaitingByRegion.GetValueOrDefault(region.Name)).ToArray();
            svg.Band([.. report.Backlog.Select((p, n) => (time.At(p.Utc), value.At(upper[n]), value.At(below[n])))], $"waiting region-{region.Name}");
            below = upper;
        }
        svg.Line(left, bottom, right, bottom, "axis");
        var level = 0;
        foreach (var happening in report.Happenings)
        {
            var x = time.At(happening.Utc);
            svg.Line(x, top - 8, x, bottom, "event-thin");
            svg.Text(x + (x > right - 40 ? -4 : 4), top - 2 + 13 * (level++ % 2), $"{(char)('a' + report.Happenings.ToList().IndexOf(happening))}", "label strong");
        }
        return svg.ToString();
    }

    static string Happenings(PilotReport report) => report.Happenings.Count == 0 ? "" : "<br>" + string.Join(" ", report.Happenings.Select((h, n) =>
        $"<strong>{(char)('a' + n)}</strong>\u00a0{Day(h.Utc)}, {Svg.Escape(h.Place)}: {Svg.Escape(h.What)}."));

    static string Refusals(PilotReport report) => report.Refusals.Count == 0 ? "" :
        $" Refused: {string.Join(", ", report.Refusals.OrderByDescending(r => r.Value).Select(r => $"{Svg.Escape(r.Key)} {Count(r.Value)}"))}.";

    static string Observatory(PilotSummary summary) => summary.Observations == 0 ? "" :
        $" The observatory took {Count(summary.Observations)} observations, {(summary.ObservationsTwice == 0 ? "none" : Count(summary.ObservationsTwice))} of them twice.";

    static string Days(SealedDays days) => (days.All == 0 ? "none" : Of(days.Sealed, days.All)) + (days.Broken == 0 ? "" : $" <span class=\"wrong\">{Count(days.Broken)} broken</span>");

    static string SealSentence(SealedDays days)
    {
        if (days.All == 0) return "No day was sealed.";
        var open = new[] { (days.Pending, "pending: its seal comes with the next day"), (days.Unsealable, "unsealable: a frame or the chain was lost"), (days.Broken, "broken") }
            .Where(state => state.Item1 > 0).Select(state => $"{Count(state.Item1)} {state.Item2}");
        return $"A day of a node is sealed when all its frames are here and are the ones the node sealed: {Of(days.Sealed, days.All)} are{string.Concat(open.Select(o => "; " + o))}.";
    }

    static string Faults(PilotSummary summary) => summary.Faults.Count == 0 ? "" :
        $"<ul class=\"wrong\">{string.Concat(summary.Faults.Take(MostFaults).Select(fault => $"<li>{Svg.Escape(fault)}</li>"))}</ul>";

    static string Kills(PilotSummary summary) => summary.GatewayKills == 0 ? "" : $" The gateway was killed and restarted {Count(summary.GatewayKills)} times meanwhile.";
}

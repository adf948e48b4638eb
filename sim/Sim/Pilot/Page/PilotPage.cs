using System.Reflection;
using System.Text;
using static FourPerMille.Sensor.Sim.Pilot.Page.Words;

namespace FourPerMille.Sensor.Sim.Pilot.Page;

/// <summary>
/// Draws a pilot as one self-contained page: no script, no network, light and dark, fit for paper and for a screen reader. It reads as
/// a story (what happened, where, what was measured, how sure, what was lost, what a stranger can check) and takes every number from
/// the <see cref="PilotReport"/>.
/// </summary>
public static class PilotPage
{
    public static string Render(PilotReport report)
    {
        var page = new StringBuilder();
        page.Append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">")
            .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"color-scheme\" content=\"light dark\">")
            .Append($"<title>FourPerMille pilot, {Day(report.StartUtc)} to {Day(report.EndUtc)}</title>")
            .Append("<style>").Append(StyleSheet()).Append("</style></head><body>")
            .Append("<a class=\"skip\" href=\"#story\">Skip to the story</a>");
        page.Append(Header(report));
        page.Append("<main>");
        page.Append(StorySection.Render(report));
        page.Append(PlanSection.Render(report));
        page.Append(EstimateSection.Render(report));
        page.Append(DepthSection.Render(report));
        page.Append(LedgerSection.Render(report));
        page.Append(JourneySection.Render(report));
        page.Append(LimitsSection(report));
        page.Append("</main>").Append(Footer(report)).Append("</body></html>");
        return page.ToString();
    }

    static string Header(PilotReport report)
    {
        var summary = report.Summary;
        var coverage = report.SelfConsistency ? "90 % intervals that hold the truth (self-consistency)" : "90 % intervals that hold the laboratory's value";
        return $"""
            <header class="top">
            <p class="kicker">FourPerMille.Sensor · pilot on virtual ground</p>
            <h1>{StorySection.Headline(report)}</h1>
            <p class="lead">{Count(report.Summary.Nodes)} solar nodes measured two twin fields for {Fixed((report.EndUtc - report.StartUtc).TotalDays, 0)} days,
            one on the loess of the Beauce in France, one on the red earth of the Borgou in Benin. This page shows what they found, how sure they are,
            and how anyone can check it.</p>
            <dl class="figures">
            {Figure(Count(summary.Sampled), "frames written by the nodes: readings, and a seal a day", report.Summary.Conserved ? "every one accounted for" : "the account does not close", summary.Conserved)}
            {Figure(Count(summary.Readings), "readings stored before they were acknowledged", $"{Count(summary.Pending)} frames still on a node, {Count(summary.DeclaredLost)} declared lost; {Of(summary.SealedDays.Sealed, summary.SealedDays.All)} days sealed", summary.Missing == 0 && summary.SealedDays.Broken == 0)}
            {Figure(Percent(summary.SocCoverage90), coverage, $"{Count(summary.Estimates)} estimates, {Count(summary.Abstentions)} abstentions", true)}
            {Figure(Count(summary.RecordsVerified), "signed records verified", $"of {Count(summary.Records)} in the log, by an independent verifier" + (summary.RecordsWitnessed > 0 ? $"; {Count(summary.RecordsWitnessed)} cosigned by a witness" : ""), summary.AllVerified)}
            </dl>
            </header>
            """;
    }

    static string Figure(string value, string what, string detail, bool good) =>
        $"<div class=\"figure{(good ? "" : " bad")}\"><dt>{Svg.Escape(what)}</dt><dd class=\"value\">{value}</dd><dd class=\"detail\">{Svg.Escape(detail)}</dd></div>";

    static string LimitsSection(PilotReport report) => $"""
        <section id="limits" aria-labelledby="limits-h">
        <h2 id="limits-h">What this page does not show</h2>
        <ul class="limits">
        <li>{(report.SelfConsistency
            ? "The soils are generated. Their spectra come from the physics of light in powders, which the regression under test does not use, but a computed soil is simpler than a real one: the coverage above is a <strong>self-consistency</strong> of the whole line, not a proof for real ground."
            : $"The soils are real, their wetting and the spectral head are simulated: {Svg.Escape(report.SoilsDescription)}. The coverage above holds for these soils and this simulation of wetting.")}</li>
        <li>All estimates of one region share one model and its bias; more nodes do not average that away. Laboratory cores stay part of every campaign.</li>
        <li>A handful of points in a few weeks cannot show a change of 4 per mille a year. They show that what is claimed can be checked.</li>
        <li>The records of a simulated run say <code>simulated</code> and are signed with a key that a real observatory refuses.</li>
        </ul></section>
        """;

    static string Footer(PilotReport report) => $"""
        <footer><p>Virtual time {Moment(report.StartUtc)} to {Moment(report.EndUtc)}, a reading every {report.IntervalMinutes} minutes, seed {report.Seed};
        ran in {Fixed(report.Elapsed.TotalSeconds, 0)} s. Soils: {Svg.Escape(report.SoilsDescription)}.
        {string.Join(" ", report.Regions.Select(r => $"{Svg.Escape(r.Title)}: {Svg.Escape(r.WeatherDescription)}."))}</p></footer>
        """;

    static string StyleSheet()
    {
        using var style = Assembly.GetExecutingAssembly().GetManifestResourceStream("pilot.css")!;
        return new StreamReader(style).ReadToEnd();
    }
}

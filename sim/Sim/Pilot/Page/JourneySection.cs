using System.Text.RegularExpressions;
using static FourPerMille.Sensor.Sim.Pilot.Page.Words;

namespace FourPerMille.Sensor.Sim.Pilot.Page;

/// <summary>One record from probe to proof: each step shows the very bytes and values that led to the next.</summary>
static partial class JourneySection
{
    static readonly double[] BandsNm = [.. Field.Spectra.Bands.CentresNm];
    static readonly string[] Gains = ["1x", "3.7x", "16x", "64x"];

    public static string Render(PilotReport report)
    {
        if (report.Journey is not { } j) return "";
        var steps = Steps(j).Select((step, n) => $"<li><div class=\"step-head\"><span class=\"n\" aria-hidden=\"true\">{n + 1}</span><h3>{step.Title}</h3></div><div class=\"step-body\">{step.Body}</div></li>");
        return $"""
            <section id="journey" aria-labelledby="journey-h"><h2 id="journey-h">One record, from probe to proof</h2>
            <p>Node {Svg.Escape(j.Label)} ({Svg.Escape(j.Place)}), {Moment(j.Utc)}, epoch {j.Epoch}, reading {j.Sequence}. Every value below is the real one.</p>
            <ol class="journey">{string.Concat(steps)}</ol></section>
            """;
    }

    static IEnumerable<(string Title, string Body)> Steps(Journey j)
    {
        yield return ("The probes are counted, not interpreted", $"""
            <div class="cols"><table class="plain"><caption class="sr">Counts of the probes</caption>
            <tr><th scope="row">Moisture, ADC counts</th><td>{string.Join(" · ", j.MoistureCounts.Select(Counts))}</td></tr>
            <tr><th scope="row">Soil temperature, 1/16 °C</th><td>{string.Join(" · ", j.SoilTemperatureSixteenths.Select(Counts))}</td></tr>
            <tr><th scope="row">Spectral head</th><td>gain {Gains[Math.Clamp(j.Gain, 0, 3)]}, integration code {j.IntegrationCode}</td></tr></table>
            <figure>{Spectrum(j)}<figcaption>18 bands, counts above dark</figcaption></figure></div>
            """);
        yield return ("Frozen into a frame", $"""
            <p>{j.FrameBodyHex.Length / 2} bytes fixed at sampling and a code under the node's own key; these bytes are never re-encoded.</p>
            <pre class="hex" tabindex="0"><span class="body">{Hex(j.FrameBodyHex)}</span> <span class="mac">{Hex(j.FrameMacHex)}</span></pre>
            <p class="note"><span class="key body">body</span> <span class="key mac">message authentication code</span></p>
            """);
        yield return ("Calibrated with the certificate of the very probe", $"""
            <div class="scroll"><table><caption class="sr">Calibrated values</caption><thead><tr><th scope="col">Quantity</th><th scope="col">Value</th><th scope="col">Standard uncertainty</th><th scope="col">Certificate</th></tr></thead>
            <tbody>{string.Concat(j.Calibrated.Select(Row))}</tbody></table></div>
            """);
        yield return ("Estimated, with its doubt", Estimate(j));
        yield return ("Written as a record", $"""
            <p>Canonical JSON: one meaning, one sequence of bytes ({j.CanonicalRecord.Length} of them).</p>
            <pre class="json" tabindex="0">{Highlight(j.CanonicalRecord)}</pre>
            """);
        yield return ("Hashed into the tree", $"""
            <p>Leaf {Count(j.LeafIndex)} of {Count(j.TreeSize)}; {j.ProofHashes.Count} sibling hashes lead from it to the root.</p>
            {Ladder(j)}
            """);
        yield return ("Under a signed checkpoint", $"""
            <pre class="hex" tabindex="0">{Svg.Escape(j.Checkpoint.TrimEnd())}</pre>
            <p class="verdict {(j.Verified ? "ok" : "wrong")}">{(j.Verified
                ? "Verified: the record's bytes lead to this root, and the signature holds." + (j.Witnesses.Count == 0 ? "" : $" Cosigned by {Svg.Escape(string.Join(", ", j.Witnesses))}, who grew the tree anew from the records.")
                : "Not verified.")}</p>
            <p class="note">A stranger needs three files for this and nothing of ours: the record, its proof and the log's public key.
            <code>fpm records bundle</code> packs them with <code>verify.sh</code>, which needs a shell, jq and openssl only.</p>
            """);
    }

    static string Counts(int value) => value == int.MinValue ? "missing" : Count(value);

    static string Row(CalibratedValue value) => $"<tr><th scope=\"row\">{Svg.Escape(value.Quantity)}</th><td>{Fixed(value.Value, Digits(value))} {Svg.Escape(value.Unit)}</td>"
        + $"<td>{Fixed(value.StandardUncertainty, Digits(value))} {Svg.Escape(value.Unit)}</td><td>{Svg.Escape(value.Source)}</td></tr>";

    /// <summary>Two significant digits of the uncertainty, as GUM 7.2.6 advises.</summary>
    static int Digits(CalibratedValue value) => value.StandardUncertainty > 0 ? Math.Clamp(1 - (int)Math.Floor(Math.Log10(value.StandardUncertainty)), 0, 6) : 3;

    static string Estimate(Journey j)
    {
        var e = j.Estimate;
        if (!e.Given) return $"<p>The model abstains: <q>{Svg.Escape(e.Reason ?? "")}</q> {Svg.Escape(e.EndsWhen ?? "")}</p>";
        const double width = 640, height = 74, left = 10, right = 630;
        var axis = Axis.Around([e.Lower90!.Value, e.Upper90!.Value, j.TrueSocGramsPerKg, 0], left, right);
        var svg = new Svg("journey-estimate", width, height, "The estimate and its interval",
            $"Estimate {Fixed(e.Estimate!.Value, 2)} g/kg, 90 % interval {Fixed(e.Lower90.Value, 2)} to {Fixed(e.Upper90.Value, 2)}, truth {Fixed(j.TrueSocGramsPerKg, 2)}", "chart interval");
        foreach (var tick in axis.Ticks(8)) svg.Line(axis.At(tick), 48, axis.At(tick), 53, "axis").Text(axis.At(tick), 68, Fixed(tick, tick % 1 == 0 ? 0 : 1), "tick", "middle");
        svg.Line(left, 48, right, 48, "axis").Rect(axis.At(e.Lower90.Value), 22, axis.At(e.Upper90.Value) - axis.At(e.Lower90.Value), 16, "band-solid")
            .Line(axis.At(e.Estimate.Value), 18, axis.At(e.Estimate.Value), 42, "estimate").Line(axis.At(j.TrueSocGramsPerKg), 12, axis.At(j.TrueSocGramsPerKg), 48, "truth")
            .Text(axis.At(j.TrueSocGramsPerKg), 9, "truth", "label", "middle");
        return $"<p><strong>{Fixed(e.Estimate.Value, 2)} g/kg</strong> organic carbon, standard uncertainty {Fixed(e.StandardUncertainty ?? double.NaN, 2)}, "
            + $"90 % interval {Fixed(e.Lower90.Value, 2)} to {Fixed(e.Upper90.Value, 2)}; verdict <q>{Svg.Escape(e.Verdict)}</q>.</p>{svg}";
    }

    static string Spectrum(Journey j)
    {
        const double width = 330, height = 96;
        var most = Math.Max(1, j.BandCounts.Where(c => c != int.MinValue).DefaultIfEmpty(1).Max());
        var svg = new Svg("journey-spectrum", width, height, "Counts of the 18 bands", string.Join(", ", j.BandCounts.Select((c, n) => $"{BandsNm[n]:0} nm {Counts(c)}")), "chart");
        for (var band = 0; band < Math.Min(BandsNm.Length, j.BandCounts.Count); band++)
        {
            var tall = j.BandCounts[band] == int.MinValue ? 0 : 74.0 * j.BandCounts[band] / most;
            svg.Raw($"<rect x=\"{Svg.N(4 + band * 18)}\" y=\"{Svg.N(78 - tall)}\" width=\"15\" height=\"{Svg.N(tall)}\" fill=\"{Colour(BandsNm[band])}\"/>");
        }
        return svg.Text(4, 92, "410 nm", "tick").Text(width - 6, 92, "940 nm", "tick", "end").ToString();
    }

    /// <summary>Roughly the colour of the light; beyond red, shades of maroon.</summary>
    static string Colour(double nm) => nm switch
    {
        < 425 => "#6b3fa0", < 450 => "#4b4fc4", < 475 => "#3476c9", < 500 => "#2f9bb0", < 525 => "#35a06a", < 550 => "#5aa63a", < 575 => "#9fae2f",
        < 600 => "#d3a62a", < 630 => "#d67f2a", < 665 => "#c9552e", < 695 => "#b23a34", < 720 => "#96303a", < 750 => "#7f2f3d", < 800 => "#6d3440", < 850 => "#614049",
        < 880 => "#5a4a50", < 920 => "#585358", _ => "#565a5e",
    };

    /// <summary>The way up: leaf, siblings, root.</summary>
    static string Ladder(Journey j)
    {
        var rungs = j.ProofHashes.Select((hash, n) => $"<li><span>with sibling {n + 1}</span> <code>{Short(hash)}</code></li>");
        return $"<ol class=\"ladder\"><li class=\"end\"><span>leaf</span> <code>{Svg.Escape(j.LeafHashHex)}</code></li>{string.Concat(rungs)}<li class=\"end\"><span>root</span> <code>{Svg.Escape(j.RootHash)}</code></li></ol>";
    }

    static string Short(string hash) => hash.Length <= 28 ? Svg.Escape(hash) : $"{Svg.Escape(hash[..16])}…{Svg.Escape(hash[^8..])}";

    static string Highlight(string json) => Name().Replace(Svg.Escape(json), "<span class=\"name\">$0</span>").Replace("&quot;,<", "&quot;,<wbr><");

    [GeneratedRegex("&quot;[A-Za-z0-9_@.:-]+&quot;(?=:)")]
    private static partial Regex Name();
}

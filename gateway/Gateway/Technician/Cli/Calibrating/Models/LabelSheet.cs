using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Technician.Web;

namespace FourPerMille.Sensor.Gateway.Technician.Cli.Calibrating.Models;

/// <summary>Labels as one file that any browser prints: 21 on a sheet of A4, each with the code that a laboratory's scanner reads.</summary>
static class LabelSheet
{
    const string Style = """
        @page{size:A4;margin:8mm 4mm} body{margin:0;font-family:sans-serif} ul{list-style:none;margin:0;padding:0;display:grid;grid-template-columns:repeat(3,1fr)}
        li{display:flex;gap:3mm;align-items:center;min-height:37mm;padding:2mm;box-sizing:border-box;break-inside:avoid} svg{width:26mm;height:26mm;shape-rendering:crispEdges}
        path{stroke:#000;stroke-width:1;fill:none} strong{display:block;font:bold 13pt monospace} span{display:block;font-size:9pt}
        """;

    public static string Write(JsonNode campaign)
    {
        var name = Text((string)campaign["name"]!);
        var page = new StringBuilder($"<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{name}</title><style>{Style}</style></head><body><ul>\n");
        foreach (var sample in campaign["samples"]!.AsArray())
        {
            var id = (string)sample!["sample"]!;
            page.Append($"<li><svg viewBox=\"{QrSvg.Box(id)}\" role=\"img\" aria-label=\"{id}\"><path d=\"{QrSvg.Path(id)}\"/></svg><div><strong>{id}</strong><span>{name}</span><span>{Text((string)sample["stratum"]!)} {sample["point"]}</span><span>{sample["topCm"]}–{sample["bottomCm"]} cm</span></div></li>\n");
        }
        return page.Append("</ul></body></html>\n").ToString();
    }

    static string Text(string text) => WebUtility.HtmlEncode(text);
}

namespace FourPerMille.Sensor.Gateway.Technician.Web.Layout;

/// <summary>The console's pictograms as SVG paths: strokes of width 2 on a 24 by 24 field.</summary>
static class Pictograms
{
    static readonly Dictionary<string, string> Paths = new()
    {
        // A sprout over three layers of soil.
        ["brand"] = "M12 11V6M12 8c0-3 2-5 5-5 0 3-2 5-5 5zM12 9C12 7 10.500 5 7 5c0 3 2 4 5 4zM3 13h18M5 17h14M8 21h8",
        ["field"] = "M3 20h18M3 20l4-12h10l4 12M12 8v12M9.500 8L8 20M14.500 8L16 20M17 4a2 2 0 1 1-4 0 2 2 0 0 1 4 0z",
        ["target"] = "M12 3a9 9 0 1 1-.1 0zM12 8a4 4 0 1 1-.1 0zM12 1v4M12 19v4M1 12h4M19 12h4",
        // Steps of calibrations: a probe in air, in a glass of water, in a pot of soil, in ice, in a bath, under gas, over a panel, over a tile; an oven.
        ["air"] = "M12 3v11M9 14h6v7H9zM3 7c2-2 4 2 6 0M15 7c2-2 4 2 6 0",
        ["water"] = "M12 2v9M10 9h4v8h-4zM4 6l2 15h12l2-15M5 12h5M14 12h5",
        ["soil"] = "M12 2v9M10 9h4v8h-4zM4 8l2 13h12l2-13M5 13l5-1M14 12l5 1M8 18h.1M16 17h.1",
        ["ice"] = "M12 2v20M3 7l18 10M21 7L3 17M9 4l3 3 3-3M9 20l3-3 3 3",
        ["bath"] = "M3 10h18l-2 11H5zM10 10V4a2 2 0 0 1 4 0v6M6 14c2-2 4 2 6 0s4 2 6 0",
        ["gas"] = "M9 21V9h6v12zM11 9V5h2v4M10 5h4M15 12h5M18 10l2 2-2 2",
        ["panel"] = "M7 3h10l-2 7H9zM4 16h16v5H4zM12 10v5",
        ["tile"] = "M7 3h10l-2 7H9zM4 16h16v5H4zM9 16v5M15 16v5M12 10v5",
        ["oven"] = "M4 4h16v17H4zM7 10h10v8H7zM7 7h.1M11 7h.1M10 13v2M14 13v2",
        ["menu"] = "M4 6h16M4 12h16M4 18h16",
        ["people"] = "M9 5a3 3 0 1 1-.1 0zM3 20c0-5 2-7 6-7s6 2 6 7M16 6a2.500 2.500 0 1 1-.1 5M17 13c3 0 4 3 4 7",
        ["bell"] = "M6 17V11a6 6 0 0 1 12 0v6l2 2H4zM10 21h4",
        ["moisture"] = "M12 3c4 5 6 8 6 11a6 6 0 0 1-12 0c0-3 2-6 6-11z",
        ["soilTemperature"] = "M10 14V5a2 2 0 0 1 4 0v9a4 4 0 1 1-4 0zM12 9v8",
        ["airTemperature"] = "M10 14V5a2 2 0 0 1 4 0v9a4 4 0 1 1-4 0zM17 5h4M17 9h3",
        ["humidity"] = "M8 4c3 4 4 6 4 8a4 4 0 0 1-8 0c0-2 1-4 4-8zM17 10c2 3 3 4 3 6a3 3 0 0 1-6 0c0-2 1-3 3-6z",
        ["pressure"] = "M4 16a8 8 0 1 1 16 0M12 16l4-5M3 20h18",
        ["co2"] = "M8 9a3 3 0 1 0 0 5M13.500 8.500a3 3 0 1 0 .1 0zM18 14c3-1 3 1 0 4h3",
        ["battery"] = "M3 8h15v8H3zM18 11h3v2h-3M6 10v4M9 10v4M12 10v4",
        ["spectral-head"] = "M12 3v3M5 6l2 2M19 6l-2 2M7 12h10l-2 6H9zM9 21h6",
        ["clock"] = "M12 3a9 9 0 1 1-.1 0zM12 7v5l4 2",
        ["signal"] = "M12 19v-6M8 10a6 6 0 0 1 8 0M5 7a10 10 0 0 1 14 0M12 19h.1",
        ["ledger"] = "M5 3h14v18H5zM8 8h8M8 12h8M8 16h5",
        ["certificate"] = "M4 4h16v11H4zM8 8h8M8 11h5M14 15v6l2-1.500L18 21v-6",
        // An envelope on its way; two fields side by side; a satellite's cell on a map; what is withheld; a person's mark; a thermometer's bulb is soilTemperature.
        ["outbox"] = "M3 6h14v11H3zM3 6l7 6 7-6M19 9h3M18 12h4M19 15h3",
        ["twins"] = "M2 20h9M13 20h9M3 20l2-9h4l1 9M14 20l1-9h4l2 9M7 11V6M17 11V6",
        ["cell"] = "M3 3h18v18H3zM3 9h18M3 15h18M9 3v18M15 3v18",
        ["withheld"] = "M12 3a9 9 0 1 1-.1 0zM6 6l12 12",
        ["pin"] = "M12 21c4-5 6-8 6-11a6 6 0 0 0-12 0c0 3 2 6 6 11zM12 8a2 2 0 1 1-.1 0z",
        ["person"] = "M12 4a4 4 0 1 1-.1 0zM4 21c0-6 3-8 8-8s8 2 8 8",
        ["carbon"] = "M12 21v-7M12 16c-4 0-6-2-6-6 4 0 6 2 6 6zM12 14c0-4 2-6 6-6 0 4-2 6-6 6zM4 21h16",
        ["open"] = "M4 20V9l8-6 8 6v11M9 20v-6h6v6",
        ["good"] = "M4 13l5 5L20 6",
        ["note"] = "M12 3a9 9 0 1 1-.1 0zM12 11v5M12 7.500v.1",
        ["warning"] = "M12 3l10 18H2zM12 10v5M12 18v.1",
        ["alarm"] = "M8 3h8l5 5v8l-5 5H8l-5-5V8zM12 8v5M12 16.500v.1",
    };

    /// <summary>All names: a page that asks for another is a fault a test finds.</summary>
    public static IEnumerable<string> Names => Paths.Keys;

    public static string Path(string name) => Paths[name];
}

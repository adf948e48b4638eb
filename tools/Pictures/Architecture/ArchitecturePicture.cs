using FourPerMille.Sensor.Sim.Pilot.Page;

namespace FourPerMille.Sensor.Pictures.Architecture;

/// <summary>
/// Two halves: a reading's way through the code, and the rooms in layers. A room stands above all that it knows, so every reference points down; whom it
/// knows is written in it, because twenty arrows between twenty boxes tell nobody anything.
/// </summary>
sealed class ArchitecturePicture
{
    const double Width = 1200, Margin = 24, StepTop = 96, StepHeight = 170, StepGap = 22;
    const double LayersTop = 374, HouseGap = 16, HouseHead = 30, RoomGap = 10, Line = 15;

    const string Style = "<style>text{font:12px system-ui,'Segoe UI',Helvetica,Arial,sans-serif;fill:#1f1b16}.title{font-size:20px;font-weight:650}.head{font-size:14px;font-weight:650}.name{font-weight:650;font-size:13px}"
        + ".small{font-size:11px;fill:#4a443c}.code{font:10.5px ui-monospace,Consolas,Menlo,monospace;fill:#4a443c}.paper{fill:#fff}.step{fill:#faf8f3;stroke:#4a5a3a;stroke-width:1.5}.way{stroke:#8a5a2b;stroke-width:2.2;fill:none}"
        + ".tip{fill:#8a5a2b}.back{stroke:#3d6b8c;stroke-width:2;stroke-dasharray:6 4;fill:none}.backtip{fill:#3d6b8c}.house{fill:#f5f2ea;stroke:#cfc6b6}.room{fill:#fff;stroke:#5d564c;stroke-width:1.2}"
        + ".chip{stroke:#5d564c;stroke-width:.8}.firmware{fill:#f3e3c8}.gateway{fill:#dbe8d6}.sim{fill:#d9e5ef}.tests,.tools{fill:#ececec}.beside{fill:#fff;stroke-dasharray:3 2}</style>";

    static readonly (string Name, double Width)[] HouseWidths = [("firmware", 424), ("sim", 312), ("gateway", 384)];

    readonly Svg svg;
    readonly IReadOnlyList<Room> rooms;
    readonly Dictionary<string, int> layer = [];
    readonly double height;

    ArchitecturePicture(IReadOnlyList<Room> rooms)
    {
        this.rooms = rooms;
        foreach (var room in rooms) LayerOf(room);
        height = LayersTop + HouseHead + RowTops()[^1] + 34;
        svg = new Svg("architecture", Width, height, "The code: a reading's way, and who knows whom", Described());
    }

    public static string Draw() => new ArchitecturePicture(Room.All()).Drawn();

    string Drawn()
    {
        svg.Raw(Style).Rect(0, 0, Width, height, "paper").Text(Margin, 38, "From a probe to a proof: the code", "title");
        svg.Text(Margin, 76, "A reading's way", "head").Text(Margin + 132, 76, "under each station the type that does it, its folder, and the rooms that the folder calls", "small");
        Way();
        svg.Text(Margin, LayersTop - 14, "Who knows whom", "head").Text(Margin + 154, LayersTop - 14, "a room stands above all that it is compiled against; dashed: loaded or started at run time, never referenced", "small");
        Houses();
        svg.Text(Margin, height - 10, "Drawn from the project files, the usings and DESIGN.md by 'dotnet run --project tools/Pictures'.", "small");
        return svg.ToFile();
    }

    void Way()
    {
        var width = (Width - 2 * Margin - StepGap * (Step.All.Count - 1)) / Step.All.Count;
        for (var i = 0; i < Step.All.Count; i++)
        {
            var (step, x) = (Step.All[i], Margin + i * (width + StepGap));
            svg.Rect(x, StepTop, width, StepHeight, "step", "rx=\"7\" ").Text(x + 9, StepTop + 21, step.Name, "name");
            var y = StepTop + 39;
            foreach (var line in Wrapped(step.Does, 15)) (_, y) = (svg.Text(x + 9, y, line, "small"), y + 13.5);
            y = StepTop + 100;
            foreach (var line in Wrapped(step.TypeName, 16, atCapitals: true)) (_, y) = (svg.Text(x + 9, y, line, "code"), y + 12);
            Chips(x + 9, StepTop + StepHeight - 43, x + width - 4, step.Uses, "");
            svg.Text(x + 1, StepTop + StepHeight + 15, Shortened(step.Folder), "code");
            if (i > 0) Arrow(x - StepGap + 1, StepTop + 44, x - 3, "way", "tip");
        }
        Back(from: Margin + 3 * (width + StepGap) + width / 2, to: Margin + width + StepGap + width / 2);
    }

    /// <summary>The acknowledgement, from the ledger back to the node's link.</summary>
    void Back(double from, double to)
    {
        const double y = StepTop + StepHeight + 42;
        svg.Raw($"<path class=\"back\" d=\"M{Svg.N(from)} {Svg.N(y - 20)}V{Svg.N(y)}H{Svg.N(to)}V{Svg.N(y - 18)}\"/>");
        svg.Raw($"<path class=\"backtip\" d=\"M{Svg.N(to)} {Svg.N(y - 22)}l-5 9h10z\"/>");
        svg.Text((from + to) / 2, y + 15, "acknowledged: on disk, the node may forget it", "small", "middle");
    }

    void Houses()
    {
        var (tops, x) = (RowTops(), Margin);
        foreach (var (house, width) in HouseWidths)
        {
            svg.Rect(x, LayersTop, width, HouseHead + tops[^2] - RoomGap + 8, "house", "rx=\"7\" ").Text(x + 12, LayersTop + 20, house + "/", "head");
            for (var row = 0; row < tops.Count - 2; row++)
                Row(Of(house, row), x + 10, width - 20, LayersTop + HouseHead + tops[row], tops[row + 1] - tops[row] - RoomGap);
            x += width + HouseGap;
        }
        var bottom = LayersTop + HouseHead + tops[^2] + 8;
        svg.Rect(Margin, bottom, Width - 2 * Margin, tops[^1] - tops[^2] - 14, "house", "rx=\"7\" ").Text(Margin + 12, bottom + 20, "tests/ and tools/", "head");
        Row(Others, Margin + 10, Width - 2 * Margin - 20, bottom + HouseHead, tops[^1] - tops[^2] - 52);
    }

    void Row(IReadOnlyList<Room> row, double x, double width, double y, double height)
    {
        var each = EachOf(row.Count, width);
        for (var i = 0; i < row.Count; i++) Box(row[i], x + i * (each + RoomGap), y + height, each);
    }

    static double EachOf(int boxes, double width) => (width - RoomGap * (boxes - 1)) / Math.Max(1, boxes);

    /// <summary>As tall as it needs, standing on its layer's floor.</summary>
    void Box(Room room, double x, double floor, double width)
    {
        var height = Needs(room, width);
        var y = floor - height;
        svg.Rect(x, y, width, height, "room", "rx=\"5\" ").Text(x + 9, y + 18, room.Name, "name");
        var at = y + 18 + Line;
        foreach (var line in Said(room, width)) (_, at) = (svg.Text(x + 9, at, line, "small"), at + Line - 1);
        Chips(x + 9, at - 5, x + width - 6, room.Knows.Concat(room.RunsBeside), room.Folder);
    }

    IEnumerable<string> Said(Room room, double width)
    {
        var characters = (int)((width - 16) / 6);
        return Wrapped(room.What, characters).Concat(room.Packages.Count == 0 || room.House == "tests" ? [] : Wrapped("+ " + string.Join(", ", room.Packages), characters));
    }

    /// <summary>One after another, going on in the next line at the right edge.</summary>
    void Chips(double x, double y, double right, IEnumerable<string> folders, string of)
    {
        var (left, beside) = (x, rooms.FirstOrDefault(r => r.Folder == of)?.RunsBeside ?? []);
        foreach (var folder in folders)
        {
            var name = NameOf(folder);
            var width = ChipWidth(name);
            if (x + width > right && x > left) (x, y) = (left, y + 18);
            svg.Rect(x, y, width, 15, $"chip {folder[..folder.IndexOf('/')]}{(beside.Contains(folder) ? " beside" : "")}", "rx=\"7\" ").Text(x + width / 2, y + 11.2, name, "small", "middle");
            x += width + 5;
        }
    }

    string NameOf(string folder) => rooms.FirstOrDefault(room => room.Folder == folder)?.Name ?? Path.GetFileName(folder);

    static double ChipWidth(string name) => 13 + 6.1 * name.Length;

    void Arrow(double x1, double y, double x2, string line, string tip) =>
        svg.Line(x1, y, x2 - 6, y, line).Raw($"<path class=\"{tip}\" d=\"M{Svg.N(x2)} {Svg.N(y)}l-8 -4.5v9z\"/>");

    /// <summary>One above the highest of those it knows; 0 for whoever knows nobody of ours.</summary>
    int LayerOf(Room room)
    {
        if (layer.TryGetValue(room.Folder, out var known)) return known;
        return layer[room.Folder] = room.Knows.Select(folder => rooms.FirstOrDefault(r => r.Folder == folder)).OfType<Room>().Select(r => LayerOf(r) + 1).DefaultIfEmpty(0).Max();
    }

    IReadOnlyList<Room> Of(string house, int row)
    {
        var highest = rooms.Where(r => !Others.Contains(r)).Max(r => layer[r.Folder]);
        return [.. rooms.Where(r => r.House == house && layer[r.Folder] == highest - row)];
    }

    IReadOnlyList<Room> Others => [.. rooms.Where(r => r.House is "tests" or "tools")];

    /// <summary>Where each layer begins, from the highest down, then the row of tests, then the end; each as tall as its tallest box needs.</summary>
    List<double> RowTops()
    {
        var rows = rooms.Where(r => !Others.Contains(r)).Max(r => layer[r.Folder]) + 1;
        var tops = new List<double> { 0 };
        for (var row = 0; row < rows; row++)
        {
            var needs = HouseWidths.SelectMany(house => Of(house.Name, row).Select(room => Needs(room, EachOf(Of(house.Name, row).Count, house.Width - 20))));
            tops.Add(tops[^1] + needs.Max() + RoomGap);
        }
        tops.Add(tops[^1] + Others.Max(room => Needs(room, EachOf(Others.Count, Width - 2 * Margin - 20))) + 48);
        return tops;
    }

    double Needs(Room room, double width)
    {
        var (x, lines) = (0.0, room.Knows.Count + room.RunsBeside.Count > 0 ? 1 : 0);
        foreach (var folder in room.Knows.Concat(room.RunsBeside))
        {
            var chip = ChipWidth(NameOf(folder));
            if (x + chip > width - 15 && x > 0) (x, lines) = (0, lines + 1);
            x += chip + 5;
        }
        return 18 + Line * (1 + Said(room, width).Count()) + 18 * lines;
    }

    static IEnumerable<string> Wrapped(string text, int characters, bool atCapitals = false)
    {
        var words = atCapitals ? System.Text.RegularExpressions.Regex.Split(text, "(?<=[a-z])(?=[A-Z])") : text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var line = "";
        foreach (var word in words)
        {
            var longer = line.Length == 0 ? word : line + (atCapitals ? "" : " ") + word;
            if (longer.Length > characters && line.Length > 0) yield return line;
            line = longer.Length > characters && line.Length > 0 ? word : longer;
        }
        if (line.Length > 0) yield return line;
    }

    static string Shortened(string folder) => folder.Replace("gateway/Gateway/", "…/", StringComparison.Ordinal).Replace("firmware/Node/", "…/", StringComparison.Ordinal).Replace("sim/Sim/", "sim/…/", StringComparison.Ordinal);

    string Described() => "A reading's way: " + string.Join("; ", Step.All.Select(step => $"{step.Name} ({step.Source}) {step.Does}")) + ". Who knows whom: "
        + string.Join("; ", rooms.Select(room => $"{room.Folder} knows {(room.Knows.Count == 0 ? "nobody" : string.Join(", ", room.Knows))}")) + ".";
}

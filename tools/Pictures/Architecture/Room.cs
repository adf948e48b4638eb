using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace FourPerMille.Sensor.Pictures.Architecture;

/// <summary>
/// One box of the picture: a project, or a folder of firmware sources that projects compile. What it is stands in DESIGN.md's table of rooms; whom it
/// knows, in its project file and, for sources without one, in their usings.
/// </summary>
/// <param name="Folder">From the root, such as gateway/Mrv.</param>
/// <param name="Name">Its project's, without the prefix that all have.</param>
/// <param name="Knows">Rooms it is compiled against, or whose sources it compiles.</param>
/// <param name="RunsBeside">Rooms it is never compiled against: built before it, then loaded or started.</param>
/// <param name="Packages">What it takes from elsewhere.</param>
sealed partial record Room(string Folder, string Name, string What, IReadOnlyList<string> Knows, IReadOnlyList<string> RunsBeside, IReadOnlyList<string> Packages)
{
    /// <summary>firmware, gateway, sim, tests or tools.</summary>
    public string House => Folder[..Folder.IndexOf('/')];

    public static IReadOnlyList<Room> All()
    {
        var table = DesignTable();
        var projects = Projects().ToDictionary(file => Path.GetDirectoryName(file)!, file => file);
        return [.. projects.Keys.Append("firmware/Node").Distinct().Order(StringComparer.Ordinal).Select(folder => Of(folder, projects.GetValueOrDefault(folder), table))];
    }

    static Room Of(string folder, string? project, IReadOnlyDictionary<string, string> table)
    {
        var what = folder.StartsWith("tests/", StringComparison.Ordinal) ? "" : table.GetValueOrDefault(Outer(folder))
            ?? throw new InvalidOperationException($"DESIGN.md, \"The rooms and the arrows\": no row for {folder}. Say there what it is and whom it may know.");
        if (project is null) return new(folder, Path.GetFileName(folder), what, UsedBySources(folder), [], []);

        var xml = XDocument.Load(Path.Combine(Checkout.Root, project));
        XName Named(string name) => xml.Root!.Name.Namespace + name;
        string Target(XElement item) => FolderOf(folder, (string)item.Attribute("Include")!);
        var references = xml.Descendants(Named("ProjectReference")).ToLookup(r => (string?)r.Attribute("ReferenceOutputAssembly") == "false", r => Path.GetDirectoryName(Target(r))!);
        var sources = xml.Descendants(Named("Compile")).Where(c => ((string?)c.Attribute("Include"))?.StartsWith("..", StringComparison.Ordinal) == true)
            .Select(c => Path.GetDirectoryName(Target(c))!).Select(SourceRoom).Where(room => room != folder);
        // In brackets: only in a build that asks for it.
        var packages = xml.Descendants(Named("PackageReference")).Select(p => p.Parent!.Attribute("Condition") is null ? (string)p.Attribute("Include")! : $"({(string)p.Attribute("Include")!})");
        return new(folder, Path.GetFileNameWithoutExtension(project).Replace("FourPerMille.Sensor.", "", StringComparison.Ordinal), what, Sorted(references[false].Concat(sources)), Sorted(references[true]), [.. packages]);
    }

    static string FolderOf(string folder, string include)
    {
        var whole = Path.GetFullPath(Path.Combine(Checkout.Root, folder, include.Replace('\\', '/').Replace("**", "")));
        return Path.GetRelativePath(Checkout.Root, whole);
    }

    /// <summary>firmware/Node/Probes/BME280 is of firmware/Node.</summary>
    static string SourceRoom(string folder) => string.Join('/', folder.Split('/').Take(2));

    /// <summary>The row that speaks of a room within another: firmware/NanoReferences/Core.</summary>
    static string Outer(string folder) => folder.StartsWith("firmware/NanoReferences/", StringComparison.Ordinal) ? "firmware/NanoReferences" : folder;

    static IReadOnlyList<string> Sorted(IEnumerable<string> folders) => [.. folders.Distinct().Order(StringComparer.Ordinal)];

    /// <summary>The device's own projects are nowhere but in their folders: the solution does not build them.</summary>
    static IEnumerable<string> Projects() => Directory.EnumerateFiles(Checkout.Root, "*.*proj", SearchOption.AllDirectories).Where(IsSource)
        .Select(file => Path.GetRelativePath(Checkout.Root, file));

    public static IReadOnlyList<string> UsedBySources(string folder) =>
        [.. Directory.EnumerateFiles(Path.Combine(Checkout.Root, folder), "*.cs", SearchOption.AllDirectories).Where(IsSource)
            .SelectMany(file => UsedRoom().Matches(File.ReadAllText(file)).Select(m => m.Groups[1].Value)).Distinct().Order(StringComparer.Ordinal)
            .Select(name => name == "Payload" ? "firmware/Payload" : "gateway/" + name)];

    public static bool IsSource(string file) => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal);

    static Dictionary<string, string> DesignTable() => File.ReadLines(Path.Combine(Checkout.Root, "DESIGN.md")).Where(line => line.StartsWith("| ", StringComparison.Ordinal))
        .Select(line => line.Split('|', StringSplitOptions.TrimEntries)).Where(cells => cells[1].Contains('/')).ToDictionary(cells => cells[1], cells => cells[2]);

    [GeneratedRegex(@"^\s*using (?:static )?FourPerMille\.Sensor\.(Payload|Estimation|Mrv|Mqtt)[.;]", RegexOptions.Multiline)]
    private static partial Regex UsedRoom();
}

namespace FourPerMille.Sensor.NanoReferences;

/// <summary>Parts.txt: which listings make the references, and who answers for their types. One directive a line; see the file.</summary>
public sealed class Parts
{
    public List<(string Listing, bool Core)> Listings { get; } = [];
    public HashSet<string> OnBoard { get; } = [];
    public HashSet<string> Modelled { get; } = [];
    public HashSet<string> Repeatable { get; } = [];
    public Dictionary<string, string> Omitted { get; } = [];
    public Dictionary<string, HashSet<string>> Kept { get; } = [];

    public static Parts Read(string file)
    {
        var parts = new Parts();
        foreach (var (line, number) in File.ReadLines(file).Select((l, i) => (l.Trim(), i + 1)))
        {
            if (line.Length == 0 || line.StartsWith('#')) continue;
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (!parts.Take(words[0], words[1..])) throw new FormatException($"{file}({number}): no such directive: {line}");
        }
        return parts;
    }

    bool Take(string directive, string[] names)
    {
        switch (directive)
        {
            case "core": Listings.AddRange(names.Select(n => (n, true))); return true;
            case "device": Listings.AddRange(names.Select(n => (n, false))); return true;
            case "board": OnBoard.UnionWith(names); return true;
            case "modelled": Modelled.UnionWith(names); return true;
            case "repeatable": Repeatable.UnionWith(names); return true;
            case "omit": Omitted.Add(names[0], string.Join(' ', names[1..])); return true;
            case "only": Kept.Add(names[0], [.. names[1..]]); return true;
            default: return false;
        }
    }
}

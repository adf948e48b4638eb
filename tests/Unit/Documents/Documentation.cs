namespace FourPerMille.Sensor.Unit.Documents;

/// <summary>The pages of the repository, and what they tell a reader to type.</summary>
static class Documentation
{
    /// <summary>Said in a section whose commands a test cannot run.</summary>
    public const string Hardware = "*needs hardware";

    /// <summary>The same on the French pages.</summary>
    public const string HardwareInFrench = "*matériel requis";

    public static IEnumerable<string> Pages => Directory.EnumerateFiles(Repository.Root, "*.md", SearchOption.AllDirectories)
        .Select(page => Path.GetRelativePath(Repository.Root, page))
        .Where(page => !page.Split('/').Any(folder => folder is "bin" or "obj" or "node_modules"));

    /// <summary>The lines of a page's <c>sh</c> blocks, but for sections marked as needing hardware.</summary>
    public static IEnumerable<string> CommandsOf(string page)
    {
        var (block, needsHardware) = ("", false);
        foreach (var line in File.ReadLines(Path.Combine(Repository.Root, page)))
        {
            if (line.StartsWith("```", StringComparison.Ordinal)) block = block.Length > 0 ? "" : line;
            else if (block.Length == 0) needsHardware = NeedsHardware(line) || needsHardware && !line.StartsWith('#');
            else if (block == "```sh" && !needsHardware && line.Split("  #")[0].Trim() is { Length: > 0 } command) yield return command;
        }
    }

    static bool NeedsHardware(string line) => line.StartsWith(Hardware, StringComparison.Ordinal) || line.StartsWith(HardwareInFrench, StringComparison.Ordinal);

    /// <summary>The rows of a page's tables, head and rule left out, cell by cell; of one section where a heading is named.</summary>
    public static IEnumerable<string[]> Rows(string page, string? heading = null)
    {
        var (isWanted, before) = (heading is null, "");
        foreach (var line in File.ReadLines(Path.Combine(Repository.Root, page)))
        {
            if (line.StartsWith('#')) isWanted = heading is null || line.TrimStart('#').Trim() == heading;
            var isRow = line.StartsWith('|') && before.StartsWith('|') && !IsRule(line);
            if (isWanted && isRow) yield return [.. line.Split('|', StringSplitOptions.TrimEntries)[1..^1]];
            before = line;
        }
    }

    public static bool IsRule(string line) => line.StartsWith("|--", StringComparison.Ordinal) || line.StartsWith("|:-", StringComparison.Ordinal);
}

namespace FourPerMille.Sensor.Estimation.Levels.Reading;

/// <summary>A table of a study.</summary>
/// <param name="Conditions">What stands between heading and table.</param>
public sealed record StudyTable(string Title, string Conditions, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows);

/// <summary>The committed study of methods (STUDY.md) as data: what the system says of its accuracy is what was measured and written down there.</summary>
public sealed class Study
{
    public IReadOnlyList<StudyTable> Tables { get; }

    Study(IReadOnlyList<StudyTable> tables) => Tables = tables;

    public static Study Committed { get; } = Read();

    static Study Read()
    {
        using var reader = new StreamReader(typeof(Study).Assembly.GetManifestResourceStream("study.md")!);
        return Parse(reader.ReadToEnd());
    }

    /// <summary>Reads Markdown: each table below a second-level heading, with the text before it.</summary>
    public static Study Parse(string markdown)
    {
        var (tables, title, before, rows) = (new List<StudyTable>(), "", new List<string>(), new List<string[]>());
        foreach (var line in markdown.ReplaceLineEndings("\n").Split('\n').Append(""))
        {
            if (line.StartsWith('|')) { rows.Add([.. line.Trim('|').Split('|').Select(cell => cell.Trim().Trim('*'))]); continue; }
            if (rows.Count > 2) tables.Add(new(title, string.Join(' ', before).Trim(), rows[0], [.. rows.Skip(2)]));
            if (rows.Count > 0) { rows.Clear(); before.Clear(); }
            if (line.StartsWith("## ", StringComparison.Ordinal)) { title = line[3..]; before.Clear(); }
            else if (line.Length > 0) before.Add(line);
        }
        return new(tables);
    }
}

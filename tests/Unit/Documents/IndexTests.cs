using System.Text.RegularExpressions;

namespace FourPerMille.Sensor.Unit.Documents;

/// <summary>INDEX.md leads to every page that explains a folder, with a sentence each.</summary>
public sealed partial class IndexTests
{
    static readonly string[] Kinds = ["DESIGN.md", "SPEC.md", "README.md"];

    static readonly List<(string Page, string Says)> Listed = [.. Entry().Matches(File.ReadAllText(Path.Combine(Repository.Root, "INDEX.md")))
        .Select(m => (m.Groups[1].Value, m.Groups[2].Value.Trim()))];

    [Fact]
    public void No_design_no_specification_and_no_readme_is_missing() =>
        Assert.Empty(Documentation.Pages.Where(page => Kinds.Contains(Path.GetFileName(page))).Except(Listed.Select(entry => entry.Page)).Order());

    [Fact]
    public void None_is_listed_twice_or_gone()
    {
        Assert.Equal(Listed.Count, Listed.Select(entry => entry.Page).Distinct().Count());
        Assert.All(Listed, entry => Assert.True(File.Exists(Path.Combine(Repository.Root, entry.Page)), $"INDEX.md leads to {entry.Page}, which is gone"));
    }

    [Fact]
    public void Each_says_in_a_sentence_what_it_answers() => Assert.All(Listed, entry => Assert.InRange(entry.Says.Length, 20, 200));

    [GeneratedRegex(@"^\| \[[^\]]+\]\(([^)]+)\) \| ([^|]+) \|", RegexOptions.Multiline)]
    private static partial Regex Entry();
}

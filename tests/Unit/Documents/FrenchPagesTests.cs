using System.Text.RegularExpressions;

namespace FourPerMille.Sensor.Unit.Documents;

/// <summary>hardware-docs/fr says in French what hardware-docs says: the same pages, sections, commands and numbers.</summary>
public sealed partial class FrenchPagesTests
{
    const string English = "hardware-docs", French = "hardware-docs/fr";

    /// <summary>Pages that wait for their translation, or whose translation waits for them. Short, and shorter with each landing.</summary>
    static readonly string[] NotYet = [];

    public static TheoryData<string> Pages() => [.. Names(English).Where(page => !page.StartsWith("fr/", StringComparison.Ordinal)).Except(NotYet)];

    [Fact]
    public void Every_page_has_its_French_page_and_none_stands_alone()
    {
        Assert.Equal([.. Names(English).Where(page => !page.StartsWith("fr/", StringComparison.Ordinal)).Except(NotYet).Order()], Names(French).Except(NotYet).Order());
    }

    [Theory, MemberData(nameof(Pages))]
    public void A_page_has_as_many_sections_in_French_on_the_same_levels(string page)
    {
        Assert.Equal(Headings(English, page), Headings(French, page));
    }

    [Theory, MemberData(nameof(Pages))]
    public void What_a_reader_types_is_the_same_in_both_languages_byte_for_byte(string page)
    {
        Assert.Equal(Blocks(English, page), Blocks(French, page));
    }

    [Theory, MemberData(nameof(Pages))]
    public void A_table_s_numbers_are_the_same_in_both_languages(string page)
    {
        Assert.Equal(Numbers(English, page), Numbers(French, page));
    }

    static IEnumerable<string> Names(string folder) => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.md", SearchOption.AllDirectories)
        .Select(page => Path.GetRelativePath(Path.Combine(Repository.Root, folder), page).Replace('\\', '/'));

    static IEnumerable<string> Headings(string folder, string page) =>
        Outside(folder, page).Where(line => line.StartsWith('#')).Select(line => line.Split(' ')[0]);

    static List<string> Blocks(string folder, string page)
    {
        var (blocks, isInside) = (new List<string>(), false);
        foreach (var line in Lines(folder, page))
        {
            if (line.StartsWith("```", StringComparison.Ordinal)) isInside = !isInside;
            if (isInside) blocks.Add(line);
        }
        return blocks;
    }

    /// <summary>Row by row, sorted within a row: word order is each language's own. A decimal comma is a point; a link's target is no number.</summary>
    static IEnumerable<string> Numbers(string folder, string page) => Outside(folder, page)
        .Where(line => line.StartsWith('|') && !Documentation.IsRule(line))
        .Select(line => string.Join(' ', Number().Matches(Target().Replace(line, "]").Replace("\u00a0", "").Replace("\u202f", "")).Select(m => m.Value.Replace(',', '.')).Order(StringComparer.Ordinal)));

    static IEnumerable<string> Outside(string folder, string page)
    {
        var isInside = false;
        foreach (var line in Lines(folder, page))
        {
            if (line.StartsWith("```", StringComparison.Ordinal)) isInside = !isInside;
            else if (!isInside) yield return line;
        }
    }

    static IEnumerable<string> Lines(string folder, string page) => File.ReadLines(Path.Combine(Repository.Root, folder, page));

    [GeneratedRegex(@"\d+(?:[.,]\d+)*")]
    private static partial Regex Number();

    [GeneratedRegex(@"\]\([^)]*\)")]
    private static partial Regex Target();
}

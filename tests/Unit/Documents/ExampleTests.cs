namespace FourPerMille.Sensor.Unit.Documents;

/// <summary>An example's page shows its files, letter by letter: each block of code stands in the file that the line above it names.</summary>
public sealed class ExampleTests
{
    const string Folder = "tests/Examples/AddAProbe";

    static readonly List<(string File, string Code)> Blocks = [.. Read()];

    [Fact]
    public void Every_block_of_the_page_is_an_excerpt_of_its_file()
    {
        Assert.NotEmpty(Blocks);
        Assert.All(Blocks, block => Assert.Contains(block.Code, File.ReadAllText(Path.Combine(Repository.Root, Folder, block.File)), StringComparison.Ordinal));
    }

    [Fact]
    public void Every_source_of_the_example_is_shown()
    {
        var sources = Directory.EnumerateFiles(Path.Combine(Repository.Root, Folder), "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Path.Combine(Repository.Root, Folder), file)).Where(file => !file.StartsWith("obj/") && !file.StartsWith("bin/"));
        Assert.Equal(sources.Order(), Blocks.Select(block => block.File).Distinct().Order());
    }

    /// <summary>Every ```csharp block, with the last `file` that the text before it named.</summary>
    static IEnumerable<(string, string)> Read()
    {
        var (file, code) = ("", (List<string>?)null);
        foreach (var line in File.ReadLines(Path.Combine(Repository.Root, Folder, "README.md")))
        {
            if (line == "```csharp") code = [];
            else if (line == "```" && code is not null)
            {
                yield return (file, string.Join("\n", code) + "\n");
                code = null;
            }
            else if (code is not null) code.Add(line);
            else if (line.Split('`').FirstOrDefault(part => part.EndsWith(".cs", StringComparison.Ordinal)) is { } named) file = named;
        }
    }
}

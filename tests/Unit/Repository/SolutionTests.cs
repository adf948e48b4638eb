using System.Xml.Linq;

namespace FourPerMille.Sensor.Unit.RepositoryRules;

public sealed class SolutionTests
{
    static readonly string Solution = File.ReadAllText(Path.Combine(Repository.Root, "FourPerMille.Sensor.sln"));

    [Fact]
    public void Every_project_of_the_repository_is_in_the_solution()
    {
        var missing = Directory.EnumerateFiles(Repository.Root, "*.csproj", SearchOption.AllDirectories)
            .Select(p => Path.GetRelativePath(Repository.Root, p)).Where(p => !Solution.Contains(p.Replace('/', '\\')));
        Assert.Empty(missing);
    }

    /// <summary>The device's own projects need the real packages, which not every feed carries: they may be listed but not built here.</summary>
    [Fact]
    public void No_device_project_is_built_by_the_solution()
    {
        foreach (var line in Solution.Split('\n').Where(l => l.StartsWith("Project(") && l.Contains(".nfproj")))
        {
            var id = line.Split('"')[^2];
            Assert.DoesNotContain($"{id}.Debug|Any CPU.Build.0", Solution);
        }
    }

    [Fact]
    public void Versions_are_stated_once_for_all_projects()
    {
        var stray = Directory.EnumerateFiles(Repository.Root, "*.csproj", SearchOption.AllDirectories)
            .Where(p => XDocument.Load(p).Descendants("PackageReference").Any(r => r.Attribute("Version") is not null));
        Assert.Empty(stray);
    }
}

using System.Reflection;
using System.Text.RegularExpressions;
using FourPerMille.Sensor.Estimation.Programmes;
using FourPerMille.Sensor.Gateway;
using FourPerMille.Sensor.Gateway.Ingest.LoRaWan;
using FourPerMille.Sensor.Gateway.Provisioning.Configurations;
using FourPerMille.Sensor.Payload;
using FourPerMille.Sensor.Unit.Gateway;

namespace FourPerMille.Sensor.Unit.Documents;

/// <summary>CONTRIBUTING.md promises that whoever adds something and forgets a place is told. Where no other test tells it, one of these does.</summary>
public sealed partial class AdditionTests
{
    [Theory]
    [InlineData("CONTRIBUTING.md")]
    [InlineData("tests/Examples/AddAProbe/README.md")]
    public void Every_test_that_the_page_names_exists(string path)
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, path));
        var classes = typeof(AdditionTests).Assembly.GetTypes().ToLookup(type => type.Name);
        var named = NamedTest().Matches(page).Select(m => (Class: m.Groups[1].Value, Method: m.Groups[2].Value)).Distinct().ToList();
        Assert.NotEmpty(named);
        Assert.All(named, test => Assert.Contains(classes[test.Class], type => test.Method.Length == 0 || type.GetMember(test.Method).Length > 0));
    }

    [Fact]
    public void Every_programme_s_rule_has_figures_in_a_test()
    {
        var tests = string.Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests/Unit/Estimation/Programmes"), "*.cs").Select(File.ReadAllText));
        Assert.All(ProgrammeRule.Shipped, rule => Assert.Contains($"\"{rule.Id}\"", tests));
    }

    [Fact]
    public void Every_network_server_is_held_to_what_all_owe()
    {
        var servers = typeof(INetworkServer).Assembly.GetTypes().Where(type => type.IsClass && type.IsAssignableTo(typeof(INetworkServer)))
            .Select(type => ((INetworkServer)Activator.CreateInstance(type, new GatewayOptions { DataFolder = "" })!).Name);
        Assert.Equal(servers.Order(), NetworkServerTests.Servers.Cast<object[]>().Select(row => (string)row[0]).Order());
    }

    [Fact]
    public void Every_step_of_the_store_is_a_number_of_its_own_and_is_shipped()
    {
        var files = Directory.EnumerateFiles(Path.Combine(Repository.Root, "gateway/Gateway/Store/Migrations")).Select(file => Path.GetFileName(file)).Order().ToList();
        Assert.All(files, file => Assert.Matches(Step(), file));
        Assert.Equal(files.Count, files.Select(file => file[..3]).Distinct().Count());
        var shipped = typeof(INetworkServer).Assembly.GetManifestResourceNames();
        Assert.All(files, file => Assert.Contains(shipped, name => name.EndsWith(".Store.Migrations." + file, StringComparison.Ordinal)));
    }

    /// <summary>A bench is ordered by a verb of its own.</summary>
    [Fact]
    public void Every_setting_of_a_node_has_its_name_at_the_gateway() => Assert.Equal(
        Enumerable.Range(1, Setting.HighestTag).Select(tag => (byte)tag).Where(tag => Setting.IsKnown(tag) && tag != Setting.BenchOrder), SettingNames.Tags.Values.Order());

    [Fact]
    public void Every_slice_of_the_gateway_is_told_in_its_design()
    {
        var design = File.ReadLines(Path.Combine(Repository.Root, "gateway/DESIGN.md")).Where(line => line.StartsWith("| ", StringComparison.Ordinal)).ToList();
        var slices = Directory.EnumerateDirectories(Path.Combine(Repository.Root, "gateway/Gateway")).Select(folder => Path.GetFileName(folder)).Where(name => name is not ("bin" or "obj" or "Properties"));
        Assert.All(slices, slice => Assert.Contains(design, row => row.Split('|')[1].Split(',', StringSplitOptions.TrimEntries).Contains(slice)));
    }

    [GeneratedRegex(@"`(\w+Tests|NodeTestsOnTheHost)(?:\.(\w+))?`")]
    private static partial Regex NamedTest();

    [GeneratedRegex(@"^\d{3}_[a-z0-9_]+\.sql$")]
    private static partial Regex Step();
}

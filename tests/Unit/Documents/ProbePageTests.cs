namespace FourPerMille.Sensor.Unit.Documents;

/// <summary>Whoever solders or doubts a probe finds the four things in one place, the same for each.</summary>
public sealed class ProbePageTests
{
    public static TheoryData<string> Probes() =>
        [.. Directory.EnumerateDirectories(Path.Combine(Repository.Root, "firmware/Node/Probes")).Select(folder => Path.GetRelativePath(Repository.Root, folder)), "tests/Examples/AddAProbe/VEML7700"];

    [Theory, MemberData(nameof(Probes))]
    public void Every_probe_s_page_tells_wiring_data_sheet_power_and_timing(string probe)
    {
        var rows = File.ReadLines(Path.Combine(Repository.Root, probe, "README.md")).Where(l => l.StartsWith("| ", StringComparison.Ordinal))
            .Select(l => l.Split('|', StringSplitOptions.TrimEntries)).Where(c => c[2].Length > 10).Select(c => c[1]);
        Assert.Equal(["wiring", "data sheet", "power", "timing"], rows.Take(4));
    }
}

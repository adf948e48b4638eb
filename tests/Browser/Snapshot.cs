namespace FourPerMille.Sensor.Browser;

/// <summary>Texts that are looked at when they change: kept in a file, written anew with FPM_SNAPSHOTS=1.</summary>
static class Snapshot
{
    public static void Holds(string name, string text)
    {
        var file = Path.Combine(Repository.Root, "tests/Browser/Snapshots", name);
        if (Environment.GetEnvironmentVariable("FPM_SNAPSHOTS") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text);
        }
        Assert.True(File.Exists(file), $"{file} is not there; FPM_SNAPSHOTS=1 writes it");
        Assert.Equal(File.ReadAllText(file), text);
    }
}

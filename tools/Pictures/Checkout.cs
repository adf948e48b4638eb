namespace FourPerMille.Sensor.Pictures;

static class Checkout
{
    /// <summary>The folder of the solution above this program.</summary>
    public static string Root { get; } = Above(AppContext.BaseDirectory);

    static string Above(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "FourPerMille.Sensor.sln"))) return folder.FullName;
        throw new InvalidOperationException($"The pictures are drawn from a checkout: no FourPerMille.Sensor.sln above {start}.");
    }
}

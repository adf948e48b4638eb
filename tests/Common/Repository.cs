namespace FourPerMille.Sensor.Tests;

/// <summary>Where the checkout is, and where the optional reference data lies.</summary>
public static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>A reference data file of the workplace (<c>../shared/data</c> or <c>$FOURPERMILLE_DATA</c>), or null where it is absent.</summary>
    public static string? Data(string relativePath)
    {
        var folders = new[] { Environment.GetEnvironmentVariable("FOURPERMILLE_DATA"), Path.Combine(Root, "..", "shared", "data") };
        return folders.Where(f => !string.IsNullOrEmpty(f)).Select(f => Path.GetFullPath(Path.Combine(f!, relativePath)))
            .FirstOrDefault(p => File.Exists(p) || Directory.Exists(p));
    }

    /// <summary>A reference sample of the workplace (<c>../shared/samples</c> or <c>$FOURPERMILLE_SAMPLES</c>), or null where it is absent.</summary>
    public static string? Sample(string relativePath)
    {
        var folders = new[] { Environment.GetEnvironmentVariable("FOURPERMILLE_SAMPLES"), Path.Combine(Root, "..", "shared", "samples") };
        return folders.Where(f => !string.IsNullOrEmpty(f)).Select(f => Path.GetFullPath(Path.Combine(f!, relativePath)))
            .FirstOrDefault(p => File.Exists(p) || Directory.Exists(p));
    }

    static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "FourPerMille.Sensor.sln"))) return folder.FullName;
        throw new InvalidOperationException("The tests run from inside a checkout: no FourPerMille.Sensor.sln above " + AppContext.BaseDirectory);
    }
}

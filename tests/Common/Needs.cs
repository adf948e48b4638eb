namespace FourPerMille.Sensor.Tests;

/// <summary>A fact about reference data that is not part of the repository; skipped, with the reason, where the data is absent.</summary>
public sealed class DataFactAttribute : FactAttribute
{
    public DataFactAttribute(params string[] files)
    {
        var missing = files.Where(f => Repository.Data(f) is null).ToArray();
        if (missing.Length > 0)
            Skip = $"needs {string.Join(", ", missing)} in ../shared/data or $FOURPERMILLE_DATA";
    }
}

/// <summary>A fact about reference samples that are not part of the repository; skipped, with the reason, where they are absent.</summary>
public sealed class SampleFactAttribute : FactAttribute
{
    public SampleFactAttribute(params string[] files)
    {
        var missing = files.Where(f => Repository.Sample(f) is null).ToArray();
        if (missing.Length > 0)
            Skip = $"needs {string.Join(", ", missing)} in ../shared/samples or $FOURPERMILLE_SAMPLES";
    }
}

/// <summary>
/// A fact that needs a program of the machine (a broker, a browser, node). Skipped, saying what to install, where it is absent,
/// unless <c>FPM_REQUIRE</c> names it: then it runs, and fails.
/// </summary>
public sealed class ToolFactAttribute : FactAttribute
{
    /// <param name="tool">A program, or several separated by spaces.</param>
    public ToolFactAttribute(string tool, string debianPackage)
    {
        var absent = tool.Split(' ').Where(t => Tools.Find(t) is null && !Tools.Required.Contains(t)).ToArray();
        if (absent.Length > 0)
            Skip = $"needs {string.Join(", ", absent)}: apt-get install {debianPackage}";
    }

    /// <summary>A reference sample it needs besides.</summary>
    public string? Sample { get; init; }

    public override string? Skip
    {
        get => base.Skip ?? (Sample is { } file && Repository.Sample(file) is null ? $"needs {file} in ../shared/samples or $FOURPERMILLE_SAMPLES" : null);
        set => base.Skip = value;
    }
}

public static class Tools
{
    public static IReadOnlySet<string> Required { get; } = (Environment.GetEnvironmentVariable("FPM_REQUIRE") ?? "")
        .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToHashSet();

    /// <summary>The full path of a program, or null. Debian keeps servers in sbin, which a user's PATH may not name.</summary>
    public static string? Find(string tool) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Concat(["/usr/sbin", "/usr/local/sbin", "/sbin"]).Select(d => Path.Combine(d, tool)).FirstOrDefault(File.Exists);
}

namespace FourPerMille.Sensor.Browser;

/// <summary>
/// A fact that needs Debian's chromium and Playwright's driver. Skipped, saying what to do, where one is absent, unless <c>FPM_REQUIRE</c> names
/// chromium: then it runs, and fails.
/// </summary>
public sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute()
    {
        if (Absent.Count > 0 && !IsRequired) Skip = "needs " + string.Join("; ", Absent);
    }

    public static bool IsRequired => Tools.Required.Contains("chromium");

    /// <summary>What is missing, each with what brings it.</summary>
    public static IReadOnlyList<string> Absent { get; } = [.. Look()];

    static IEnumerable<string> Look()
    {
        if (Tools.Find("chromium") is null) yield return "chromium: apt-get install chromium";
        // The driver and its node come with the NuGet package and are copied beside the tests; an ARM board's is another file.
        if (!Directory.Exists(Path.Combine(AppContext.BaseDirectory, ".playwright", "node")) && Environment.GetEnvironmentVariable("PLAYWRIGHT_DRIVER_SEARCH_PATH") is null)
            yield return "Playwright's driver in .playwright beside the tests: dotnet build tests/Browser copies it";
    }
}

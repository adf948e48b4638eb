using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace FourPerMille.Sensor.Browser;

/// <summary>What the browser tests need of the machine, and what becomes of them where it is absent.</summary>
static class BrowserNeeds
{
    /// <summary>For a program to say its version, on a loaded machine.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Whether <c>FPM_REQUIRE</c> names chromium: then nothing may be absent.</summary>
    public static bool IsRequired => Tools.Required.Contains("chromium");

    /// <summary>What is missing here, each with what brings it. Looked for once.</summary>
    public static IReadOnlyList<string> Absent { get; } = Missing(Tools.Find("chromium"), DriverFault(DriverNode()));

    /// <param name="chromium">Where it lies; null where it is not.</param>
    /// <param name="driverFault">Why Playwright's driver cannot work; null where it can.</param>
    public static IReadOnlyList<string> Missing(string? chromium, string? driverFault)
    {
        var missing = new List<string>();
        if (chromium is null) missing.Add("chromium: apt-get install chromium");
        if (driverFault is not null) missing.Add($"Playwright's driver, which {driverFault}: dotnet build tests/Browser copies it beside the tests, with a node for linux-x64 and linux-arm64; PLAYWRIGHT_NODEJS_PATH names another node");
        return missing;
    }

    /// <summary>Why a test is left out; null where it runs, if only to fail because something is required and absent.</summary>
    public static string? WhySkip(IReadOnlyList<string> absent, bool isRequired) => absent.Count == 0 || isRequired ? null : Said(absent);

    /// <exception cref="InvalidOperationException">Something is absent though it is required.</exception>
    /// <returns>Whether browser tests can run.</returns>
    public static bool AreMet(IReadOnlyList<string> absent, bool isRequired) =>
        absent.Count == 0 || (isRequired ? throw new InvalidOperationException($"FPM_REQUIRE names chromium, and a browser test {Said(absent)}") : false);

    /// <summary>Why the driver's node does not run; null where it does.</summary>
    public static string? DriverFault(string node)
    {
        if (!File.Exists(node)) return $"has no node at {node}";
        try
        {
            using var asked = Process.Start(new ProcessStartInfo(node, ["--version"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            if (asked.WaitForExit(Patience)) return asked.ExitCode == 0 ? null : $"cannot start ({node} ends with {asked.ExitCode})";
            asked.Kill();
            return $"cannot start ({node} does not answer)";
        }
        catch (Win32Exception refused)
        {
            return $"cannot start ({node}: {refused.Message})";
        }
    }

    /// <summary>As the package looks for it.</summary>
    static string DriverNode() => Environment.GetEnvironmentVariable("PLAYWRIGHT_NODEJS_PATH") is { Length: > 0 } named ? named
        : Path.Combine(Environment.GetEnvironmentVariable("PLAYWRIGHT_DRIVER_SEARCH_PATH") is { Length: > 0 } folder ? folder : AppContext.BaseDirectory, ".playwright", "node",
            RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "linux-arm64" : "linux-x64", "node");

    static string Said(IReadOnlyList<string> absent) => "needs " + string.Join("; ", absent);
}

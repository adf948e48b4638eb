namespace FourPerMille.Sensor.Browser;

/// <summary>
/// A fact that needs Debian's chromium and Playwright's driver. Skipped, saying what to do, where one is absent, unless <c>FPM_REQUIRE</c> names
/// chromium: then it runs, and fails.
/// </summary>
public sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute() => Skip = BrowserNeeds.WhySkip(BrowserNeeds.Absent, BrowserNeeds.IsRequired);
}

namespace FourPerMille.Sensor.Browser;

/// <summary>On a machine without a browser nothing fails, unless it is said that a browser must be there. Holds without one.</summary>
public sealed class NeedsTests
{
    [Fact]
    public void Without_chromium_a_test_is_skipped_and_says_what_to_install()
    {
        var absent = BrowserNeeds.Missing(chromium: null, driverFault: null);
        Assert.Equal("needs chromium: apt-get install chromium", BrowserNeeds.WhySkip(absent, isRequired: false));
        Assert.False(BrowserNeeds.AreMet(absent, isRequired: false));
    }

    [Fact]
    public void Where_a_browser_is_required_the_test_runs_and_fails_with_the_same_words()
    {
        var absent = BrowserNeeds.Missing(chromium: null, driverFault: null);
        Assert.Null(BrowserNeeds.WhySkip(absent, isRequired: true));
        var failed = Assert.Throws<InvalidOperationException>(() => BrowserNeeds.AreMet(absent, isRequired: true));
        Assert.Equal("FPM_REQUIRE names chromium, and a browser test needs chromium: apt-get install chromium", failed.Message);
    }

    [Fact]
    public void Where_all_is_there_a_test_runs_whatever_is_required()
    {
        var absent = BrowserNeeds.Missing("/usr/bin/chromium", driverFault: null);
        Assert.All(new[] { true, false }, isRequired => Assert.True(BrowserNeeds.WhySkip(absent, isRequired) is null && BrowserNeeds.AreMet(absent, isRequired)));
    }

    [Fact]
    public void A_driver_that_is_not_there_or_cannot_start_is_told_from_one_that_can()
    {
        // The drivers made up here are scripts for a shell.
        if (OperatingSystem.IsWindows()) return;
        var folder = Directory.CreateTempSubdirectory("fpm-driver-");
        try
        {
            string Node(string name, string text, UnixFileMode mode)
            {
                var file = Path.Combine(folder.FullName, name);
                File.WriteAllText(file, text);
                if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, mode);
                return file;
            }
            const UnixFileMode read = UnixFileMode.UserRead, run = read | UnixFileMode.UserExecute;
            Assert.Null(BrowserNeeds.DriverFault(Node("good", "#!/bin/sh\necho v22\n", run)));
            Assert.StartsWith("has no node at", BrowserNeeds.DriverFault(Path.Combine(folder.FullName, "none")));
            Assert.Contains("ends with 126", BrowserNeeds.DriverFault(Node("ends", "#!/bin/sh\nexit 126\n", run)));
            Assert.Contains("cannot start", BrowserNeeds.DriverFault(Node("locked", "#!/bin/sh\n", read)));
            // Made for another machine.
            var foreign = BrowserNeeds.Missing("/usr/bin/chromium", BrowserNeeds.DriverFault(Node("foreign", "\u007fELF of another processor", run)));
            Assert.Contains("Playwright's driver, which cannot start", BrowserNeeds.WhySkip(foreign, isRequired: false));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}

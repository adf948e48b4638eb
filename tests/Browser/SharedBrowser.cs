using Microsoft.Playwright;

namespace FourPerMille.Sensor.Browser;

/// <summary>Debian's chromium, once for all who need it at the same time; nothing is ever downloaded.</summary>
static class SharedBrowser
{
    static readonly SemaphoreSlim Turn = new(1);
    static int _users;
    static IPlaywright? _driver;
    static IBrowser? _browser;

    /// <summary>To be given back by <see cref="Leave"/>.</summary>
    public static async Task<IBrowser> Take()
    {
        await Turn.WaitAsync();
        try
        {
            if (_browser is null)
            {
                Environment.SetEnvironmentVariable("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
                _driver = await Playwright.CreateAsync();
                _browser = await _driver.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Tools.Find("chromium"), Args = ["--no-sandbox", "--disable-gpu"], Timeout = 120_000 });
            }
            _users++;
            return _browser;
        }
        finally
        {
            Turn.Release();
        }
    }

    public static async Task Leave()
    {
        await Turn.WaitAsync();
        try
        {
            if (--_users > 0) return;
            await _browser!.DisposeAsync();
            _driver!.Dispose();
            (_browser, _driver) = (null, null);
        }
        finally
        {
            Turn.Release();
        }
    }
}

using FourPerMille.Sensor.Gateway.Technician.Locales;
using Microsoft.Playwright;

namespace FourPerMille.Sensor.Browser;

public enum Screen { Phone, Desktop }

/// <summary>A person before a browser: sees words in their language, taps, types, and counts the taps. Every page they come to is checked.</summary>
sealed class Visitor : IAsyncDisposable
{
    /// <summary>What a page's first view may take from the line, bytes.</summary>
    const int MostFirstPaint = 100_000;

    /// <summary>With a browser on a loaded machine.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    readonly IBrowserContext _context;
    readonly Uri _console;
    readonly List<string> _faults = [];

    Visitor(IBrowserContext context, IPage page, Uri console, Language language) => (_context, Page, _console, Say) = (context, page, console, new Wording(language));

    public IPage Page { get; }
    public Wording Say { get; }

    /// <summary>Presses of a finger or of Enter since the last <see cref="Within"/>; a field that is filled in counts as one.</summary>
    public int Taps { get; private set; }

    /// <summary>Whether faults of pages are collected, for a walk that shows all of them at once.</summary>
    public bool Collects { get; init; }

    public IReadOnlyList<string> Faults => _faults;

    /// <summary>Whether the gateway may be away; else a request that fails is a fault.</summary>
    public bool LineMayFail { get; set; }

    public static async Task<Visitor> Open(IBrowser browser, Uri console, Language language, Screen screen, bool collects = false, bool script = true)
    {
        var context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            Locale = language.IsPseudo ? "en" : language.Code, HasTouch = screen == Screen.Phone, ReducedMotion = ReducedMotion.Reduce, JavaScriptEnabled = script,
            ViewportSize = screen == Screen.Phone ? new ViewportSize { Width = 360, Height = 740 } : new ViewportSize { Width = 1080, Height = 760 },
        }).WaitAsync(Patience);
        context.SetDefaultTimeout(60_000);
        if (language.IsPseudo) await context.AddCookiesAsync([new Cookie { Name = "fpm.language", Value = language.Code, Url = console.ToString() }]);
        var visitor = new Visitor(context, await context.NewPageAsync(), console, language) { Collects = collects };
        visitor.Watch(visitor.Page);
        return visitor;
    }

    void Watch(IPage page)
    {
        page.Console += (_, line) => { if (line.Type is "error" or "warning" && !(LineMayFail && line.Text.Contains("net::ERR_", StringComparison.Ordinal))) _faults.Add($"{page.Url}: the console says: {line.Text}"); };
        page.PageError += (_, error) => _faults.Add($"{page.Url}: a script failed: {error}");
        page.Request += (_, request) => { if (new Uri(request.Url) is { Scheme: "http" or "https" } asked && asked.Authority != _console.Authority) _faults.Add($"{page.Url}: asked {request.Url}"); };
    }

    /// <summary>Goes to an address by itself, which costs no tap: a code that was scanned, a bookmark, a reload.</summary>
    public async Task Go(string path)
    {
        await Page.GotoAsync(new Uri(_console, path).ToString());
        await Check();
    }

    /// <summary>Taps a link or a button by its words; what stands in the menu of places needs a tap on the menu first.</summary>
    public async Task Tap(AriaRole role, string words, int nth = 0)
    {
        var what = Page.GetByRole(role, new() { Name = words, Exact = true }).Nth(nth);
        var inMenu = Page.Locator("header details:not([open])").Filter(new() { HasTextString = words });
        if (await what.CountAsync() == 0 && await inMenu.CountAsync() == 1)
        {
            Taps++;
            await inMenu.Locator("summary").ClickAsync();
        }
        await Tap(what);
    }

    public Task TapButton(string key) => Tap(AriaRole.Button, Say[key]);

    /// <summary>Taps a button that leads nowhere, because the gateway is away.</summary>
    public async Task TapInVain(string key)
    {
        Taps++;
        await Page.GetByRole(AriaRole.Button, new() { Name = Say[key], Exact = true }).ClickAsync();
    }

    public async Task Tap(ILocator what)
    {
        Taps++;
        await Leave(() => what.ClickAsync());
    }

    /// <summary>Does what leads to another page, waits for that page and checks it.</summary>
    async Task Leave(Func<Task> deed)
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Arrive(object? sender, IPage page) => arrived.TrySetResult();
        Page.Load += Arrive;
        try
        {
            await deed();
            await arrived.Task.WaitAsync(Patience);
        }
        finally
        {
            Page.Load -= Arrive;
        }
        await Check();
    }

    /// <summary>By Tab to something that can be focused, as whoever has no pointer does; what has the focus must show it.</summary>
    public async Task TabTo(ILocator what)
    {
        const int mostStops = 80;
        for (var stop = 0; stop < mostStops; stop++)
        {
            await Page.Keyboard.PressAsync("Tab");
            if (!await what.EvaluateAsync<bool>("e => e === document.activeElement")) continue;
            Assert.NotEqual("none", await what.EvaluateAsync<string>("e => getComputedStyle(e).outlineStyle"));
            return;
        }
        Assert.Fail($"{Page.Url}: {mostStops} presses of Tab do not reach {what}");
    }

    public Task Press(string key)
    {
        Taps++;
        return Leave(() => Page.Keyboard.PressAsync(key));
    }

    /// <summary>Fills in a field by its label.</summary>
    public async Task Fill(string label, string text, int nth = 0)
    {
        Taps++;
        await Page.GetByLabel(label, new() { Exact = true }).Nth(nth).FillAsync(text);
    }

    /// <summary>Fills in a field by the name under which it is sent, where its label holds more words than its own.</summary>
    public async Task FillNamed(string name, string text)
    {
        Taps++;
        await Page.Locator($"[name={name}]").FillAsync(text);
    }

    /// <summary>Chooses one of several answers.</summary>
    public async Task Choose(string name, string value)
    {
        Taps++;
        var input = Page.Locator($"select[name={name}], input[name={name}][value='{value}']");
        if (await input.EvaluateAsync<bool>("e => e.tagName === 'SELECT'")) await input.SelectOptionAsync(value);
        else await input.CheckAsync();
    }

    /// <summary>Chooses a file, whose form it then sends.</summary>
    public async Task Upload(string name, byte[] text, string button)
    {
        Taps++;
        await Page.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = name, MimeType = "text/csv", Buffer = text });
        await TapButton(button);
        Assert.Equal(0, await Page.Locator(".refusal").CountAsync());
    }

    /// <summary>A file that a link or a button brings.</summary>
    public async Task<byte[]> Save(AriaRole role, string key)
    {
        Taps++;
        var download = await Page.RunAndWaitForDownloadAsync(() => Page.GetByRole(role, new() { Name = Say[key], Exact = true }).ClickAsync());
        return await File.ReadAllBytesAsync((await download.PathAsync().WaitAsync(Patience))!);
    }

    /// <summary>Asserts that what was done since the last call took no more taps than a person may be asked for.</summary>
    public void Within(int most, string what)
    {
        Assert.True(Taps <= most, $"{what}: {Taps} taps, at most {most} are allowed");
        Taps = 0;
    }

    public async Task Sees(string text) => await Assertions.Expect(Page.Locator("body")).ToContainTextAsync(text, new() { Timeout = 60_000, UseInnerText = true });

    public async Task<string> Refusal() => (await Page.Locator(".refusal").InnerTextAsync()).Trim();

    /// <summary>The page as it stands now holds what every page must hold.</summary>
    public async Task Check()
    {
        var (faults, transferred) = await PageChecks.Look(Page, Say.Language);
        _faults.AddRange(faults.Select(fault => $"{Page.Url}: {fault}"));
        if (transferred >= MostFirstPaint) _faults.Add($"{Page.Url}: {transferred} bytes until the first view");
        if (!Collects) Assert.True(_faults.Count == 0, string.Join('\n', _faults));
    }

    /// <summary>A second tab of the same browser.</summary>
    public async Task<IPage> SecondTab()
    {
        var tab = await _context.NewPageAsync();
        Watch(tab);
        return tab;
    }

    /// <summary>Keeps the page as a picture for the manual, where FPM_SCREENSHOTS=1 asks for it and a page of the manual shows it.</summary>
    /// <param name="from">What stands at the top of the picture; the page's own top where nothing is named.</param>
    public async Task Picture(string name, ILocator? from = null)
    {
        // Some 100 kB either way.
        var tallest = Page.ViewportSize!.Width < 500 ? 1200 : 760;
        const int mostBytes = 150_000, above = 12;
        if (Environment.GetEnvironmentVariable("FPM_SCREENSHOTS") != "1" || !Manual.Any(page => page.Contains($"{name}.png", StringComparison.Ordinal))) return;
        var top = from is null ? 0 : Math.Max(0, await from.EvaluateAsync<int>("e => Math.floor(e.getBoundingClientRect().top + scrollY)") - above);
        var (width, height) = (Page.ViewportSize.Width, await Page.EvaluateAsync<int>("() => document.documentElement.scrollHeight") - top);
        var picture = await Page.ScreenshotAsync(new PageScreenshotOptions { FullPage = true, Clip = new() { Y = top, Width = width, Height = Math.Min(height, tallest) } });
        Assert.True(picture.Length < mostBytes, $"{name}.png: {picture.Length} bytes");
        await File.WriteAllBytesAsync(Path.Combine(Repository.Root, "hardware-docs/console", name + ".png"), picture);
    }

    static IEnumerable<string> Manual => from page in new[] { "hardware-docs/console/README.md", "hardware-docs/fr/console/README.md" } select File.ReadAllText(Path.Combine(Repository.Root, page));

    public async ValueTask DisposeAsync() => await _context.CloseAsync().WaitAsync(Patience);
}

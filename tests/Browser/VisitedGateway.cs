using FourPerMille.Sensor.Gateway.Technician.Access;
using FourPerMille.Sensor.Gateway.Technician.Locales;
using FourPerMille.Sensor.Unit.Gateway;
using Microsoft.Playwright;

namespace FourPerMille.Sensor.Browser;

/// <summary>A gateway in process that people come to with a browser. Made once for a collection of tests, where there is a browser.</summary>
public abstract class VisitedGateway : IAsyncLifetime
{
    public const string Password = "maize after beans";

    readonly Dictionary<string, List<Cookie>> _sessions = [];
    IBrowser? _browser;
    TestGateway? _gateway;

    public Languages Spoken { get; } = new(withPseudo: true);
    internal TestGateway Gateway => _gateway!;

    /// <summary>The gateway with all it holds when the first visitor comes.</summary>
    private protected abstract Task<TestGateway> Prepare();

    public async Task InitializeAsync()
    {
        if (!BrowserNeeds.AreMet(BrowserNeeds.Absent, BrowserNeeds.IsRequired)) return;
        _browser = await SharedBrowser.Take();
        _gateway = await Prepare();
        await _gateway.Get<AccountBook>().Open("ada", Role.Administrator, Password, "test", default);
        await _gateway.Get<AccountBook>().Open("bo", Role.Technician, Password, "ada", default);
    }

    public virtual async Task DisposeAsync()
    {
        if (_browser is not null) await SharedBrowser.Leave();
        if (_gateway is not null) await _gateway.DisposeAsync();
    }

    /// <param name="console">Another gateway's.</param>
    /// <param name="script">Whether the browser runs scripts.</param>
    internal Task<Visitor> Visit(string language, Screen screen, Uri? console = null, bool collects = false, bool script = true) =>
        Visitor.Open(_browser!, console ?? Gateway.Running.Http, Spoken.Find(language)!, screen, collects, script);

    /// <summary>Signed in by the form the first time, as a person is; later by the session's cookie, because attempts a minute are limited.</summary>
    internal async Task<Visitor> SignedIn(string name, string language, Screen screen, bool collects = false, bool script = true)
    {
        var visitor = await Visit(language, screen, collects: collects, script: script);
        if (_sessions.TryGetValue(name, out var cookies)) await visitor.Page.Context.AddCookiesAsync(cookies);
        await visitor.Go("/");
        if (new Uri(visitor.Page.Url).AbsolutePath == "/") return visitor;
        await visitor.SignIn(name);
        visitor.Within(3, "sign-in");
        _sessions[name] = [.. (await visitor.Page.Context.CookiesAsync()).Where(cookie => cookie.Name != "fpm.language")
            .Select(cookie => new Cookie { Name = cookie.Name, Value = cookie.Value, Domain = cookie.Domain, Path = cookie.Path, HttpOnly = cookie.HttpOnly, SameSite = cookie.SameSite })];
        return visitor;
    }
}

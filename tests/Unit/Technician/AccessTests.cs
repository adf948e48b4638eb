using System.Net;
using FourPerMille.Sensor.Gateway;
using FourPerMille.Sensor.Gateway.Store;
using Microsoft.Extensions.DependencyInjection;
using FourPerMille.Sensor.Gateway.Technician.Access;
using FourPerMille.Sensor.Unit.Gateway;

namespace FourPerMille.Sensor.Unit.Technician;

public sealed class AccessTests
{
    const string Password = "maize after beans";

    [Fact]
    public async Task A_setup_code_makes_the_first_administrator_once()
    {
        await using var gateway = await TestGateway.Run();
        var code = (await gateway.Post("/api/setup", new System.Text.Json.Nodes.JsonObject()))["code"]!.ToString();
        using var visitor = new ConsoleVisitor(gateway.Running.Http);

        var opened = await visitor.Submit("/setup", "setup", ("Code", code.ToLowerInvariant().Replace("-", " ")), ("Name", "ada"), ("Password", Password));
        Assert.Equal(HttpStatusCode.Redirect, opened.Status);
        Assert.Contains("Field plan", await visitor.Page("/"));

        using var second = new ConsoleVisitor(gateway.Running.Http);
        Assert.Contains("has an administrator already", await second.Page("/setup"));
        Assert.Equal(Role.Administrator, Assert.Single(gateway.Get<AccountBook>().All).Role);
    }

    [Fact]
    public async Task A_setup_code_is_void_after_ten_wrong_attempts_and_after_half_an_hour()
    {
        await using var gateway = await TestGateway.Run();
        var database = gateway.Get<Database>();
        var code = await database.Write(session => SetupCode.Make(session, TestGateway.Start));
        Task<SetupCode.Verdict> Try(string presented, TimeSpan later) => database.Write(session => SetupCode.Try(session, presented, TestGateway.Start + later));

        Assert.Equal(SetupCode.Verdict.Expired, await Try(code, SetupCode.Lifetime));
        for (var attempt = 0; attempt < 10; attempt++) Assert.Equal(SetupCode.Verdict.Wrong, await Try("AAAA", TimeSpan.Zero));
        Assert.Equal(SetupCode.Verdict.Burnt, await Try(code, TimeSpan.Zero));
        // 128 bits in base32: 26 characters.
        Assert.Equal(26, code.Count(char.IsLetterOrDigit));
    }

    [Fact]
    public async Task Nobody_sees_a_page_without_an_account()
    {
        await using var gateway = await TestGateway.Run();
        await gateway.Enrol();
        using var visitor = new ConsoleVisitor(gateway.Running.Http);
        foreach (var path in new[] { "/", "/alarms", "/nodes/0004a30b001c0530" })
        {
            using var answer = await visitor.Get(path);
            Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
            Assert.StartsWith("/sign-in?next=", answer.Headers.Location!.PathAndQuery);
        }
    }

    [Fact]
    public async Task Sign_in_goes_on_to_where_it_was_asked_for_but_never_to_another_host()
    {
        await using var gateway = await TestGateway.Run();
        await gateway.Get<AccountBook>().Open("ada", Role.Auditor, Password, "test", default);
        foreach (var (next, expected) in new[] { ("/alarms", "/alarms"), ("//evil.example", "/"), ("/\\evil.example", "/"), ("https://evil.example", "/") })
        {
            using var visitor = new ConsoleVisitor(gateway.Running.Http);
            var entered = await visitor.SignIn("ada", Password, "/sign-in?next=" + Uri.EscapeDataString(next));
            Assert.Equal(new Uri(gateway.Running.Http, expected).AbsolutePath, new Uri(gateway.Running.Http, entered.Location!).AbsolutePath);
            Assert.Equal(gateway.Running.Http.Host, new Uri(gateway.Running.Http, entered.Location!).Host);
        }
    }

    [Fact]
    public async Task An_account_waits_after_five_wrong_passwords_and_then_takes_the_right_one()
    {
        await using var gateway = await TestGateway.Run();
        var accounts = gateway.Get<AccountBook>();
        await accounts.Open("ada", Role.Technician, Password, "test", default);
        for (var attempt = 1; attempt <= Lockout.FreeFailures; attempt++) Assert.IsType<SignInOutcome.Refused>(await accounts.SignIn("ada", "wrong", default));
        Assert.Equal(TestGateway.Start.AddMinutes(1), Assert.IsType<SignInOutcome.Locked>(await accounts.SignIn("ada", "wrong", default)).Until);
        Assert.IsType<SignInOutcome.Locked>(await accounts.SignIn("ada", Password, default));

        await gateway.AdvanceTo(TestGateway.Start.AddMinutes(1));
        Assert.IsType<SignInOutcome.Welcome>(await accounts.SignIn("ADA", Password, default));
        Assert.IsType<SignInOutcome.Refused>(await accounts.SignIn("ada", "wrong", default));
    }

    /// <summary>Whoever guesses names learns nothing: answers, and waits, are the same.</summary>
    [Fact]
    public async Task A_name_that_nobody_has_is_answered_like_one_that_somebody_has()
    {
        await using var gateway = await TestGateway.Run();
        var accounts = gateway.Get<AccountBook>();
        await accounts.Open("ada", Role.Technician, Password, "test", default);
        for (var attempt = 1; attempt <= Lockout.FreeFailures + 2; attempt++)
            Assert.Equal(await accounts.SignIn("ada", "wrong", default), await accounts.SignIn("nobody", "wrong", default));
        Assert.Equal(await accounts.SignIn("ada", Password, default), await accounts.SignIn("NOBODY", Password, default));

        // What is typed as a name by mistake, a password perhaps, is kept in no trail, and not for long at all.
        Assert.DoesNotContain(gateway.Get<Database>().Read(session => AuditTrail.Newest(session, 100)), entry => entry.Who == "nobody");
        await gateway.AdvanceTo(TestGateway.Start.AddDays(2));
        await accounts.SignIn("ada", "wrong", default);
        Assert.Equal(1, gateway.Get<Database>().Read(session => session.Scalar<int>("SELECT COUNT(*) FROM sign_in_failures")));
    }

    [Theory]
    [InlineData(4, 0)]
    [InlineData(5, 1)]
    [InlineData(6, 2)]
    [InlineData(10, 32)]
    [InlineData(11, 60)]
    [InlineData(1000, 60)]
    public void The_wait_doubles_up_to_an_hour(int failures, int minutes) => Assert.Equal(TimeSpan.FromMinutes(minutes), Lockout.WaitAfter(failures));

    [Fact]
    public async Task A_closed_account_loses_its_open_sessions()
    {
        await using var gateway = await TestGateway.Run();
        var accounts = gateway.Get<AccountBook>();
        await accounts.Open("ada", Role.Administrator, Password, "test", default);
        await accounts.Open("bo", Role.Technician, Password, "ada", default);
        using var visitor = new ConsoleVisitor(gateway.Running.Http);
        await visitor.SignIn("bo", Password);
        await visitor.Page("/");

        await accounts.Close("bo", "ada", default);
        using (var answer = await visitor.Get("/")) Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.IsType<SignInOutcome.Refused>(await accounts.SignIn("bo", Password, default));
        Assert.Equal("refusal.last-administrator", (await Assert.ThrowsAsync<FourPerMille.Sensor.Gateway.InputRefused>(() => accounts.Close("ada", "ada", default))).Key);
        Assert.Contains(gateway.Get<Database>().Read(session => AuditTrail.Newest(session, 10)), line => line is { Who: "ada", What: AuditTrail.AccountClosed, Detail: "bo" });
    }

    [Fact]
    public async Task A_form_without_its_token_is_refused()
    {
        await using var gateway = await TestGateway.Run();
        using var http = new HttpClient { BaseAddress = gateway.Running.Http };
        using var answer = await http.PostAsync("/sign-in", new FormUrlEncodedContent([KeyValuePair.Create("_handler", "sign-in"), KeyValuePair.Create("Name", "ada")]));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task One_address_may_try_twenty_passwords_a_minute()
    {
        await using var gateway = await TestGateway.Run();
        using var visitor = new ConsoleVisitor(gateway.Running.Http);
        var statuses = new List<HttpStatusCode>();
        for (var attempt = 0; attempt < 21; attempt++) statuses.Add((await visitor.SignIn("name" + attempt, "wrong password")).Status);
        Assert.All(statuses.Take(20), status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.Equal(HttpStatusCode.TooManyRequests, statuses[20]);
    }

    [Fact]
    public async Task Setup_opens_the_console_over_tls_while_the_gateway_runs_and_at_every_later_start()
    {
        var folder = Directory.CreateTempSubdirectory("fpm-console-").FullName;
        string fingerprint;
        await using (var gateway = await TestGateway.Run(folder))
        {
            var setup = await gateway.Post("/api/setup", new System.Text.Json.Nodes.JsonObject { ["open"] = "https://127.0.0.1:0" });
            fingerprint = setup["fingerprint"]!.ToString();
        }
        await using (var gateway = await TestGateway.Run(folder, change: options => options with { Console = GatewayOptions.Of(folder).Console }))
        {
            var address = gateway.Get<Microsoft.AspNetCore.Hosting.Server.IServer>().Features.Get<Microsoft.AspNetCore.Hosting.Server.Features.IServerAddressesFeature>()!.Addresses.Single(a => a.StartsWith("https", StringComparison.Ordinal));
            string? shown = null;
            using var browser = new HttpClient(new SocketsHttpHandler
            {
                SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => { shown = string.Join(':', System.Security.Cryptography.SHA256.HashData(certificate!.GetRawCertData()).Select(b => b.ToString("X2"))); return true; } },
            });
            Assert.Contains(fingerprint, await browser.GetStringAsync(new Uri(new Uri(address), "/setup")));
            Assert.Equal(fingerprint, shown);
        }
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("http://0.0.0.0:8443")]
    [InlineData("https://example.org:8443")]
    [InlineData("https://0.0.0.0:8443/console")]
    public async Task The_console_is_never_opened_where_passwords_would_travel_in_the_clear_or_nobody_listens(string address)
    {
        await using var gateway = await TestGateway.Run();
        using var answer = await System.Net.Http.Json.HttpClientJsonExtensions.PostAsJsonAsync(gateway.Http, "/api/setup", new { open = address });
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("must be https://", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task An_administrator_opens_and_closes_accounts_on_the_console_and_a_technician_may_not()
    {
        await using var gateway = await TestGateway.Run();
        await gateway.Get<AccountBook>().Open("ada", Role.Administrator, Password, "test", default);
        using var ada = new ConsoleVisitor(gateway.Running.Http);
        await ada.SignIn("ada", Password);
        var opened = await ada.Submit("/accounts", "open", ("Name", "bo"), ("NewRole", "Technician"), ("Password", Password));
        Assert.Contains("The account bo is open.", opened.Text);
        Assert.Contains("Password: 10 to 200", (await ada.Submit("/accounts", "open", ("Name", "cy"), ("NewRole", "Auditor"), ("Password", "short"))).Text);

        using var bo = new ConsoleVisitor(gateway.Running.Http);
        await bo.SignIn("bo", Password);
        using (var answer = await bo.Get("/accounts")) Assert.StartsWith("/not-allowed", answer.Headers.Location!.PathAndQuery);
        Assert.DoesNotContain("/accounts", await bo.Page("/"));

        Assert.Contains("The account bo is closed", (await ada.Submit("/accounts", "change-bo", ("Deed", "close"))).Text);
        Assert.Contains("ada is the last administrator", (await ada.Submit("/accounts", "change-ada", ("Deed", "close"))).Text);
    }

    [Fact]
    public async Task A_password_is_changed_only_by_whoever_knows_the_old_one()
    {
        await using var gateway = await TestGateway.Run();
        await gateway.Get<AccountBook>().Open("ada", Role.Auditor, Password, "test", default);
        using var visitor = new ConsoleVisitor(gateway.Running.Http);
        await visitor.SignIn("ada", Password);
        Assert.Contains("present password is wrong", (await visitor.Submit("/account", "password", ("Old", "no such thing"), ("New", "another sentence"))).Text);
        Assert.Contains("The password is changed", (await visitor.Submit("/account", "password", ("Old", Password), ("New", "another sentence"))).Text);
        await visitor.Page("/");
        Assert.IsType<SignInOutcome.Welcome>(await gateway.Get<AccountBook>().SignIn("ada", "another sentence", default));
    }

    [Fact]
    public async Task Every_page_forbids_what_does_not_come_from_the_gateway()
    {
        await using var gateway = await TestGateway.Run();
        using var visitor = new ConsoleVisitor(gateway.Running.Http);
        using var answer = await visitor.Get("/sign-in");
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("default-src 'none'", policy);
        Assert.DoesNotContain("unsafe", policy);
        Assert.DoesNotContain(" style=", await answer.Content.ReadAsStringAsync());
        Assert.DoesNotMatch("<script(?![^>]* src=)", await answer.Content.ReadAsStringAsync());
    }
}

using FourPerMille.Sensor.Gateway.Provisioning.Enrolment;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Gateway.Technician.Access;
using FourPerMille.Sensor.Gateway.Technician.Health;
using FourPerMille.Sensor.Gateway.Technician.Locales;
using FourPerMille.Sensor.Gateway.Technician.Web.Enrolling;

namespace FourPerMille.Sensor.Gateway.Technician.Web;

/// <summary>The web console: pages made on the gateway, forms that work without script, one small script that keeps live pages fresh.</summary>
static class ConsoleSlice
{
    const string LanguageCookie = "fpm.language";

    public static IServiceCollection AddConsole(this IServiceCollection services)
    {
        services.AddRazorComponents();
        services.AddHttpContextAccessor();
        return services
            .AddSingleton<ConsoleAssets>()
            .AddSingleton(made => new Languages(made.GetRequiredService<GatewayOptions>().PseudoLanguages))
            .AddSingleton<Quality.StuckProbes>().AddSingleton<NodeStates>()
            .AddSingleton<EnrolmentDesk>()
            .AddScoped(request => new Wording(LanguageOf(request.GetRequiredService<IHttpContextAccessor>().HttpContext!, request.GetRequiredService<Languages>())));
    }

    public static void MapConsole(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/assets/{name}", (string name, ConsoleAssets assets, HttpContext context) => assets.Answer(name, context));
        routes.MapGet("/language/{code}", (string code, string? next, Languages languages, HttpContext context) =>
        {
            if (languages.Find(code) is { } language)
                context.Response.Cookies.Append(LanguageCookie, language.Code, new CookieOptions
                {
                    HttpOnly = true, SameSite = SameSiteMode.Lax, MaxAge = TimeSpan.FromDays(365), IsEssential = true, Secure = context.Request.IsHttps,
                });
            return Results.LocalRedirect(LocalAddress.Or(next, "/"));
        });
        routes.MapPost("/calibrations/{id:long}/{deed}", CalibrationForms.Do).RequireAuthorization(policy => policy.RequireRole(nameof(Role.Technician)));
        HandoverForms.Map(routes);
        routes.MapModelForms();
        OutboxForms.Map(routes);
        var records = routes.MapGroup("/records/{id}").RequireAuthorization();
        records.MapGet("/bytes", (string id, Database database) => Results.Bytes(RecordEndpoints.Find(database, id).Canonical, "application/json"));
        records.MapGet("/proof", async (string id, Database database, RecordLog log, CancellationToken stop) => Results.Text(await RecordEndpoints.Proof(id, database, log, stop)));
        // The page of a record has its own style inside, so that it can be kept and printed anywhere: it is saved, not shown from here.
        records.MapGet("/page", async (string id, Database database, RecordLog log, LogKey key, GatewayOptions options, CancellationToken stop) =>
        {
            var record = RecordEndpoints.Find(database, id);
            await log.CatchUp(stop);
            return Results.File(System.Text.Encoding.UTF8.GetBytes(Records.Page.RecordPage.Write(new(record.Canonical, log.Prove(record.Leaf)!), key.Verifier, options.Observatory)), "text/html; charset=utf-8", $"record-{record.Leaf:00000000}.html");
        });
        routes.MapRazorComponents<App>().RequireAuthorization();
    }

    /// <summary>As chosen on the console, else as the browser asks.</summary>
    static Language LanguageOf(HttpContext context, Languages languages) =>
        languages.Find(context.Request.Cookies[LanguageCookie]) ?? languages.Preferred(context.Request.Headers.AcceptLanguage);
}

/// <summary>An address to go on to that came in with a request: taken only where it stays on this gateway.</summary>
static class LocalAddress
{
    public static string Or(string? asked, string otherwise) =>
        asked is { Length: > 0 } && asked[0] == '/' && (asked.Length == 1 || asked[1] is not ('/' or '\\')) && !asked.Any(char.IsControl) ? asked : otherwise;
}

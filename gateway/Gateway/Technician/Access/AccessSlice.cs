using System.Threading.RateLimiting;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Store;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;

namespace FourPerMille.Sensor.Gateway.Technician.Access;

/// <summary>Accounts, sessions, and who may do what.</summary>
static class AccessSlice
{
    /// <summary>Attempts at a password or code that one address may make in a minute, whatever the name.</summary>
    const int AttemptsPerMinute = 20;
    public const string AttemptLimit = "attempts";

    public static IServiceCollection AddAccess(this IServiceCollection services, GatewayOptions options)
    {
        services.AddSingleton<AccountBook>().AddSingleton(made => ConsoleCertificate.For(options, made.GetRequiredService<TimeProvider>()));
        services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(Sessions.Configure);
        services.AddAuthorization();
        // Sessions and forms outlive a restart: their keys lie beside the gateway's others.
        services.AddDataProtection().SetApplicationName("fpm-gateway").PersistKeysToFileSystem(KeyFolder(options.DataFolder));
        services.AddAntiforgery(forms =>
        {
            forms.Cookie.Name = "fpm.form";
            forms.Cookie.SameSite = SameSiteMode.Strict;
            forms.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        });
        return services.AddRateLimiter(limits =>
        {
            limits.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limits.AddPolicy(AttemptLimit, context => HttpMethods.IsPost(context.Request.Method)
                ? RateLimitPartition.GetFixedWindowLimiter(context.Connection.RemoteIpAddress?.ToString() ?? "", _ => new() { PermitLimit = AttemptsPerMinute, Window = TimeSpan.FromMinutes(1) })
                : RateLimitPartition.GetNoLimiter(""));
        });
    }

    public static void MapAccess(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/sign-out", async (HttpContext context, Database database, TimeProvider time, Microsoft.AspNetCore.Antiforgery.IAntiforgery forms, CancellationToken stop) =>
        {
            await forms.ValidateRequestAsync(context);
            if (context.User.Identity?.Name is { } name)
                await database.Write(session => AuditTrail.Note(session, time.GetUtcNow(), name, AuditTrail.SignedOut, ""), stop);
            await context.SignOutAsync();
            return Results.LocalRedirect("/sign-in");
        });

    /// <summary>For <c>fpm setup</c>, which reads the admin token in the data folder: opens the console and gives a code that makes the first administrator.</summary>
    public static void MapSetup(this IEndpointRouteBuilder admin) =>
        admin.MapPost("/api/setup", async (SetupRequest request, Database database, AccountBook accounts, ConsoleDoor door, ConsoleCertificate certificate, TimeProvider time, CancellationToken stop) =>
        {
            if (!accounts.IsEmpty) throw new InputRefused("This gateway has an administrator already. They open further accounts on the console under 'Accounts'.", StatusCodes.Status409Conflict);
            if (request.Open is { } address) door.Open(address);
            var code = await database.Write(session => SetupCode.Make(session, time.GetUtcNow()), stop);
            return Results.Json(new { code, minutes = (int)SetupCode.Lifetime.TotalMinutes, fingerprint = certificate.Fingerprint, addresses = door.Reachable });
        });

    sealed record SetupRequest(Uri? Open);

    static DirectoryInfo KeyFolder(string dataFolder)
    {
        var path = Path.Combine(dataFolder, "sessions");
        return OperatingSystem.IsWindows() ? Directory.CreateDirectory(path)
            : Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}

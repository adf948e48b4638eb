using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace FourPerMille.Sensor.Gateway.Technician.Access;

/// <summary>A session is a sealed cookie that names the account and its stamp; it ends when the stamp changes.</summary>
static class Sessions
{
    public const string StampClaim = "fpm.stamp";

    /// <summary>Long enough for a day in the field without a second sign-in.</summary>
    static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    public static void Configure(CookieAuthenticationOptions cookie)
    {
        cookie.Cookie.Name = "fpm.session";
        cookie.Cookie.HttpOnly = true;
        cookie.Cookie.SameSite = SameSiteMode.Strict;
        cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        cookie.ExpireTimeSpan = Lifetime;
        cookie.SlidingExpiration = true;
        cookie.LoginPath = "/sign-in";
        cookie.ReturnUrlParameter = "next";
        cookie.AccessDeniedPath = "/not-allowed";
        cookie.Events.OnValidatePrincipal = EndIfStale;
    }

    public static ClaimsPrincipal Of(Account account)
    {
        // Each role carries those before it, so that a page names the least role it needs.
        var roles = Enum.GetValues<Role>().Where(role => role <= account.Role).Select(role => new Claim(ClaimTypes.Role, role.ToString()));
        return new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, account.Name), new Claim(StampClaim, account.Stamp), .. roles], CookieAuthenticationDefaults.AuthenticationScheme));
    }

    static Task EndIfStale(CookieValidatePrincipalContext context)
    {
        var accounts = context.HttpContext.RequestServices.GetRequiredService<AccountBook>();
        var account = context.Principal?.Identity?.Name is { } name ? accounts.Find(name) : null;
        if (account is { IsClosed: false } && account.Stamp == context.Principal!.FindFirstValue(StampClaim)) return Task.CompletedTask;
        context.RejectPrincipal();
        return context.HttpContext.SignOutAsync();
    }
}

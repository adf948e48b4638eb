using FourPerMille.Sensor.Gateway.Ingest.LoRaWan;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Gateway.Technician.Access;
using FourPerMille.Sensor.Gateway.Technician.Health;
using FourPerMille.Sensor.Gateway.Technician.Locales;
using FourPerMille.Sensor.Gateway.Time;
using Microsoft.AspNetCore.Antiforgery;

namespace FourPerMille.Sensor.Gateway.Technician.Alarms;

/// <summary>Alarms of nodes and gateway: <c>GET /api/alarms</c>, the console's page, <c>fpm alarms</c>.</summary>
static class AlarmsSlice
{
    public static IServiceCollection AddAlarms(this IServiceCollection services) => services
        .AddSingleton<ClockWatch>()
        .AddSingleton<LogVerification>()
        .AddSingleton(held => new GatewayFacts(held, held.GetRequiredService<GatewayOptions>(), held.GetRequiredService<Database>(), held.GetRequiredService<TimeProvider>()))
        .AddSingleton<AlarmBook>()
        .AddHostedService<AlarmWatch>();

    public static void MapAlarms(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/alarms", async (string? language, AlarmBook alarms, Languages languages, GatewayOptions options, TimeProvider time, CancellationToken stop) =>
        {
            var standing = await alarms.Look(stop);
            var say = new Wording(languages.Preferred(language));
            return new { utc = time.GetUtcNow(), simulated = options.Simulated, open = standing.Count(alarm => alarm.IsOpen), alarms = standing.Select(alarm => Show(alarm, say)) };
        });
        routes.MapPost("/api/alarms/acknowledged", async (Acknowledging who, string? language, AlarmBook alarms, Languages languages, CancellationToken stop) =>
            Show(await alarms.Acknowledge(who.Key ?? "", who.By, stop), new Wording(languages.Preferred(language))));
    }

    /// <summary>The button of the console's page.</summary>
    public static void MapAlarmForms(this IEndpointRouteBuilder routes) => routes.MapPost("/alarms/acknowledged", async (HttpContext context, IAntiforgery forms, AlarmBook alarms, Wording say, CancellationToken stop) =>
    {
        await forms.ValidateRequestAsync(context);
        try
        {
            await alarms.Acknowledge((await context.Request.ReadFormAsync(stop))["key"].ToString(), context.User.Identity!.Name, stop);
            return Results.LocalRedirect("/alarms");
        }
        catch (InputRefused refused)
        {
            return Results.LocalRedirect("/alarms?refused=" + Uri.EscapeDataString(say.Of(refused)));
        }
    }).RequireAuthorization(policy => policy.RequireRole(nameof(Role.Technician)));

    static object Show(StandingAlarm standing, Wording say) => new
    {
        key = standing.Alarm.Key, kind = standing.Alarm.Kind, severity = standing.Alarm.Severity, where = standing.Alarm.Where, node = standing.Alarm.Node?.Id, since = standing.Since,
        what = standing.Alarm.What(say), @do = standing.Alarm.Do(say), acknowledged = standing.Seen is { } seen ? new { by = seen.By, at = seen.At } : null,
    };

    sealed record Acknowledging(string? Key, string? By);
}

/// <summary>Looks by itself, so that an alarm's beginning is known though nobody asked.</summary>
sealed class AlarmWatch(Agenda agenda, AlarmBook alarms, GatewayFacts facts, LogVerification verification) : IHostedService
{
    /// <summary>Alarms tell their beginning from facts where they can; for the others an hour is soon enough. A simulated week has 168 of them.</summary>
    static readonly TimeSpan Look = TimeSpan.FromHours(1);

    static readonly TimeSpan Daily = TimeSpan.FromDays(1), Weekly = TimeSpan.FromDays(7);

    public Task StartAsync(CancellationToken stop)
    {
        agenda.Every(Look, "looking for alarms", alarms.Look);
        agenda.Every(Daily, "noting the folder's size", facts.NoteSize);
        agenda.Every(Weekly, "verifying the log", _ => Task.Run(verification.Run, CancellationToken.None));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken stop) => Task.CompletedTask;
}

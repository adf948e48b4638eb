using System.Text.Json.Serialization;
using FourPerMille.Sensor.Gateway.Calibration;
using FourPerMille.Sensor.Gateway.Calibration.Bench;
using FourPerMille.Sensor.Gateway.Calibration.Sessions;
using FourPerMille.Sensor.Gateway.Campaigns;
using FourPerMille.Sensor.Gateway.Estimates;
using FourPerMille.Sensor.Gateway.Forwarding;
using FourPerMille.Sensor.Gateway.Holders;
using FourPerMille.Sensor.Gateway.Ingest;
using FourPerMille.Sensor.Gateway.Ingest.LoRaWan;
using FourPerMille.Sensor.Gateway.Ledger;
using FourPerMille.Sensor.Gateway.Levels;
using FourPerMille.Sensor.Gateway.Observations;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Provisioning.Configurations;
using FourPerMille.Sensor.Gateway.Provisioning.Life;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.SocModels;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Gateway.Technician.Access;
using FourPerMille.Sensor.Gateway.Technician.Alarms;
using FourPerMille.Sensor.Gateway.Technician.Cli;
using FourPerMille.Sensor.Gateway.Technician.Doctor;
using FourPerMille.Sensor.Gateway.Technician.Health;
using FourPerMille.Sensor.Gateway.Technician.Web;
using FourPerMille.Sensor.Gateway.Time;

namespace FourPerMille.Sensor.Gateway;

/// <summary>The only place that knows every slice: it composes them and maps their doors.</summary>
public static class Program
{
    public static Task<int> Main(string[] arguments) => CommandLine.Run(arguments);

    /// <summary>A gateway that has opened its store and holds its data folder, but serves nobody yet.</summary>
    /// <exception cref="InputRefused">Another gateway holds the folder, or what lies in it cannot be used.</exception>
    public static WebApplication Compose(GatewayOptions options)
    {
        var builder = WebApplication.CreateSlimBuilder();
        var door = new ConsoleDoor(options);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.ConfigureHttpsDefaults(https => https.ServerCertificateSelector = (_, _) => kestrel.ApplicationServices.GetRequiredService<ConsoleCertificate>().Current);
            kestrel.Configure(new ConfigurationBuilder().Add(door).Build(), reloadOnChange: true);
        });
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Warning)
            // Session keys lie in the data folder beside the others, under the same file rights: its warning would only repeat that.
            .AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error)
            .AddSimpleConsole(line => line.SingleLine = true);
        // Standard output carries the ready line only.
        builder.Logging.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(System.Text.Json.JsonNamingPolicy.CamelCase)));
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        builder.Services.AddProblemDetails().AddExceptionHandler<Problems>();

        builder.Services
            .AddSingleton(options)
            .AddSingleton(door)
            .AddSingleton(_ => DataFolder.Hold(options.DataFolder))
            .AddSingleton(held => AdminToken.In(held.GetRequiredService<DataFolder>().Path))
            .AddSingleton(held => Database.Open(Path.Combine(held.GetRequiredService<DataFolder>().Path, "gateway.db")))
            .AddSingleton(options.SimulatedClock is { } start ? new SimulatedTimeProvider(start) : TimeProvider.System)
            .AddSingleton<Agenda>()
            .AddSingleton<GatewayClock>()
            .AddRecords()
            .AddForwarding()
            .AddIngest()
            .AddEstimates()
            .AddCampaigns()
            .AddSocModels()
            .AddHolders()
            .AddLevels()
            .AddAccess(options)
            .AddSingleton<OpenLine>()
            .AddAlarms()
            .AddConsole();

        var app = builder.Build();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseSafeHeaders();
        app.UseRouting();
        app.UseRateLimiter();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();
        app.UseAdminOnly();

        app.MapGet("/health", () => Results.Json(new { status = "ok" }));
        app.MapNetworkServers();
        app.MapLog();
        app.MapSchemas();
        app.MapFeed();
        var admin = app.MapGroup("").RequireAdmin();
        admin.MapProvisioning();
        admin.MapConfigurations();
        admin.MapBench();
        admin.MapStatus();
        admin.MapHealth();
        admin.MapAlarms();
        admin.MapLineFacts();
        admin.MapCertificates();
        admin.MapModels();
        admin.MapReadings();
        admin.MapSeals();
        admin.MapFrames();
        admin.MapEstimates();
        admin.MapRecords();
        admin.MapSetup();
        admin.MapCalibrations();
        admin.MapOutbox();
        admin.MapCampaigns();
        admin.MapSocModels();
        admin.MapHolders();
        admin.MapNodeLife();
        admin.MapParcels();
        if (options.Simulated) admin.MapSimulation();
        app.MapAccess();
        app.MapAlarmForms();
        app.MapConsole();
        return app;
    }
}

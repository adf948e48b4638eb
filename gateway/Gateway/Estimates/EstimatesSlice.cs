using FourPerMille.Sensor.Gateway.Calibration.Sessions;
using FourPerMille.Sensor.Gateway.Quality;
using FourPerMille.Sensor.Gateway.Calibration;

namespace FourPerMille.Sensor.Gateway.Estimates;

static class EstimatesSlice
{
    public static IServiceCollection AddEstimates(this IServiceCollection services) => services
        .AddSingleton<CertificateBook>()
        .AddSingleton<CalibrationSessions>()
        .AddSingleton<JudgedReadings>()
        .AddSingleton<ModelBook>()
        .AddSingleton<Provisioning.Life.NodeLifeBook>()
        .AddSingleton<DailySummaries>();
}

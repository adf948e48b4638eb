namespace FourPerMille.Sensor.Gateway.Records;

/// <summary>What Program.cs composes of this slice.</summary>
static class RecordsSlice
{
    /// <summary>The book, the log behind it, and its catching up before the gateway serves.</summary>
    public static IServiceCollection AddRecords(this IServiceCollection services) => services
        .AddSingleton(held =>
        {
            var options = held.GetRequiredService<GatewayOptions>();
            return LogKey.In(held.GetRequiredService<Store.DataFolder>().Path, options.Simulated, options.Name);
        })
        .AddSingleton<RecordLog>()
        .AddSingleton<IRecordBook, RecordBook>()
        .AddHostedService<CatchUpAtStart>();

    sealed class CatchUpAtStart(RecordLog log) : IHostedService
    {
        public Task StartAsync(CancellationToken stop) => log.CatchUp(stop);
        public Task StopAsync(CancellationToken stop) => Task.CompletedTask;
    }
}

using FourPerMille.Sensor.Gateway.Calibration.Bench;
using FourPerMille.Sensor.Gateway.Ingest.LoRaWan;
using FourPerMille.Sensor.Gateway.Ingest.Mqtt;
using FourPerMille.Sensor.Gateway.Ingest.Tls;
using FourPerMille.Sensor.Gateway.Ledger;
using FourPerMille.Sensor.Gateway.Observations;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Provisioning.Configurations;
using FourPerMille.Sensor.Gateway.Provisioning.Enrolment;

namespace FourPerMille.Sensor.Gateway.Ingest;

static class IngestSlice
{
    public static IServiceCollection AddIngest(this IServiceCollection services) => services
        .AddSingleton<NodeRegistry>()
        .AddSingleton<LedgerBook>()
        .AddSingleton<FrameBook>()
        .AddSingleton<FrameReaders>()
        .AddSingleton<ObservationBook>()
        .AddSingleton<SealBook>()
        .AddSingleton<IFrameReader>(held => held.GetRequiredService<SealBook>())
        .AddSingleton<IFrameReader, KeyframeReader>()
        .AddSingleton<IFrameReader, DeltaReader>()
        .AddSingleton<ConfigurationBook>()
        .AddSingleton<IFrameReader, ConfigurationAppliedReader>()
        .AddSingleton<BenchBook>()
        .AddSingleton<IFrameReader>(held => held.GetRequiredService<BenchBook>())
        .AddSingleton<Refusals>()
        .AddSingleton<FailureMeter>()
        .AddSingleton<FrameIntake>()
        .AddSingleton<INetworkServer, ChirpStackServer>()
        .AddSingleton<INetworkServer, TheThingsStackServer>()
        .AddSingleton<LoRaInbox>()
        .AddSingleton<WebhookDownlinks>()
        .AddSingleton<NetworkServerStates>()
        .AddHostedService<NetworkServerLines>()
        .AddSingleton<LineSecurity>()
        .AddSingleton<NodeFiles>()
        .AddSingleton<NodePackage>()
        .AddSingleton<IIdentitySettings>(held => held.GetRequiredService<NodeFiles>())
        .AddSingleton<INodeLine, NodeLine>()
        .AddSingleton<INodeLineGuard, NodeLineGuard>()
        .AddSingleton<Func<INodeLine>>(held => held.GetRequiredService<INodeLine>)
        .AddSingleton<INodeLineInbox, NodeInbox>();
}

using FourPerMille.Sensor.Mrv.Notes;
using FourPerMille.Sensor.Sim.Observatory.Evidence;
using FourPerMille.Sensor.Sim.Observatory.SensorThings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FourPerMille.Sensor.Sim.Observatory;

/// <summary>
/// A receiver of observations and records that speaks HTTP: a subset of SensorThings 1.1, and a witness that keeps every record it
/// cosigned. With a folder it comes back as it was; without, it lives as long as the simulation.
/// </summary>
public sealed class SimulatedObservatory : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly EntityStore _things;
    readonly Witness _witness;

    SimulatedObservatory(WebApplication app, EntityStore things, Witness witness, Uri url) => (_app, _things, _witness, Url) = (app, things, witness, url);

    /// <summary>Where a gateway is pointed to with <c>--observatory</c>.</summary>
    public Uri Url { get; }

    /// <summary>The key its cosignatures verify under.</summary>
    public VerifierKey WitnessKey => _witness.Key;

    public static async Task<SimulatedObservatory> Start(ObservatoryOptions options, CancellationToken stop = default)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelCore().UseUrls(options.Urls.ToString());
        builder.Logging.ClearProviders();
        builder.Services.AddRoutingCore();
        var things = new EntityStore(options, Journal.In(options, "things"));
        var witness = new Witness(options, Journal.In(options, "evidence"));
        var app = builder.Build();
        app.Use((context, next) => FaultyLine.Carry(context, next, options));
        app.UseRouting();
        app.MapSensorThings(things);
        app.MapEvidence(witness);
        app.MapReceipts(witness, things);
        app.MapLevels(witness, options.Time);
        await app.StartAsync(stop);
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new SimulatedObservatory(app, things, witness, new Uri(address));
    }

    /// <summary>Enrols a log: only logs whose key was had beforehand are witnessed.</summary>
    /// <exception cref="FormatException">The text is no verifier key, or the log is simulated and this observatory takes none.</exception>
    public void Trust(string vkey) => _witness.Trust(VerifierKey.Parse(vkey));

    /// <summary>The log's key was stolen; its operator brought another in person, and says how many leaves of the old one count.</summary>
    public void Replace(string vkey, long trustedSize) => _witness.Replace(VerifierKey.Parse(vkey), trustedSize);

    public ObservatorySummary Summary() => new(_things.Count("Things"), _things.Count("Datastreams"), _things.ObservationCount, _things.RecordIdsTwice,
        _witness.Records, _witness.RecordsVerified, _witness.CheckpointsCosigned, _witness.Refusals, _things.Count("MultiDatastreams"), _things.EntitiesTwice);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _things.Dispose();
        _witness.Dispose();
    }
}

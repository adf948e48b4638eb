using System.Net;
using FourPerMille.Sensor.Mrv.Notes;
using FourPerMille.Sensor.Sim.Observatory.Evidence;
using FourPerMille.Sensor.Sim.Observatory.SensorThings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FourPerMille.Sensor.Sim.Observatory;

/// <summary>What went wrong on purpose with a request.</summary>
public enum ObservatoryFault
{
    None,

    /// <summary>500 before anything was done.</summary>
    FailedBefore,

    /// <summary>Everything was done, the answer is 500.</summary>
    FailedAfter,

    /// <summary>Everything was done, the connection ends without an answer.</summary>
    AnswerLost,
}

public sealed record ObservatoryOptions
{
    /// <summary>Where it listens; port 0 takes a free one.</summary>
    public Uri Urls { get; init; } = new("http://127.0.0.1:0");

    /// <summary>What its witness is called.</summary>
    public string WitnessName { get; init; } = "simulated.observatory.example.org/witness";

    /// <summary>A real observatory takes no simulated log; the one of a simulation must.</summary>
    public bool TakesSimulatedLogs { get; init; } = true;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Faults of line and server, by method and path; called for every request.</summary>
    public Func<string, string, ObservatoryFault>? Faults { get; init; }

    /// <summary>Rows of CreateObservations it refuses, by their <c>recordId</c>.</summary>
    public Func<string, bool>? RefusesRow { get; init; }
}

/// <summary>What an observatory holds, in figures.</summary>
/// <param name="RecordsVerified">Records whose own bytes, recomputed into a tree, lead to a checkpoint the log signed.</param>
/// <param name="RecordIdsTwice">Observations that arrived more than once: 0 where the gateway forwards exactly once.</param>
public sealed record ObservatorySummary(int Things, int Datastreams, long Observations, long RecordIdsTwice, long Records, long RecordsVerified, long CheckpointsCosigned, IReadOnlyList<string> Refusals);

/// <summary>
/// A receiver of observations and records that speaks HTTP: a subset of SensorThings 1.1, and a witness that keeps every record it
/// cosigned. It lives as long as the simulation; what it knows is in memory.
/// </summary>
public sealed class SimulatedObservatory : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly EntityStore _things;
    readonly Witness _witness;

    SimulatedObservatory(WebApplication app, EntityStore things, Witness witness, Uri url) => (_app, _things, _witness, Url) = (app, things, witness, url);

    public Uri Url { get; }

    /// <summary>The key its cosignatures verify under.</summary>
    public VerifierKey WitnessKey => _witness.Key;

    public static async Task<SimulatedObservatory> Start(ObservatoryOptions options, CancellationToken stop = default)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelCore().UseUrls(options.Urls.ToString());
        builder.Logging.ClearProviders();
        builder.Services.AddRoutingCore();
        var (things, witness) = (new EntityStore(options.RefusesRow), new Witness(options));
        var app = builder.Build();
        app.Use((context, next) => WithFaults(context, next, options.Faults));
        app.UseRouting();
        app.MapSensorThings(things);
        app.MapEvidence(witness);
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
        _witness.Records, _witness.RecordsVerified, _witness.CheckpointsCosigned, _witness.Refusals);

    static async Task WithFaults(HttpContext context, RequestDelegate next, Func<string, string, ObservatoryFault>? faults)
    {
        var fault = faults?.Invoke(context.Request.Method, context.Request.Path) ?? ObservatoryFault.None;
        if (fault == ObservatoryFault.None) { await next(context); return; }
        if (fault != ObservatoryFault.FailedBefore)
        {
            var answer = context.Response.Body;
            context.Response.Body = new MemoryStream();
            await next(context);
            context.Response.Body = answer;
            context.Response.Headers.Clear();
        }
        if (fault == ObservatoryFault.AnswerLost) context.Abort();
        else context.Response.StatusCode = (int)HttpStatusCode.InternalServerError;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}

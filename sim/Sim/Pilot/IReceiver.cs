using FourPerMille.Sensor.Mrv.Notes;
using FourPerMille.Sensor.Sim.Observatory;

namespace FourPerMille.Sensor.Sim.Pilot;

/// <summary>Who takes what the gateway forwards: the simulated observatory, or somebody's own that is asked whether it does.</summary>
public interface IReceiver : IAsyncDisposable
{
    /// <summary>Where the gateway is pointed to.</summary>
    Uri Url { get; }

    /// <summary>Keys its cosignatures verify under; none where it is no witness.</summary>
    IReadOnlyList<VerifierKey> Witnesses { get; }

    /// <summary>Enrols the log of the pilot, where that can be done from here.</summary>
    void Trust(string vkey);

    /// <summary>What it says it has of this pilot.</summary>
    Task<ObservatorySummary> Look(CancellationToken stop = default);

    /// <summary>What it did not take as it should have, in words.</summary>
    /// <param name="status">The gateway's own account, <c>/api/status</c>.</param>
    IEnumerable<string> Faults(ObservatorySummary seen, System.Text.Json.Nodes.JsonNode status);
}

/// <summary>The observatory that lives as long as the pilot.</summary>
sealed class SimulatedReceiver(SimulatedObservatory observatory) : IReceiver
{
    public Uri Url => observatory.Url;
    public IReadOnlyList<VerifierKey> Witnesses => [observatory.WitnessKey];
    public void Trust(string vkey) => observatory.Trust(vkey);
    public Task<ObservatorySummary> Look(CancellationToken stop) => Task.FromResult(observatory.Summary());
    public IEnumerable<string> Faults(ObservatorySummary seen, System.Text.Json.Nodes.JsonNode status) => seen.Refusals.Select(refusal => $"the observatory refused: {refusal}");
    public ValueTask DisposeAsync() => observatory.DisposeAsync();
}

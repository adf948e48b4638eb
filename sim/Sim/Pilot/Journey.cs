namespace FourPerMille.Sensor.Sim.Pilot;

/// <summary>One estimate followed from the counts of its probes to the signed checkpoint that holds its record: real values, nothing retold.</summary>
public sealed record Journey
{
    public required string Node { get; init; }
    public required string Label { get; init; }
    public required string Place { get; init; }
    public required DateTimeOffset Utc { get; init; }
    public required uint Epoch { get; init; }
    public required uint Sequence { get; init; }
    public required IReadOnlyList<int> MoistureCounts { get; init; }
    public required IReadOnlyList<int> SoilTemperatureSixteenths { get; init; }
    public required IReadOnlyList<int> BandCounts { get; init; }
    public required int Gain { get; init; }
    public required int IntegrationCode { get; init; }
    /// <summary>Body and message authentication code as they travelled.</summary>
    public required string FrameBodyHex { get; init; }
    public required string FrameMacHex { get; init; }
    public required IReadOnlyList<CalibratedValue> Calibrated { get; init; }
    public required EstimatePoint Estimate { get; init; }
    public required double TrueSocGramsPerKg { get; init; }
    public required string CanonicalRecord { get; init; }
    public required long LeafIndex { get; init; }
    public required string LeafHashHex { get; init; }
    public required IReadOnlyList<string> ProofHashes { get; init; }
    public required long TreeSize { get; init; }
    public required string RootHash { get; init; }
    public required string Checkpoint { get; init; }
    public required bool Verified { get; init; }
    /// <summary>Witnesses whose cosignatures under the checkpoint hold.</summary>
    public IReadOnlyList<string> Witnesses { get; init; } = [];
}

/// <param name="Source">Which certificate made it, as the gateway names it.</param>
public sealed record CalibratedValue(string Quantity, double Value, double StandardUncertainty, string Unit, string Source);

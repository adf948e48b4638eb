namespace FourPerMille.Sensor.Pictures.Architecture;

/// <summary>A station on a reading's way.</summary>
/// <param name="Source">The file that does it; it must exist, so that the picture cannot outlive the code.</param>
/// <param name="Does">What happens there, in a few words.</param>
sealed record Step(string Name, string Source, string Does)
{
    public static IReadOnlyList<Step> All { get; } =
    [
        new("node", "firmware/Node/OneWake.cs", "wakes, reads its probes, logs to flash"),
        new("link", "firmware/Node/Link/Session.cs", "sends what is unsent, hears what is stored"),
        new("intake", "gateway/Gateway/Ingest/FrameIntake.cs", "proves and names the frame, commits it"),
        new("ledger", "gateway/Gateway/Ledger/EpochLedger.cs", "sampled = stored + lost + missing; acknowledges"),
        new("reading", "gateway/Gateway/Calibration/Calibrator.cs", "counts become quantities, each with its u"),
        new("estimate", "gateway/Gateway/Estimates/SocEstimator.cs", "an interval, or an abstention with its end"),
        new("record", "gateway/Gateway/Records/RecordBook.cs", "canonical bytes, a leaf of the signed log"),
        new("outbox", "gateway/Gateway/Forwarding/ObservatoryOutbox.cs", "waits for the line, is sent once"),
        new("observatory", "sim/Sim/Observatory/SimulatedObservatory.cs", "checks proofs, cosigns (simulated here)"),
    ];

    public string Folder => Path.GetDirectoryName(Source)!;

    public string TypeName => Path.GetFileNameWithoutExtension(Source);

    /// <summary>The rooms that its folder calls.</summary>
    public IReadOnlyList<string> Uses => File.Exists(Path.Combine(Checkout.Root, Source))
        ? Room.UsedBySources(Folder)
        : throw new InvalidOperationException($"{Source} is no more: tools/Pictures/Architecture/Step.cs names the file that does \"{Does}\".");
}

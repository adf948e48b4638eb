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

    /// <summary>The connection ends while half of the request is read; nothing was done.</summary>
    RequestCut,

    /// <summary>Everything was done, the connection ends in the middle of the answer's body.</summary>
    AnswerCut,

    /// <summary>Everything was done, the answer comes after <see cref="ObservatoryOptions.Lateness"/>: beyond the caller's patience.</summary>
    AnswerLate,

    /// <summary>503 with Retry-After; nothing was done.</summary>
    Busy,
}

/// <summary>What it does with a <c>recordId</c> it has already. SensorThings has no rule; servers differ.</summary>
public enum SecondArrival
{
    /// <summary>Taken as another observation: what the standard says of any row.</summary>
    Taken,

    /// <summary>The row's answer is an error.</summary>
    RowRefused,

    /// <summary>The whole request ends with 500, as FROST-Server does with a client's id it has; rows before it stay.</summary>
    ServerError,
}

public sealed record ObservatoryOptions
{
    /// <summary>Where it listens; port 0 takes a free one.</summary>
    public Uri Urls { get; init; } = new("http://127.0.0.1:0");

    /// <summary>Where it keeps its state, so that it comes back as it was; null keeps it in memory.</summary>
    public string? Folder { get; init; }

    /// <summary>What its witness is called.</summary>
    public string WitnessName { get; init; } = "simulated.observatory.example.org/witness";

    /// <summary>A real observatory takes no simulated log; the one of a simulation must.</summary>
    public bool TakesSimulatedLogs { get; init; } = true;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Faults of line and server, by method and path; called for every request.</summary>
    public Func<string, string, ObservatoryFault>? Faults { get; init; }

    /// <summary>How late a late answer is.</summary>
    public TimeSpan Lateness { get; init; } = TimeSpan.FromSeconds(40);

    /// <summary>What the line carries, each way; null for no limit.</summary>
    public double? BytesPerSecond { get; init; }

    /// <summary>Asked at every write: a full disk refuses the rest of a request row by row, and entities with 507.</summary>
    public Func<bool>? DiskIsFull { get; init; }

    public SecondArrival OnSecondArrival { get; init; }

    /// <summary>Rows of CreateObservations it refuses, by their <c>recordId</c>.</summary>
    public Func<string, bool>? RefusesRow { get; init; }

    /// <summary>Whole requests it answers with 400 because of a row in them, by its <c>recordId</c>: what a strict parser does.</summary>
    public Func<string, bool>? RefusesRequestWith { get; init; }
}

/// <summary>What an observatory holds, in figures.</summary>
/// <param name="RecordsVerified">Records whose own bytes, recomputed into a tree, lead to a checkpoint the log signed.</param>
/// <param name="RecordIdsTwice">Observations that arrived more than once: 0 where the gateway forwards exactly once.</param>
/// <param name="EntitiesTwice">Entities whose <c>properties/key</c> another of their set had before.</param>
public sealed record ObservatorySummary(int Things, int Datastreams, long Observations, long RecordIdsTwice, long Records, long RecordsVerified, long CheckpointsCosigned,
    IReadOnlyList<string> Refusals, int MultiDatastreams = 0, long EntitiesTwice = 0);

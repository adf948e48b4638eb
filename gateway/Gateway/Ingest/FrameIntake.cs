using FourPerMille.Sensor.Gateway.Ledger;
using FourPerMille.Sensor.Gateway.Observations;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Gateway.Time;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Gateway.Ingest;

/// <summary>
/// Takes what a node sent: prove it, name it, commit it, and only then answer. The same path serves both links. Nothing that a frame
/// holds can end it; what cannot be taken is counted and quarantined with its reason.
/// </summary>
public sealed class FrameIntake(Database database, LedgerBook ledgers, ObservationBook observations, Refusals refusals, FailureMeter failures, TimeProvider time, GatewayClock clock)
{
    /// <summary>Completes when all that could be taken is durable.</summary>
    /// <returns>What to tell the node: empty where nothing could be proven to come from it.</returns>
    public async Task<IReadOnlyList<WireFrame>> Take(Node node, NodeLink link, IReadOnlyList<WireFrame> frames, CancellationToken stop)
    {
        var intake = new Intake(node, link, time.GetUtcNow());
        Open(intake, frames);
        if (intake.Opened.Count + intake.Refused.Count == 0) return [];
        return await database.Write(session => Keep(session, intake), stop);
    }

    /// <summary>Counts and keeps frames of nobody we know.</summary>
    public Task Refuse(IReadOnlyList<RefusedFrame> frames, CancellationToken stop) =>
        database.Write(session => refusals.Quarantine(session, frames), stop);

    void Open(Intake intake, IReadOnlyList<WireFrame> frames)
    {
        var known = ledgers.Hints(intake.Node);
        foreach (var frame in frames)
        {
            var (opened, reason) = MayTry(intake) ? FrameOpener.Open(intake.Node, intake.Link, frame, known) : (null, RefusalReason.TooManyFailures);
            if (opened is not null)
            {
                intake.Opened.Add(opened);
                known = Learn(known, opened);
                continue;
            }
            intake.Refused.Add(new RefusedFrame(intake.Node.Id, intake.Link, frame.Kind, frame.Bytes, reason!));
            if (reason == RefusalReason.WrongMac && intake.Link == NodeLink.Lora) intake.ReachedFailureLimit |= failures.Fail(intake.Node.Id);
        }
    }

    bool MayTry(Intake intake) => intake.Link != NodeLink.Lora || !failures.IsClosed(intake.Node.Id);

    /// <summary>Later frames of one message are guessed from earlier ones, so a backlog that begins a new epoch is understood whole.</summary>
    static IReadOnlyList<EpochHint> Learn(IReadOnlyList<EpochHint> known, OpenedFrame opened)
    {
        var sampled = opened switch { OpenedReading reading => reading.Sequence + 1L, OpenedDelta delta => delta.Sequence + 1L, _ => 0 };
        var at = known.ToList().FindIndex(hint => hint.Epoch == opened.Epoch);
        if (at >= 0 && known[at].Sampled >= sampled) return known;
        return [.. known.Where(hint => hint.Epoch < opened.Epoch), new EpochHint(opened.Epoch, sampled), .. known.Where(hint => hint.Epoch > opened.Epoch)];
    }

    IReadOnlyList<WireFrame> Keep(WriteSession session, Intake intake)
    {
        refusals.Quarantine(session, intake.Refused);
        if (intake.ReachedFailureLimit)
            refusals.Alarm(session, intake.Node.Id, "wrong MACs", $"{FailureMeter.FailuresPerMinute} within a minute over LoRa: frames go to quarantine unopened until a minute has passed.");
        if (intake.Opened.Count == 0) return [];

        var epochs = ledgers.Open(session, intake.Node);
        foreach (var frame in intake.Opened) Keep(session, intake, Ledger(epochs, frame.Epoch), frame);
        var changed = intake.Opened.Select(frame => frame.Epoch).Distinct().Select(epoch => epochs[epoch]).ToList();
        ledgers.Keep(session, intake.Node, changed, intake.Received);
        var assigned = AssignedEpoch(session, intake, epochs.Keys.Last());
        return Replies.To(intake.Node, intake.Link, intake.Kept, changed, assigned, time.GetUtcNow(), clock.Quality);
    }

    void Keep(WriteSession session, Intake intake, EpochLedger ledger, OpenedFrame frame)
    {
        switch (frame)
        {
            case OpenedReading reading:
                KeepReading(session, intake, ledger, reading);
                break;
            case OpenedDelta delta:
                KeepDelta(session, intake, ledger, delta);
                return;
            case OpenedLoss { Loss: var loss }:
                ledger.DeclareLost(loss.FirstSequence, loss.Count);
                observations.KeepLoss(session, intake.Node, loss, frame.Bytes, intake.Received);
                break;
            case OpenedClockMark { Mark: var mark }:
                ledger.Learn(mark.NextSequence);
                observations.KeepClockMark(session, intake.Node, mark, frame.Bytes, intake.Received);
                break;
            case OpenedTimeRequest { Request: var request }:
                ledger.Learn(request.NextSequence);
                break;
        }
        intake.Kept.Add(frame);
    }

    /// <summary>A delta means something beside its keyframe only. Without it the reading is known to have been taken, and stays with the node.</summary>
    void KeepDelta(WriteSession session, Intake intake, EpochLedger ledger, OpenedDelta delta)
    {
        ledger.Learn(delta.Sequence + 1L);
        if (observations.Keyframe(session, intake.Node, delta.Epoch, delta.Keyframe) is not { } keyframe)
        {
            refusals.Quarantine(session, [Refused(RefusalReason.KeyframeNotHeld)]);
            return;
        }
        var reading = new Reading();
        if (!DeltaCodec.TryDecode(delta.Bytes, 0, delta.Bytes.Length - FrameOpener.MacLength(intake.Link), keyframe, reading))
        {
            refusals.Quarantine(session, [Refused(RefusalReason.MalformedFrame)]);
            return;
        }
        Keep(session, intake, ledger, delta.Told(reading));

        RefusedFrame Refused(string reason) => new(intake.Node.Id, intake.Link, FrameKind.Delta, delta.Bytes, reason);
    }

    void KeepReading(WriteSession session, Intake intake, EpochLedger ledger, OpenedReading reading)
    {
        if (!ledger.Stored.Contains(reading.Sequence))
        {
            observations.KeepReading(session, intake.Node, intake.Link, reading, intake.Received);
            ledger.Store(reading.Sequence);
        }
        else if (observations.HasSameBody(session, intake.Node, intake.Link, reading))
        {
            ledger.CountDuplicate();
        }
        else if (observations.KeepConflict(session, intake.Node, intake.Link, reading, intake.Received))
        {
            ledger.CountConflict();
            intake.HasConflictIn = Math.Max(intake.HasConflictIn, reading.Epoch);
            refusals.Alarm(session, intake.Node.Id, "conflict", $"epoch {reading.Epoch}, sequence {reading.Sequence} stands for two readings; both are kept, a fresh epoch is assigned.");
        }
    }

    /// <summary>The epoch the node is to begin, or null while it is in one that it may keep.</summary>
    static uint? AssignedEpoch(WriteSession session, Intake intake, uint newest)
    {
        var assigned = session.Scalar<uint?>("SELECT epoch FROM epoch_assignments WHERE node = @0", intake.Node.Number);
        if (assigned > newest) return assigned;
        // A node that has already left the epoch needs no other: its old readings keep arriving for a while.
        if (intake.HasConflictIn != newest) return null;
        session.Execute("INSERT OR REPLACE INTO epoch_assignments (node, epoch, reason, assigned_ms) VALUES (@0, @1, @2, @3)",
            intake.Node.Number, newest + 1, "conflict", intake.Received.ToUnixTimeMilliseconds());
        return newest + 1;
    }

    static EpochLedger Ledger(SortedDictionary<uint, EpochLedger> epochs, uint epoch)
    {
        if (!epochs.TryGetValue(epoch, out var ledger)) epochs.Add(epoch, ledger = new EpochLedger(epoch));
        return ledger;
    }

    /// <summary>One message on its way.</summary>
    sealed class Intake(Node node, NodeLink link, DateTimeOffset received)
    {
        public Node Node { get; } = node;
        public NodeLink Link { get; } = link;
        public DateTimeOffset Received { get; } = received;
        public List<OpenedFrame> Opened { get; } = [];
        /// <summary>Of these, what is stored now or was before: what the answer speaks of.</summary>
        public List<OpenedFrame> Kept { get; } = [];
        public List<RefusedFrame> Refused { get; } = [];
        public bool ReachedFailureLimit { get; set; }
        public uint HasConflictIn { get; set; }
    }
}

using System.Collections.Concurrent;
using FourPerMille.Sensor.Gateway.Ledger;
using FourPerMille.Sensor.Gateway.Observations;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Provisioning.Configurations;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Gateway.Time;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Gateway.Ingest;

/// <summary>
/// Takes what a node sent: prove it, name it, commit it, and only then answer. The same path serves both links. Nothing that a frame
/// holds can end it; what cannot be taken is counted and quarantined with its reason.
/// </summary>
public sealed class FrameIntake(Database database, LedgerBook ledgers, FrameBook frames, FrameReaders readers, SealBook seals, ObservationBook observations, ConfigurationBook configurations, Refusals refusals, FailureMeter failures, TimeProvider time, GatewayClock clock)
{
    /// <summary>The epoch in which each node last asked for the time; forgotten by a restart, and told again by the next request.</summary>
    readonly ConcurrentDictionary<long, uint> _livesIn = new();

    /// <summary>Completes when all that could be taken is durable.</summary>
    /// <returns>What to tell the node: empty where nothing could be proven to come from it.</returns>
    public async Task<IReadOnlyList<WireFrame>> Take(Node node, NodeLink link, IReadOnlyList<WireFrame> sent, CancellationToken stop)
    {
        var intake = new Intake(node, link, time.GetUtcNow());
        Open(intake, sent);
        if (intake.Opened.Count + intake.Refused.Count == 0) return [];
        return await database.Write(session => Keep(session, intake), stop);
    }

    /// <summary>Counts and keeps frames of nobody we know.</summary>
    public Task Refuse(IReadOnlyList<RefusedFrame> refused, CancellationToken stop) =>
        database.Write(session => refusals.Quarantine(session, refused), stop);

    void Open(Intake intake, IReadOnlyList<WireFrame> sent)
    {
        var known = ledgers.Hints(intake.Node);
        foreach (var frame in sent)
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
        var sampled = opened is OpenedNamed named ? named.Sequence + 1L : 0;
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
        foreach (var ledger in changed) seals.Review(session, intake.Node, ledger);
        ledgers.Keep(session, intake.Node, changed, intake.Received);
        var assigned = AssignedEpoch(session, intake, epochs.Keys.Last());
        var earlier = Replies.Earlier(intake.Link, intake.Opened, epochs, intake.Received);
        return Replies.To(intake.Node, intake.Link, intake.Opened, changed, earlier, assigned, time.GetUtcNow(), clock.Quality,
            configurations.Due(session, intake.Node, intake.Link, intake.Received));
    }

    void Keep(WriteSession session, Intake intake, EpochLedger ledger, OpenedFrame frame)
    {
        switch (frame)
        {
            case OpenedNamed { Kind: var kind, Epoch: var epoch, Sequence: var sequence }:
                KeepNamed(session, intake, ledger, new NamedFrame(kind, epoch, sequence, intake.Link, intake.Received, frame.Bytes));
                break;
            case OpenedLoss { Loss: var loss }:
                if (loss.Reason == LossDeclaration.Released) Release(session, intake, ledger, loss);
                else ledger.DeclareLost(loss.FirstSequence, loss.Count);
                observations.KeepLoss(session, intake.Node, loss, frame.Bytes, intake.Received);
                break;
            case OpenedClockMark { Mark: var mark }:
                ledger.Learn(mark.NextSequence);
                observations.KeepClockMark(session, intake.Node, mark, frame.Bytes, intake.Received);
                break;
            case OpenedTimeRequest { Request: var request }:
                ledger.Learn(request.NextSequence);
                session.AfterCommit(() => _livesIn[intake.Node.Number] = request.Epoch);
                intake.LivesIn = request.Epoch;
                break;
        }
    }

    /// <summary>What of it is held here all the same was never lost; an old acknowledgement, played again, makes a node say this too.</summary>
    void Release(WriteSession session, Intake intake, EpochLedger ledger, LossDeclaration loss)
    {
        var before = ledger.LostByRestoreCount;
        ledger.Release(loss.FirstSequence, loss.Count);
        if (ledger.LostByRestoreCount > before)
            refusals.AlarmOnce(session, intake.Node.Id, "readings lost by restore", $"epoch {loss.Epoch}: this gateway had acknowledged readings that it no longer holds, "
                + "and the node has let them go. Its store was put back to an earlier day; look for the later one.");
    }

    void KeepNamed(WriteSession session, Intake intake, EpochLedger ledger, NamedFrame frame)
    {
        if (!ledger.Stored.Contains(frame.Sequence))
        {
            ledger.Store(frame.Sequence);
            if (!readers.Take(session, intake.Node, frame)) NoteUnread(session, intake, frame);
        }
        else if (frames.HoldsSame(session, intake.Node, frame))
        {
            ledger.CountDuplicate();
        }
        else if (frames.KeepConflict(session, intake.Node, frame))
        {
            ledger.CountConflict();
            intake.WantsEpochAfter(frame.Epoch, "conflict");
            refusals.Alarm(session, intake.Node.Id, "conflict", $"epoch {frame.Epoch}, sequence {frame.Sequence} stands for two frames; both are kept, a fresh epoch is assigned.");
        }
    }

    /// <summary>
    /// A node tells a delta only from a keyframe that was acknowledged to it. If that is not here, the gateway has lost what it had
    /// (a restored copy): the delta's bytes are kept and acknowledged all the same, since the node could not better them, and a fresh
    /// epoch makes the node send the keyframe it still holds, and whole readings.
    /// </summary>
    void NoteUnread(WriteSession session, Intake intake, NamedFrame frame)
    {
        if (frame.Kind == FrameKind.Delta) intake.WantsEpochAfter(frame.Epoch, "keyframe lost");
        refusals.AlarmOnce(session, intake.Node.Id, "frame not understood", $"epoch {frame.Epoch}, kind {frame.Kind}: "
            + (frame.Kind == FrameKind.Delta ? "deltas whose keyframe is not here; they are stored unread until it comes again." : "stored unread; a gateway that knows this form will read them."));
    }

    /// <summary>The epoch the node is to begin, or null while it is in one that it may keep.</summary>
    uint? AssignedEpoch(WriteSession session, Intake intake, uint newest)
    {
        var assigned = session.Scalar<uint?>("SELECT epoch FROM epoch_assignments WHERE node = @0", intake.Node.Number);
        if (assigned > newest) return assigned;
        // A node that has already left the epoch needs no other: its old readings keep arriving for a while. Its last time request says where
        // it lives; after an erased flash that may be an epoch of long ago.
        var livesIn = intake.LivesIn ?? (_livesIn.TryGetValue(intake.Node.Number, out var last) ? last : newest);
        if (intake.EpochToLeave == 0 || intake.EpochToLeave != newest && intake.EpochToLeave != livesIn) return null;
        session.Execute("INSERT OR REPLACE INTO epoch_assignments (node, epoch, reason, assigned_ms) VALUES (@0, @1, @2, @3)",
            intake.Node.Number, newest + 1, intake.ReasonToLeave, intake.Received.ToUnixTimeMilliseconds());
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
        public List<RefusedFrame> Refused { get; } = [];
        public bool ReachedFailureLimit { get; set; }

        /// <summary>The node's present epoch, where this message tells it.</summary>
        public uint? LivesIn { get; set; }

        /// <summary>The newest epoch that the node should not go on with; 0 for none.</summary>
        public uint EpochToLeave { get; private set; }
        public string? ReasonToLeave { get; private set; }

        public void WantsEpochAfter(uint epoch, string reason)
        {
            if (epoch >= EpochToLeave) (EpochToLeave, ReasonToLeave) = (epoch, reason);
        }
    }
}

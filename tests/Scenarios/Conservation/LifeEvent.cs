namespace FourPerMille.Sensor.Scenarios.Conservation;

/// <summary>What may befall a node or the gateway. The number beside it says where or how much.</summary>
enum Happening
{
    // Power and clock of the node.
    CutAfterFileOperations, CutAtDeviceCall, CutAsleep, ClockJump,
    // Its flash.
    LoseStateSlot, LoseState, LoseEpochSlot, LoseEpochFile, LoseSegment, FlipBitInSegment, FlipBitInState, EraseFlash, FillFlash, FreeFlash,
    // Its line, for this wake: the n-th message up or down.
    LinkDown, CutBeforeGateway, CutAfterGateway, DuplicateUp, ReplayUp, ForgeUp, ReplayDown, ForgeDown,
    // The gateway, for all nodes.
    KillAtAnswer, Restart, Backup, Restore,
}

/// <param name="Round">Wakes of a life are counted; the event comes before or within this one.</param>
/// <param name="Node">Index in its world; -1 for the gateway.</param>
sealed record LifeEvent(int Round, int Node, Happening What, int Number)
{
    public override string ToString() => $"{(Node < 0 ? "gateway" : "node " + Node)}, wake {Round}: {What} {Number}";
}

/// <summary>Everything that chance decides about a world, told before it begins, so that it can be told again with less.</summary>
/// <param name="Seed">Of the world.</param>
/// <param name="Nodes">Indices of the nodes that live; the others are left out.</param>
sealed record WorldPlan(int Seed, IReadOnlyList<int> Nodes, int Rounds, IReadOnlyList<LifeEvent> Events)
{
    /// <summary>For judging the judge: a gateway that is killed has lost all of that round, as one would that answers before it commits.</summary>
    public bool AnswersBeforeCommit { get; init; }

    static readonly (Happening What, int Weight)[] OfNode =
    [
        (Happening.CutAfterFileOperations, 10), (Happening.CutAtDeviceCall, 10), (Happening.CutAsleep, 4), (Happening.ClockJump, 4),
        (Happening.LoseStateSlot, 4), (Happening.LoseState, 4), (Happening.LoseEpochSlot, 2), (Happening.LoseEpochFile, 2),
        (Happening.LoseSegment, 2), (Happening.FlipBitInSegment, 3), (Happening.FlipBitInState, 2), (Happening.EraseFlash, 1),
        (Happening.FillFlash, 3), (Happening.FreeFlash, 6),
        (Happening.LinkDown, 20), (Happening.CutBeforeGateway, 8), (Happening.CutAfterGateway, 12), (Happening.DuplicateUp, 6),
        (Happening.ReplayUp, 6), (Happening.ForgeUp, 4), (Happening.ReplayDown, 6), (Happening.ForgeDown, 4),
    ];

    public static WorldPlan Draw(int seed, int nodes, int rounds)
    {
        var events = new List<LifeEvent>();
        for (var node = 0; node < nodes; node++) events.AddRange(DrawNode(new Random(seed * 1000 + node), node, rounds));
        var chance = new Random(seed);
        for (var kill = 0; kill < 2; kill++) events.Add(new(chance.Next(1, rounds), -1, Happening.KillAtAnswer, chance.Next(1, nodes)));
        events.Add(new(chance.Next(1, rounds), -1, Happening.Restart, 0));
        if (chance.Next(2) == 0)
        {
            var backup = chance.Next(1, rounds - 4);
            events.Add(new(backup, -1, Happening.Backup, 0));
            events.Add(new(chance.Next(backup + 1, rounds - 1), -1, Happening.Restore, 0));
        }
        return new(seed, [.. Enumerable.Range(0, nodes)], rounds, events);
    }

    /// <summary>The same world with one node in it, and what befell it and the gateway.</summary>
    public WorldPlan Only(int node) => this with { Nodes = [node], Events = [.. Events.Where(e => e.Node == node || e.Node < 0)] };

    static IEnumerable<LifeEvent> DrawNode(Random chance, int node, int rounds)
    {
        // Some lives are calm, some are beset; a quiet one shows that nothing happens by itself.
        var percent = chance.Next(5, 60);
        for (var round = 0; round < rounds; round++)
        {
            if (chance.Next(100) >= percent) continue;
            var what = Pick(chance);
            var number = what switch
            {
                Happening.CutAfterFileOperations => chance.Next(14),
                Happening.CutAtDeviceCall => chance.Next(1, 700),
                Happening.ClockJump => chance.Next(-40_000_000, 40_000_000),
                Happening.FillFlash => chance.Next(0, 400),
                Happening.LinkDown => chance.Next(1, 6),
                Happening.CutBeforeGateway or Happening.CutAfterGateway => chance.Next(1, 3),
                _ => chance.Next(1 << 20),
            };
            var lasting = what == Happening.LinkDown ? number : 1;
            for (var i = 0; i < lasting && round + i < rounds; i++) yield return new(round + i, node, what, number);
        }
    }

    static Happening Pick(Random chance)
    {
        var at = chance.Next(OfNode.Sum(kind => kind.Weight));
        foreach (var (what, weight) in OfNode)
            if ((at -= weight) < 0) return what;
        throw new InvalidOperationException("The weights do not add up.");
    }
}

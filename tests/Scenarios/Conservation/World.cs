using System.Collections.Concurrent;
using System.Globalization;
using FourPerMille.Sensor.VirtualBoard.Chips;

namespace FourPerMille.Sensor.Scenarios.Conservation;

/// <summary>One gateway, some nodes, and what befalls them, wake by wake; then calm days in which every account must close.</summary>
sealed class World : IAsyncDisposable
{
    /// <summary>Nodes awake at a time; they wait for sockets more than they compute.</summary>
    const int Hands = 6;

    /// <summary>Calm wakes in which a backlog must be gone: a LoRaWAN node sends eight frames in one of up to three wakes.</summary>
    const int MostCalmRounds = 40;

    /// <summary>And those in which what a restore lost must be on record: a gateway speaks to a LoRaWAN node of one earlier epoch a day, of three in turn.</summary>
    const int MostRounds = 100;

    static readonly DateTimeOffset Start = new(2026, 3, 1, 6, 0, 0, TimeSpan.Zero);

    readonly WorldPlan _plan;
    readonly GatewayUnderTest _gateway;
    readonly LastGasp _lastGasp;
    readonly MqttAir _wifi;
    readonly List<WitnessedNode> _nodes = [];
    string? _lastBreath, _backup, _atDawn;
    DateTimeOffset _utc = Start;

    World(WorldPlan plan, GatewayUnderTest gateway)
    {
        (_plan, _gateway) = (plan, gateway);
        _lastGasp = new LastGasp(() => _lastBreath = _atDawn ?? gateway.Copy());
        _wifi = new MqttAir(id => _nodes.First(node => node.Id == id).Air, _lastGasp) { Gateway = gateway.Mqtt };
    }

    /// <summary>Lives the plan to its end. What is wrong then, by node; nothing where all is well.</summary>
    public static async Task<WorldOutcome> Live(WorldPlan plan)
    {
        await using var world = new World(plan, await GatewayUnderTest.Begin(Start));
        await world.Settle();
        for (var round = 0; round < plan.Rounds; round++) await world.Live(round);
        await world.Calm();
        return world.Judge();
    }

    async Task Settle()
    {
        var wanted = _plan.Nodes.Select(index => (Index: index, Id: (0x70b3d57ed0000000 + index).ToString("x16", CultureInfo.InvariantCulture), UsesLoRa: index % 3 == 2)).ToList();
        var identities = await _gateway.Enrol(wanted.Select(node => (node.Id, node.UsesLoRa)));
        foreach (var (index, id, usesLoRa) in wanted)
        {
            var node = new WitnessedNode(index, id, identities[id], usesLoRa, _plan.Seed * 1000 + index, Start);
            if (usesLoRa) node.Board.Serial.Attach("COM2", new Rak3172Modem(new LoRaAir(node.Air, _lastGasp, frame => _gateway.TakeOverLoRa(id, frame))));
            node.Board.Network.Map("gateway.local", 1883, _wifi.EndPoint);
            _nodes.Add(node);
        }
    }

    async Task Live(int round)
    {
        var events = _plan.Events.Where(e => e.Round == round).ToLookup(e => e.Node);
        _atDawn = _plan.AnswersBeforeCommit ? _gateway.Copy() : null;
        foreach (var happening in events[-1]) await Befall(happening);
        WakeAll(node =>
        {
            node.Recover(forGood: false);
            foreach (var happening in events[node.Index]) node.Suffer(happening);
        });
        await EndRound();
    }

    async Task Befall(LifeEvent happening)
    {
        switch (happening.What)
        {
            case Happening.KillAtAnswer: _lastGasp.DieAtAnswer(1 + happening.Number % Math.Max(1, _nodes.Count)); break;
            case Happening.Restart: await BeginAgain(null); break;
            case Happening.Backup: _backup = _gateway.Copy(); break;
            case Happening.Restore when _backup is not null:
                var before = _nodes.ToDictionary(node => node, node => _gateway.StoreOf(node.Id));
                await BeginAgain(_backup);
                foreach (var node in _nodes) node.StoreWasPutBack(before[node], _gateway.StoreOf(node.Id));
                break;
        }
    }

    async Task EndRound()
    {
        if (_lastGasp.IsDead) await BeginAgain(_lastBreath);
        _utc = _utc.AddHours(1);
        await _gateway.AdvanceTo(_utc);
    }

    async Task BeginAgain(string? copy)
    {
        _lastGasp.Die();
        _wifi.CutAll();
        await _gateway.BeginAgain(copy, _utc);
        _wifi.Gateway = _gateway.Mqtt;
        _lastGasp.Revive();
    }

    async Task Calm()
    {
        var restless = _nodes.ToList();
        for (var round = 0; round < MostRounds && restless.Count > 0; round++)
        {
            WakeAll(node => node.Recover(forGood: true), restless);
            await EndRound();
            if (round >= 3) restless.RemoveAll(IsSettled);
            if (round == MostCalmRounds)
                foreach (var node in restless.Where(node => node.HasPending(_gateway.StoreOf(node.Id))))
                    node.Findings.Add($"{node.Seen.OnFlash.Count} frames lie in flash after {MostCalmRounds} calm wakes: something goes round in circles");
        }
    }

    bool IsSettled(WitnessedNode node)
    {
        var store = _gateway.StoreOf(node.Id);
        return !node.HasPending(store) && Account.Close(node.Seen, store).Findings.Count == 0;
    }

    void WakeAll(Action<WitnessedNode> before, IEnumerable<WitnessedNode>? nodes = null)
    {
        var waiting = new ConcurrentQueue<WitnessedNode>(nodes ?? _nodes);
        void Work()
        {
            while (waiting.TryDequeue(out var node))
            {
                before(node);
                node.Wake();
            }
        }
        // Threads of their own: a wake blocks on sockets, and the pool has to carry the other ends.
        var hands = Enumerable.Range(0, Math.Min(Hands, waiting.Count)).Select(_ => new Thread(Work)).ToList();
        hands.ForEach(hand => hand.Start());
        hands.ForEach(hand => hand.Join());
    }

    WorldOutcome Judge()
    {
        var lives = _nodes.Select(node =>
        {
            var store = _gateway.StoreOf(node.Id);
            var (findings, beyond) = Account.Close(node.Seen, store);
            return new LifeOutcome(node.Index, [.. node.Findings, .. findings], node.SampledCount, store.Stored.Count, store.Conflicts.Count, beyond, [.. node.Trace]);
        }).ToList();
        return new WorldOutcome(_plan, lives);
    }

    public async ValueTask DisposeAsync()
    {
        _lastGasp.Die();
        _wifi.Dispose();
        await _gateway.DisposeAsync();
    }
}

sealed record LifeOutcome(int Node, IReadOnlyList<string> Findings, int Sampled, int Stored, int Conflicts, int BeyondKnowledge, IReadOnlyList<string> Trace);

sealed record WorldOutcome(WorldPlan Plan, IReadOnlyList<LifeOutcome> Lives)
{
    public LifeOutcome? FirstBroken => Lives.FirstOrDefault(life => life.Findings.Count > 0);
}

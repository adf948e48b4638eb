using System.Buffers.Binary;
using System.Globalization;
using FourPerMille.Sensor.VirtualBoard;
using FourPerMille.Sensor.VirtualBoard.Chips;

namespace FourPerMille.Sensor.Scenarios.Conservation;

/// <summary>
/// The real firmware on a board with moisture probes and a battery, and somebody who watches its flash: at every <c>sampled</c> line the frame
/// must lie there already, and what lies there is the truth that the gateway's store is judged by.
/// </summary>
sealed class WitnessedNode
{
    const int ProbePower = 33, BatteryChannel = 7;
    const string Junk = @"I:\junk";
    static readonly int[] MoistureChannels = [0, 3, 6];
    static readonly string[] State = [@"I:\state.a", @"I:\state.b"], Epoch = [@"I:\epoch.a", @"I:\epoch.b"];

    readonly HashSet<NamedFrame> _sampled = [], _unremembered = [], _beyondKnowledge = [], _forgotten = [], _lostByRestore = [], _mayRepeat = [];

    public WitnessedNode(int index, string id, string identity, bool usesLoRa, int seed, DateTimeOffset start)
    {
        (Index, Id, UsesLoRa) = (index, id, usesLoRa);
        var chance = new Random(seed);
        Board = new Board(new BoardOptions
        {
            Name = id, Seed = seed, StartUtc = start, ClockDriftPpm = chance.Next(-3000, 3000), SocketPatience = TimeSpan.FromSeconds(3),
        });
        // Soil that never repeats itself: two readings under one name can be told apart by their bytes.
        foreach (var channel in MoistureChannels) Board.Adc.Attach(channel, new AnalogSource(() => 0.5 + 2 * chance.NextDouble()), ProbePower);
        Board.Adc.Attach(BatteryChannel, new AnalogSource(() => 1.65));
        Board.Disk.WriteAllText(@"I:\identity.txt", identity + $"send_every={1 + chance.Next(3)}\nspectral_every=1000\n");
        Board.Traced += Watch;
    }

    public int Index { get; }
    public string Id { get; }
    public bool UsesLoRa { get; }
    public Board Board { get; }
    public AirFaults Air { get; } = new();

    /// <summary>Breaches of the firmware's own word, seen from outside.</summary>
    public List<string> Findings { get; } = [];

    /// <summary>The newest lines of trace, for whoever has to find out why.</summary>
    public Queue<string> Trace { get; } = new();

    public Witness Seen => new(_sampled, [.. FlashLog.Entries(Board.Disk)], _beyondKnowledge, _lostByRestore, _forgotten, _mayRepeat.Select(frame => frame.Name).ToHashSet());

    public int SampledCount => _sampled.Count;

    public bool HasPending(StoreOfNode store) => FlashLog.Entries(Board.Disk).Any(frame => !store.Holds(frame));

    public void Wake()
    {
        var outcome = Board.Wake(Firmware.HostedNode);
        if (outcome.Kind is not (WakeKind.Slept or WakeKind.PowerCut)) Findings.Add($"the firmware {outcome.Kind}: {outcome.Failure}");
        // The power may fail between the close that makes a reading durable and the line that says so.
        _sampled.UnionWith(FlashLog.Entries(Board.Disk));
        // Where the flash is full of something else, room is made before that can be noted: a power cut between the two costs what the log knew.
        if (Board.Disk.Exists(Junk)) NoteRepeatable();
        Board.Clock.AdvanceTo(outcome.NextWakeUtc ?? Board.Clock.Utc.AddMinutes(10));
    }

    public void Suffer(LifeEvent happening)
    {
        var n = happening.Number;
        switch (happening.What)
        {
            case Happening.CutAfterFileOperations: Board.Disk.CutPowerAfterOperations(n); break;
            case Happening.CutAtDeviceCall: Board.CutPowerAtDeviceCall(n); break;
            case Happening.CutAsleep: Board.CutPowerAt(Board.Clock.Utc.AddSeconds(-1)); break;
            case Happening.ClockJump: Board.Clock.SetDevice(Board.Clock.DeviceUtc.AddSeconds(Board.Clock.DeviceUtc.AddSeconds(n).Year < 1971 ? -n : n)); break;
            case Happening.LoseStateSlot: Lose(State[n % 2]); break;
            case Happening.LoseState: LoseAll(State); break;
            case Happening.LoseEpochSlot: Lose(Epoch[n % 2]); break;
            case Happening.LoseEpochFile: LoseAll(Epoch); break;
            case Happening.LoseSegment: WithSegment(n, Lose); break;
            case Happening.FlipBitInSegment: WithSegment(n, path => Flip(path, n)); break;
            case Happening.FlipBitInState: if (Board.Disk.Exists(State[n % 2])) Flip(State[n % 2], n / 2); break;
            case Happening.EraseFlash: EraseAllButIdentity(); break;
            case Happening.FillFlash: Lose(Junk); Board.Disk.WriteAllBytes(Junk, new byte[Math.Max(0, Board.Disk.CapacityBytes - Board.Disk.UsedBytes - n)]); break;
            case Happening.FreeFlash: Lose(Junk); break;
            case Happening.LinkDown: Air.IsDown = true; Board.Network.IsLinkUp = false; break;
            default: Air.Expect(happening.What, n); break;
        }
    }

    /// <summary>The next wake is a new day: what befell the line is over.</summary>
    public void Recover(bool forGood)
    {
        Air.Clear();
        Board.Network.IsLinkUp = true;
        if (!forGood) return;
        Lose(Junk);
        Board.Disk.CutPowerAfterOperations(-1);
        Board.CutPowerAtDeviceCall(-1);
    }

    /// <summary>The gateway's store was put back to an earlier day, which held less.</summary>
    public void StoreWasPutBack(StoreOfNode before, StoreOfNode after)
    {
        if (_sampled.Count == 0) return;
        var lost = _sampled.Where(frame => before.Settles(frame) && !after.Settles(frame)).ToList();
        var epoch = _sampled.Max(frame => frame.Epoch);
        _lostByRestore.UnionWith(lost);
        _forgotten.UnionWith(lost.Where(frame => frame.Epoch != epoch || _unremembered.Contains(frame)));
    }

    void Watch(string line)
    {
        lock (Trace)
        {
            Trace.Enqueue(line);
            while (Trace.Count > 60) Trace.Dequeue();
        }
        var words = line.Split(' ');
        if (words is not ["sampled", var epoch, var sequence]) return;
        var name = (uint.Parse(epoch, CultureInfo.InvariantCulture), uint.Parse(sequence, CultureInfo.InvariantCulture));
        if (FlashLog.Segments(Board.Disk).LastOrDefault() is { } newest && FlashLog.Entries(Board.Disk.ReadAllBytes(newest)).LastOrDefault() is { } frame && frame.Name == name)
            _sampled.Add(frame);
        else
            Findings.Add($"{name} is called sampled and does not lie in flash");
    }

    void Flip(string path, int bit)
    {
        if (Board.Disk.ReadAllBytes(path).Length is > 0 and var length) Board.Disk.FlipBit(path, bit % (length * 8));
        NoteLostKnowledge();
    }

    void WithSegment(int n, Action<string> act)
    {
        if (FlashLog.Segments(Board.Disk).ToArray() is { Length: > 0 } segments) act(segments[n % segments.Length]);
    }

    void LoseAll(string[] paths)
    {
        foreach (var path in paths) Lose(path);
    }

    void Lose(string path) => Erase(kept => kept != path);

    void EraseAllButIdentity() => Erase(kept => kept.StartsWith(@"I:\identity", StringComparison.Ordinal));

    void Erase(Func<string, bool> isKept)
    {
        var kept = Board.Disk.Files.Where(isKept).Select(path => (path, Board.Disk.ReadAllBytes(path))).ToList();
        Board.Disk.Erase();
        foreach (var (path, bytes) in kept) Board.Disk.WriteAllBytes(path, bytes);
        NoteLostKnowledge();
    }

    /// <summary>
    /// What was destroyed in flash is declared by whoever remembers that it was taken: a state of its epoch that was saved after it. Where no
    /// such state is left, nobody can.
    /// </summary>
    void NoteLostKnowledge()
    {
        NoteRepeatable();
        var gone = _sampled.Except(FlashLog.Entries(Board.Disk)).ToList();
        if (RememberedNext() is not var (epoch, next))
        {
            _unremembered.UnionWith(_sampled);
            _forgotten.UnionWith(_lostByRestore);
            _beyondKnowledge.UnionWith(gone);
            return;
        }
        _beyondKnowledge.UnionWith(gone.Where(frame => _unremembered.Contains(frame) || frame.Epoch > epoch || frame.Epoch == epoch && frame.Sequence >= next));
    }

    void NoteRepeatable() => _mayRepeat.UnionWith(_sampled.Where(frame => !IsKnownTaken(frame.Name)));

    /// <summary>
    /// Whether what is left in flash says that a name is taken: the state those before its next, the log those up to its newest; and where epoch
    /// file or log know a later epoch than the state, or there is none, all of that epoch.
    /// </summary>
    bool IsKnownTaken((uint Epoch, uint Sequence) name)
    {
        var newest = FlashLog.Entries(Board.Disk).Select(frame => frame.Name).DefaultIfEmpty().Max();
        var kept = Newest(Epoch) is { } file ? BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(8)) : 0;
        var highest = Math.Max(kept, newest.Epoch);
        if (RememberedNext() is not var (epoch, next) || highest > epoch) return name.Epoch <= highest;
        return name.CompareTo((epoch, next)) < 0 || name.CompareTo(newest) <= 0;
    }

    /// <summary>Epoch and next sequence by the newest whole state: header of 8 bytes, with the generation in its second half, then the state.</summary>
    (uint Epoch, uint Next)? RememberedNext() =>
        Newest(State) is { } state ? (BinaryPrimitives.ReadUInt32LittleEndian(state.AsSpan(12)), BinaryPrimitives.ReadUInt32LittleEndian(state.AsSpan(16))) : null;

    byte[]? Newest(string[] slots) =>
        slots.Where(IsWhole).Select(slot => Board.Disk.ReadAllBytes(slot)).MaxBy(bytes => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(4)));

    /// <summary>A slot ends with the CRC-32 of all before it (firmware/Node/State/TwoSlotFile.cs).</summary>
    bool IsWhole(string slot) => Board.Disk.Exists(slot) && Board.Disk.ReadAllBytes(slot) is { Length: > 12 } bytes
        && BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(bytes.Length - 4)) == FlashLog.Crc32(bytes.AsSpan(0, bytes.Length - 4));
}

using FourPerMille.Sensor.Payload;
using FourPerMille.Sensor.VirtualBoard;

namespace FourPerMille.Sensor.Unit.Node;

/// <summary>
/// No replayed, forged or reordered downlink changes a node's state: a node that hears a random run of downlinks of all kinds has, byte for
/// byte, the files of one that heard only those of the run that a rule as simple as can be calls news.
/// </summary>
public sealed class ReplayTests
{
    const int Runs = 300;
    static readonly FirmwareImage Hears = Firmware.NodeParts("HearsDownlinks");
    static readonly FrameKeys Stranger = new(new byte[32], Convert.FromHexString(VirtualNode.Id));

    [Fact]
    public void Old_forged_and_reordered_downlinks_change_no_byte_of_any_file()
    {
        int news = 0, refused = 0;
        for (var seed = 1; seed <= Runs; seed++)
        {
            var chance = new Random(seed);
            var run = Run(chance);
            var told = Told(run).ToList();
            news += told.Count;
            refused += run.Count - told.Count;

            Assert.True(FilesAfter(run.Select(sent => sent.Entry)).SequenceEqual(FilesAfter(told.Select(sent => sent.Entry))), $"seed {seed}");
        }
        Assert.InRange(news, 3 * Runs, 20 * Runs);
        Assert.InRange(refused, 3 * Runs, 40 * Runs);
    }

    [Fact]
    public void The_rule_is_not_empty_a_downlink_that_is_left_out_shows()
    {
        var run = Told(Run(new Random(1))).ToList();
        Assert.False(FilesAfter(run.Select(sent => sent.Entry)).SequenceEqual(FilesAfter(run.SkipLast(1).Select(sent => sent.Entry))));
    }

    /// <param name="Number">What may only rise: a version, an epoch, an acknowledged sequence.</param>
    sealed record Sent(byte Kind, uint Number, bool IsGenuine, byte[] Entry);

    /// <summary>Genuine downlinks in disorder, each perhaps again, and forgeries of every sort between them.</summary>
    static List<Sent> Run(Random chance)
    {
        List<Sent> run = [];
        var length = 5 + chance.Next(20);
        while (run.Count < length)
        {
            switch (chance.Next(10))
            {
                case < 3 when run.Count > 0:
                    run.Add(run[chance.Next(run.Count)]);
                    break;
                case 3:
                    run.Add(Forged(chance, Genuine(chance)));
                    break;
                case 4:
                    run.Add(Genuine(chance, Stranger) with { IsGenuine = false });
                    break;
                default:
                    run.Add(Genuine(chance));
                    break;
            }
        }
        return run;
    }

    static Sent Genuine(Random chance, FrameKeys? keys = null)
    {
        var body = new byte[NodeConfiguration.MaxBodyLength];
        switch (chance.Next(4))
        {
            case 0:
                var epoch = (uint)chance.Next(2, 9);
                return Made(FrameKind.EpochAssignment, epoch, 0, epoch, body, new EpochAssignment { Epoch = epoch }.Encode(body, 0), keys);
            case 1:
                // Mostly to a question of another node, day or clock.
                var isAsked = chance.Next(4) == 0;
                var answer = new TimeAnswer { Epoch = 1, NextSequence = isAsked ? 40u : (uint)chance.Next(39), MonotonicSeconds = 0, UnixSeconds = 1_900_000_000, GatewayClockQuality = 3 };
                return Made(FrameKind.TimeAnswer, 1, answer.NextSequence, isAsked ? 1u : 0, body, answer.Encode(body, 0), keys);
            case 2:
                var acknowledgement = new Acknowledgement();
                acknowledgement.Clear(1, (uint)chance.Next(1, 41));
                return Made(FrameKind.Acknowledgement, 1, acknowledgement.Next, acknowledgement.Next, body, acknowledgement.Encode(body, 0), keys);
            default:
                var configuration = new NodeConfiguration { Version = (uint)chance.Next(1, 30) };
                configuration.Set(Setting.IntervalMinutes, configuration.Version * 10 % 1450);
                if (configuration.Version % 3 == 0) configuration.Set(Setting.QuietHours, configuration.Version);
                if (configuration.Version % 5 == 0) configuration.Set(Setting.BenchOrder, 0x011E);
                return Made(FrameKind.Configuration, 0, configuration.Version, configuration.Version, body, configuration.Encode(body, 0), keys);
        }
    }

    static Sent Made(byte kind, uint epoch, uint sequence, uint number, byte[] body, int length, FrameKeys? keys)
    {
        var mac = (keys ?? VirtualNode.Keys).MacDown(kind, epoch, sequence, body, 0, length);
        byte[] frame = [.. body.AsSpan(0, length), .. mac.AsSpan(0, FrameKeys.MacLength)];
        return new Sent(kind, number, true, [kind, (byte)frame.Length, .. frame]);
    }

    /// <summary>A bit turned, a kind exchanged, an end cut off, or a MAC of another body.</summary>
    static Sent Forged(Random chance, Sent genuine)
    {
        var bytes = (byte[])genuine.Entry.Clone();
        switch (chance.Next(3))
        {
            case 0:
                bytes[2 + chance.Next(bytes.Length - 2)] ^= (byte)(1 << chance.Next(8));
                break;
            case 1:
                bytes[0] = (byte)(33 + (bytes[0] - 33 + 1 + chance.Next(3)) % 4);
                break;
            default:
                bytes = bytes[..(2 + chance.Next(bytes.Length - 2))];
                bytes[1] = (byte)(bytes.Length - 2);
                break;
        }
        return genuine with { IsGenuine = false, Entry = bytes };
    }

    /// <summary>
    /// Versions, epochs and what is acknowledged only rise, each by itself. The node is in epoch 1 and remembers four epochs; its question
    /// for the time is open until it is answered or the epoch goes.
    /// </summary>
    static IEnumerable<Sent> Told(List<Sent> run)
    {
        const int rememberedEpochs = 4;
        var highest = new Dictionary<byte, uint> { [FrameKind.EpochAssignment] = 1, [FrameKind.Configuration] = 0, [FrameKind.Acknowledgement] = 0, [FrameKind.TimeAnswer] = 0 };
        var epochs = 1;
        foreach (var sent in run)
        {
            var isOver = sent.Kind == FrameKind.TimeAnswer && epochs > 1 || sent.Kind == FrameKind.Acknowledgement && epochs > rememberedEpochs;
            if (!sent.IsGenuine || isOver || sent.Number <= highest[sent.Kind]) continue;
            highest[sent.Kind] = sent.Number;
            if (sent.Kind == FrameKind.EpochAssignment) epochs++;
            yield return sent;
        }
    }

    static string[] FilesAfter(IEnumerable<byte[]> entries)
    {
        var board = new Board(new BoardOptions());
        board.Disk.WriteAllText(@"I:\identity.txt", VirtualNode.LoRaIdentity);
        board.Disk.WriteAllBytes(@"I:\heard.bin", [.. entries.SelectMany(entry => entry)]);
        var outcome = board.Wake(Hears);
        Assert.True(outcome.Kind == WakeKind.Returned && board.Trace[^1] == "heard all", outcome.Failure?.ToString());
        return [.. board.Disk.Files.Where(file => !file.EndsWith("heard.bin", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
            .Select(file => $"{file} {Convert.ToHexString(board.Disk.ReadAllBytes(file))}")];
    }
}

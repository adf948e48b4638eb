using System.Text;
using FourPerMille.Sensor.VirtualBoard;

namespace FourPerMille.Sensor.Unit.Boards;

public sealed class FlashDiskTests
{
    [Fact]
    public void A_file_is_durable_when_it_is_closed_and_not_when_it_is_flushed()
    {
        var board = Bench.Board();
        board.Disk.WriteAllText(@"I:\open.txt", "before");

        board.Run("SleepsWithoutClosing");

        Assert.Equal("before", board.Disk.ReadAllText(@"I:\open.txt"));
    }

    /// <summary>A program of eight operations: create, write, write, close, twice. Cut after each; only whole closes may show.</summary>
    [Fact]
    public void A_power_cut_after_any_operation_leaves_each_file_as_of_its_last_close()
    {
        for (var operations = 0; operations <= 8; operations++)
        {
            var board = Bench.Board();
            board.Disk.CutPowerAfterOperations(operations);

            var outcome = board.Wake(Bench.Image("AppendsToTwoFiles"));

            Assert.Equal(WakeKind.PowerCut, outcome.Kind);
            Assert.Equal(operations, board.Disk.Operations);
            Assert.Equal(operations >= 4 ? "abc\n" : null, Text(board, @"I:\first.txt"));
            Assert.Equal(operations >= 8 ? "abc\n" : null, Text(board, @"I:\second.txt"));
            // Power is back: the next wake runs to its end and finds what was durable.
            Assert.Equal(WakeKind.Slept, board.Wake(Bench.Image("AppendsToTwoFiles")).Kind);
            Assert.EndsWith("abc\n", board.Disk.ReadAllText(@"I:\second.txt"));
        }
    }

    [Fact]
    public void Directories_renames_and_refusals_work_as_on_the_device()
    {
        var trace = Bench.Board().Run("UsesDirectories");

        Assert.Equal([@"I:\log\b.txt 10", @"I:\log\c.txt 3", "two", "three", "move -402653184", "read -503316480"], trace);
    }

    [Fact]
    public void A_full_disk_refuses_and_keeps_what_it_held()
    {
        var board = Bench.Board(new BoardOptions { FlashBytes = 10_500 });
        board.Disk.WriteAllText(@"I:\other", new string('x', 400));

        Assert.Equal("full", board.Run("FillsTheDisk").Single());

        Assert.Equal(10_400, board.Disk.UsedBytes);
    }

    [Fact]
    public void A_flipped_bit_is_there_to_be_found()
    {
        var disk = Bench.Board().Disk;
        disk.WriteAllText(@"I:\a", "A");

        disk.FlipBit(@"I:\a", 1);

        Assert.Equal("C", disk.ReadAllText(@"I:\a"));
    }

    static string? Text(Board board, string path) =>
        board.Disk.Exists(path) && board.Disk.ReadAllBytes(path) is { Length: > 0 } bytes ? Encoding.UTF8.GetString(bytes) : null;
}

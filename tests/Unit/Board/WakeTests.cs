using FourPerMille.Sensor.VirtualBoard;

namespace FourPerMille.Sensor.Unit.Boards;

public sealed class WakeTests
{
    static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_new_device_believes_in_1970_and_its_clock_runs_through_waits_and_deep_sleep()
    {
        var board = Bench.Board();

        var first = board.Wake(Bench.Image("TellsTheTime"));

        Assert.Equal(["cause 0", "1970-01-01 00:00:00", "01/01/1970 01:00:00", "up 3600000"], board.Trace);
        Assert.Equal((WakeKind.Slept, Start.AddHours(25), TimeSpan.FromHours(1)), (first.Kind, first.NextWakeUtc, first.Awake));

        board.Clock.AdvanceTo(first.NextWakeUtc!.Value);
        Assert.Equal(["cause 4", "1970-01-02 01:00:00", "01/02/1970 02:00:00", "up 3600000"], board.Run("TellsTheTime"));
    }

    [Fact]
    public void A_fast_device_wakes_early_and_its_set_clock_gains()
    {
        var board = Bench.Board(new BoardOptions { ClockDriftPpm = 1000 });

        var outcome = board.Wake(Bench.Image("SetsTheClock"));
        board.Clock.AdvanceTo(outcome.NextWakeUtc!.Value);

        Assert.Equal("set True", Assert.Single(board.Trace));
        // One device hour at 1000 ppm is 3600 s / 1.001.
        Assert.Equal(3600 / 1.001, (outcome.NextWakeUtc.Value - Start).TotalSeconds, 4);
        Assert.Equal(new DateTimeOffset(2026, 5, 4, 4, 2, 1, TimeSpan.Zero), board.Clock.DeviceUtc, TimeSpan.FromTicks(100));
    }

    [Fact]
    public void Timers_fire_inside_waits_and_nowhere_else()
    {
        var trace = Bench.Board().Run("WaitsForTimers");

        Assert.Equal(["early False 3", "late True 5", "after 5 up 15500"], trace);
    }

    [Fact]
    public void A_cancellation_wakes_whoever_waits_for_its_handle() => Assert.Equal("index 1 up 2000", Bench.Board().Run("CancelsItself").Single());

    [Fact]
    public void A_wait_for_what_can_never_come_is_a_crash_that_the_firmware_cannot_hide()
    {
        var board = Bench.Board();

        var outcome = board.Wake(Bench.Image("WaitsForEver"));

        Assert.Equal(WakeKind.Crashed, outcome.Kind);
        Assert.Contains("never come", outcome.Failure!.Message);
        Assert.Empty(board.Trace);
    }

    [Fact]
    public void A_firmware_that_does_not_sleep_is_stopped()
    {
        var outcome = Bench.Board(new BoardOptions { LongestWake = TimeSpan.FromMinutes(5) }).Wake(Bench.Image("LoopsForEver"));

        Assert.Equal(WakeKind.Crashed, outcome.Kind);
        Assert.InRange(outcome.Awake, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(5.1));
    }

    [Fact]
    public void Main_may_return_or_throw_and_the_outcome_says_so()
    {
        var board = Bench.Board();

        Assert.Equal(WakeKind.Returned, board.Wake(Bench.Image("Returns")).Kind);
        Assert.Equal("half a line", board.Trace.Single());
        var crash = board.Wake(Bench.Image("Throws"));
        Assert.Equal((WakeKind.Crashed, "a bug"), (crash.Kind, crash.Failure!.Message));
    }

    [Fact]
    public void Neither_catch_nor_finally_can_write_once_the_wake_is_over()
    {
        var board = Bench.Board();

        Assert.Equal(WakeKind.Slept, board.Wake(Bench.Image("ClingsToLife")).Kind);

        Assert.Empty(board.Disk.Files);
    }

    [Fact]
    public void Power_can_fail_at_any_device_call_and_takes_the_clock_with_it()
    {
        for (var call = 1; ; call++)
        {
            var board = Bench.Board();
            board.Run("SetsTheClock");
            board.CutPowerAtDeviceCall(call);
            var outcome = board.Wake(Bench.Image("TellsTheTime"));
            if (outcome.Kind == WakeKind.Slept)
            {
                Assert.True(call > 4, "the firmware makes more calls than that");
                return;
            }
            Assert.Equal((WakeKind.PowerCut, null), (outcome.Kind, outcome.NextWakeUtc));
            board.Run("TellsTheTime");
            Assert.Equal(["cause 0", "1970-01-01 00:00:00"], board.Trace.Take(2));
        }
    }

    [Fact]
    public void A_power_cut_at_a_true_time_ends_the_wait_it_falls_into()
    {
        var board = Bench.Board();
        board.CutPowerAt(Start.AddMinutes(30));

        var outcome = board.Wake(Bench.Image("TellsTheTime"));

        Assert.Equal((WakeKind.PowerCut, 2), (outcome.Kind, board.Trace.Count));
    }

    [Fact]
    public void Boards_on_many_threads_do_not_meet() => Parallel.For(0, 64, n =>
    {
        var board = Bench.Board(new BoardOptions { StartUtc = Start.AddDays(n) });
        for (var wake = 0; wake < 10; wake++)
        {
            var outcome = board.Wake(Bench.Image("AppendsToTwoFiles"));
            board.Clock.AdvanceTo(outcome.NextWakeUtc!.Value);
        }
        Assert.Equal(40, board.Disk.ReadAllBytes(@"I:\first.txt").Length);
        Assert.Equal(Start.AddDays(n).AddMinutes(100), board.Clock.Utc);
    });

    [Fact]
    public void Types_that_differ_from_dotnet_behave_as_the_device()
    {
        var trace = Bench.Board().Run("DiffersFromDotNet");

        Assert.Equal("1 2 True 3", trace[0]);
        Assert.Contains("a=1", trace);
        Assert.Equal("2 2 1.02:03:04.0050000 47", trace[^1]);
    }

    [Fact]
    public void Device_calls_outside_a_wake_say_what_is_wrong()
    {
        var failure = Assert.ThrowsAny<Exception>(() => Bench.Image("Returns").Main());

        Assert.Contains("Board.Wake", failure.Message);
    }
}

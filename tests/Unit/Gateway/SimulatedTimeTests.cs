using FourPerMille.Sensor.Gateway;
using FourPerMille.Sensor.Gateway.Time;
using Microsoft.Extensions.Logging.Abstractions;

namespace FourPerMille.Sensor.Unit.Gateway;

public sealed class SimulatedTimeTests
{
    static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Timers_fire_in_order_each_at_its_own_instant()
    {
        var clock = new SimulatedTimeProvider(Start);
        var fired = new List<(string, TimeSpan)>();
        using var hourly = clock.CreateTimer(_ => fired.Add(("hourly", clock.GetUtcNow() - Start)), null, TimeSpan.FromHours(1), TimeSpan.FromHours(1));
        using var once = clock.CreateTimer(_ => fired.Add(("once", clock.GetUtcNow() - Start)), null, TimeSpan.FromMinutes(90), Timeout.InfiniteTimeSpan);

        await clock.AdvanceTo(Start.AddHours(2.5), () => Task.CompletedTask);

        Assert.Equal([("hourly", TimeSpan.FromHours(1)), ("once", TimeSpan.FromHours(1.5)), ("hourly", TimeSpan.FromHours(2))], fired);
        Assert.Equal(Start.AddHours(2.5), clock.GetUtcNow());
    }

    [Fact]
    public async Task Work_that_a_timer_begins_has_ended_before_time_goes_on()
    {
        var clock = new SimulatedTimeProvider(Start);
        await using var agenda = new Agenda(clock, NullLogger<Agenda>.Instance);
        var seen = new List<(TimeSpan Begun, TimeSpan Ended)>();
        using var _ = agenda.Every(TimeSpan.FromHours(1), "a chore", async stop =>
        {
            var begun = clock.GetUtcNow() - Start;
            await Task.Delay(20, stop);
            seen.Add((begun, clock.GetUtcNow() - Start));
        });

        await clock.AdvanceTo(Start.AddHours(3), agenda.Settled);

        Assert.Equal([1, 2, 3], seen.Select(s => (int)s.Begun.TotalHours));
        Assert.All(seen, s => Assert.Equal(s.Begun, s.Ended));
    }

    [Fact]
    public async Task A_chore_that_fails_comes_again()
    {
        var clock = new SimulatedTimeProvider(Start);
        await using var agenda = new Agenda(clock, NullLogger<Agenda>.Instance);
        var runs = 0;
        using var _ = agenda.Every(TimeSpan.FromHours(1), "a chore", stop => ++runs == 1 ? throw new InvalidOperationException("once") : Task.CompletedTask);

        await clock.AdvanceTo(Start.AddHours(3), agenda.Settled);

        Assert.Equal(3, runs);
    }

    [Fact]
    public async Task The_clock_does_not_go_back()
    {
        var clock = new SimulatedTimeProvider(Start);
        await Assert.ThrowsAsync<InputRefused>(() => clock.AdvanceTo(Start.AddTicks(-1), () => Task.CompletedTask));
    }

    [Fact]
    public async Task A_delay_of_the_runtime_ends_by_the_simulated_clock()
    {
        var clock = new SimulatedTimeProvider(Start);
        var delay = Task.Delay(TimeSpan.FromDays(1), clock);
        await clock.AdvanceTo(Start.AddDays(1).AddTicks(-1), () => Task.CompletedTask);
        Assert.False(delay.IsCompleted);
        await clock.AdvanceTo(Start.AddDays(1), () => Task.CompletedTask);
        await delay.WaitAsync(TimeSpan.FromSeconds(10));
    }
}

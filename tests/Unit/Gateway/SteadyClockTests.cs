using FourPerMille.Sensor.Gateway.Observations;
using FourPerMille.Sensor.Payload;
using FsCheck;
using FsCheck.Fluent;

namespace FourPerMille.Sensor.Unit.Gateway;

public sealed class SteadyClockTests
{
    static readonly DateTimeOffset Enrolled = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    static readonly DateTimeOffset Late = Enrolled.AddYears(1);

    [Fact]
    public void Without_a_mark_a_reading_lies_between_enrolment_and_arrival()
    {
        var clock = new SteadyClock([], [], 5000, Enrolled);
        var (time, isConsistent) = clock.At(3, 30, Enrolled.AddHours(5));
        Assert.Equal((Enrolled, Enrolled.AddHours(5), true), (time.Earliest, time.Latest, isConsistent));
    }

    [Fact]
    public void Beside_a_mark_the_width_is_the_minute_of_the_stamp_and_the_rounding_and_the_round_trip()
    {
        // Asked at 3600 s, answered at 3602 s of a clock that began at 2026-03-01 01:00.
        var clock = new SteadyClock([Mark(7, 3600, 3602, Enrolled.AddHours(2).AddSeconds(1))], [], 0.001, Enrolled);
        var (time, _) = clock.At(6, 60, Late);
        Assert.Equal(Enrolled.AddHours(2).AddSeconds(1 - 3), time.Earliest);
        Assert.Equal(Enrolled.AddHours(2).AddSeconds(1 + 1 + 60), time.Latest);
    }

    [Fact]
    public void Drift_widens_the_interval_with_the_distance_and_a_second_mark_narrows_it()
    {
        var first = Mark(1, 600, 600, Enrolled.AddSeconds(600));
        var second = Mark(1000, 172_800, 172_800, Enrolled.AddSeconds(172_800));
        var near = new SteadyClock([first], [], 1000, Enrolled).At(2, 20, Late).Time.Width;
        var far = new SteadyClock([first], [], 1000, Enrolled).At(500, 1440, Late).Time.Width;
        var between = new SteadyClock([first, second], [], 1000, Enrolled).At(500, 1440, Late).Time.Width;
        Assert.True(near < between && between <= far, $"{near} {between} {far}");
        // 85 800 s and the minute of the stamp, at 1000 ppm on both sides, beside the stamp and the rounding.
        Assert.Equal(62 + 2 * 85.86, far.TotalSeconds, 2);
    }

    [Fact]
    public void A_reading_is_never_later_than_its_arrival() =>
        Assert.Equal(Enrolled.AddSeconds(1200), new SteadyClock([Mark(1, 600, 600, Enrolled.AddSeconds(600))], [], 50_000, Enrolled).At(9, 19, Enrolled.AddSeconds(1200)).Time.Latest);

    [Fact]
    public void A_restart_leaves_one_side_of_a_bound()
    {
        // The clock stood still for a day between readings 10 and 11.
        var mark = Mark(10, 6000, 6000, Enrolled.AddSeconds(6000));
        var clock = new SteadyClock([mark], [11], 100, Enrolled);
        Assert.True(clock.At(9, 95, Late).Time.Width < TimeSpan.FromMinutes(2));
        var after = clock.At(12, 105, Enrolled.AddDays(3)).Time;
        Assert.Equal(Enrolled.AddDays(3), after.Latest);
        Assert.True(after.Earliest >= Enrolled.AddSeconds(6290) && after.Earliest <= Enrolled.AddSeconds(6300));
    }

    [Fact]
    public void Marks_that_contradict_each_other_are_said_to_and_spanned()
    {
        var clock = new SteadyClock([Mark(1, 600, 600, Enrolled.AddSeconds(600)), Mark(2, 1200, 1200, Enrolled.AddSeconds(9000))], [], 100, Enrolled);
        var (time, isConsistent) = clock.At(1, 15, Late);
        Assert.False(isConsistent);
        Assert.True(time.Earliest <= Enrolled.AddSeconds(900) && time.Latest >= Enrolled.AddSeconds(8700));
    }

    /// <summary>The truth: a node whose clock runs wrong by up to the stated drift, changing as it likes, asks the time now and then.</summary>
    [Fact]
    public void The_interval_always_holds_the_true_instant() => Prop.ForAll(Lives().ToArbitrary(), life =>
    {
        var random = new Random(life.Seed);
        double steady = 0, utc = 0, ppm = life.Ppm;
        var (marks, readings) = (new List<ClockMark>(), new List<(uint Sequence, uint Minutes, double Utc, double Received)>());
        for (uint sequence = 0; sequence < 200; sequence++)
        {
            Pass(600);
            readings.Add((sequence, (uint)(steady / 60), utc, utc + 5));
            if (random.Next(life.MarkEvery) > 0) continue;
            var asked = steady;
            Pass(random.NextDouble() * 4);
            var answered = utc;
            Pass(random.NextDouble() * 4);
            marks.Add(new ClockMark { NextSequence = sequence + 1, AskedMonotonicSeconds = (uint)asked, AnsweredMonotonicSeconds = (uint)steady, AnsweredUnixSeconds = (uint)(Enrolled.ToUnixTimeSeconds() + answered) });
        }
        var clock = new SteadyClock(marks, [], ppm, Enrolled);
        return readings.All(reading =>
        {
            var (time, isConsistent) = clock.At(reading.Sequence, reading.Minutes, Enrolled.AddSeconds(reading.Received));
            var truth = Enrolled.AddSeconds(reading.Utc);
            var inLookup = clock.MinutesWithin(truth, truth.AddSeconds(1)) is not { } minutes || (minutes.From <= reading.Minutes && reading.Minutes <= minutes.To);
            return isConsistent && inLookup && time.Earliest.AddMilliseconds(-1) <= truth && truth <= time.Latest.AddMilliseconds(1);
        });

        void Pass(double seconds)
        {
            steady += seconds;
            utc += seconds * (1 + (random.NextDouble() * 2 - 1) * ppm * 1e-6 * 0.98);
        }
    }).QuickCheckThrowOnFailure();

    static ClockMark Mark(uint next, uint asked, uint answered, DateTimeOffset utc) =>
        new() { NextSequence = next, AskedMonotonicSeconds = asked, AnsweredMonotonicSeconds = answered, AnsweredUnixSeconds = (uint)utc.ToUnixTimeSeconds() };

    static Gen<(int Seed, double Ppm, int MarkEvery)> Lives() =>
        from seed in Gen.Choose(0, int.MaxValue - 1) from ppm in Gen.Elements(20.0, 500, 5000) from every in Gen.Choose(1, 60) select (seed, ppm, every);
}

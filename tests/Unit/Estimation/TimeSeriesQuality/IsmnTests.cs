using FourPerMille.Sensor.Estimation.TimeSeriesQuality;
using FourPerMille.Sensor.Gateway.Technician.Cli;

namespace FourPerMille.Sensor.Unit.Estimation;

public sealed class IsmnTests
{
    /// <summary>A made-up series in run lengths: a spike, one of two hours, a drop, a jump, a gap, a saturated plateau, a drop to zero, impossible values.</summary>
    const string Moisture =
        "20.0x3, 19.9x3, 19.8x3, 19.7x3, 19.6x3, 19.5x3, 19.4x2, 25.3, 19.3x4, 19.2x4, 19.1x4, 19.0, 23.4x2, 18.9x5, "
        + "18.8x5, 18.7x4, 3.0x22, 18.2x9, x2, 18.1x3, 18.0x8, 22.0, 31.5, 44.0, 45.1, 45.2x20, 45.1, 44.9, 41.0, 38.2, "
        + "36.0, 35.0, 34.8, 34.6, 34.4, 34.2, 34.0, 33.8, 33.6, 33.4, 33.2, 33.0, 32.8, 32.6, 32.4, 32.2, 32.0, 31.8, 31.6, "
        + "31.4, 31.2, 31.0, 30.8, 30.6, 30.4, 30.2, 30.0, 29.8, 29.6, 29.4, 29.2, 0.0, -0.3, 28.9x3, 61.2, 28.8x14";

    /// <summary>The flags flagit (TUW-GEO, MIT) gives it: saturation 45 % vol, 0.05 m, the rain below, one hour of frost.</summary>
    const string Expected =
        "Gx5; D01; Gx14; D06; Gx13; D04 D05 D06; D06; D07 D09; D09x13; D07 D09; D09x21; D08; Gx8; x2; Gx11; D04 D05x3; "
        + "C03 D05 D10x2; C03 D10x20; D10; Gx33; D07; C01; Gx3; C02 C03 D04 D05; Gx14";

    internal static readonly IsmnSite Site = new(SaturationPercent: 45, DepthMetres: 0.05);

    [Fact]
    public void Spikes_breaks_low_and_high_plateaus_are_flagged_as_the_network_does() => Assert.Equal(
        Unrolled(Expected, "; "), IsmnQuality.Run(Series(), Site).Select((f, i) => double.IsNaN(Series()[i].SoilMoisture) ? "" : f.Describe()));

    [Fact]
    public void A_stream_has_given_every_flag_it_calls_final_except_plateaus()
    {
        var hours = Series();
        var batch = IsmnQuality.Run(hours, Site);
        for (int end = 20; end < hours.Length; end += 7)
        {
            var seen = new IsmnFlags[hours.Length];
            var stream = new IsmnQuality(Site with { HighestPercent = 45.2 }, (first, last, flag) =>
            {
                for (long row = first; row <= last; row++)
                    if (!double.IsNaN(hours[row].SoilMoisture)) seen[row] |= flag;
            });
            foreach (var hour in hours[..end]) stream.Push(hour);
            Assert.InRange(stream.FinalBelow, end - 40, end);
            for (int row = 0; row < stream.FinalBelow; row++)
                Assert.Equal(batch[row] & ~IsmnFlags.D10, seen[row] & ~IsmnFlags.D10);
        }
    }

    [Fact]
    public void A_deep_probe_is_not_asked_for_rain() => Assert.DoesNotContain(
        IsmnQuality.Run(Series(), Site with { DepthMetres = 0.1 }), f => (f & (IsmnFlags.D04 | IsmnFlags.D05)) != 0);

    [Fact]
    public void Flags_are_written_in_order_and_none_is_good()
    {
        Assert.Equal("C02 C03 D04", (IsmnFlags.D04 | IsmnFlags.C03 | IsmnFlags.C02).Describe());
        Assert.Equal("G", IsmnFlags.None.Describe());
    }

    [DataFact("ismn_qc_first_400h.csv")]
    public void The_networks_example_keeps_its_rows_and_gets_its_flags()
    {
        string input = Repository.Data("ismn_qc_first_400h.csv")!;
        using var output = new ScratchFile("");
        Assert.Equal(0, ScienceVerb.Run(QcCommand.Create(), ["series", "--input", input, "--tests", "ismn", "--saturation", "42.7", "--depth", "0.09", "--out", output.Path]));
        Assert.Equal(File.ReadAllLines(input), File.ReadAllLines(output.Path));
    }

    internal static IsmnHour[] Series()
    {
        double[] moisture = Unrolled(Moisture, ", ").Select(v => v == "" ? double.NaN : double.Parse(v, System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        return moisture.Select((m, i) => new IsmnHour(m, SoilTemperature: i == 5 ? -0.1 : 4, Precipitation: i == 97 ? 8 : 0, ModelledPrecipitation: 0.05)).ToArray();
    }

    static string[] Unrolled(string runs, string separator) => runs.Split(separator).SelectMany(run =>
    {
        int cross = run.LastIndexOf('x');
        return cross < 0 ? [run] : Enumerable.Repeat(run[..cross], int.Parse(run[(cross + 1)..]));
    }).ToArray();
}

/// <summary>Measures what is left on the heap, so nothing else may run beside it.</summary>
[CollectionDefinition(nameof(IsmnMemoryTests), DisableParallelization = true)]
[Collection(nameof(IsmnMemoryTests))]
public sealed class IsmnMemoryTests
{
    [Fact]
    public void Ten_years_of_hours_take_no_more_memory_than_one()
    {
        long flagged = 0;
        var stream = new IsmnQuality(IsmnTests.Site with { HighestPercent = 45.2 }, (_, _, _) => flagged++);
        var hours = IsmnTests.Series();
        void Feed(int rounds)
        {
            for (int i = 0; i < rounds; i++)
                foreach (var hour in hours) stream.Push(hour);
        }
        Feed(50);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        Feed(460);
        long grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.True(flagged > 10_000);
        Assert.True(grown < 100_000, $"{grown} bytes");
    }
}

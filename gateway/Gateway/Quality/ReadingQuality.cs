using FourPerMille.Sensor.Estimation.TimeSeriesQuality;
using FourPerMille.Sensor.Gateway.Calibration;
using FourPerMille.Sensor.Gateway.Observations;

namespace FourPerMille.Sensor.Gateway.Quality;

/// <summary>A quantity with the verdict of each test on it.</summary>
public sealed record FlaggedQuantity(Quantity Quantity, QualityFlag Flag, IReadOnlyList<(string Test, QualityFlag Flag)> Tests);

/// <summary>A reading, calibrated and judged.</summary>
public sealed record JudgedReading(StoredReading Reading, IReadOnlyList<FlaggedQuantity> Quantities, ReflectanceSpectrum? Spectrum);

/// <summary>
/// The first tests on a node's series: gross range, spike, flat line, and frozen soil for moisture. Thresholds are those of the probes
/// in use; the tests are QARTOD's (Estimation.TimeSeriesQuality).
/// </summary>
public static class ReadingQuality
{
    /// <summary>How much of a series the tests need before the first value judged: the flat line's longer window.</summary>
    public static readonly TimeSpan Lookback = TimeSpan.FromDays(7);

    const double SecondsPerDay = 86_400;

    /// <summary>Fail span, suspect span, spike that is suspect and that fails, and the range below which a series is flat; null = not tested.</summary>
    sealed record Limits(Span Fail, Span Suspect, double? SpikeSuspect = null, double? SpikeFail = null, double? FlatBelow = null);

    static readonly Dictionary<string, Limits> ByQuantity = new()
    {
        // ISMN C01-C02: below 0 and above 60 % vol; mineral soils rarely hold more than half their volume.
        ["moisture"] = new(new(0, 0.60), new(0.01, 0.50), 0.05, 0.15, 0.0002),
        ["soilTemperature"] = new(new(-40, 70), new(-20, 55), 3, 8, 0.01),
        ["airTemperature"] = new(new(-40, 70), new(-25, 50), 8, 15),
        ["humidity"] = new(new(0, 100), new(3, 100)),
        ["pressure"] = new(new(30_000, 110_000), new(60_000, 106_000), 500, 2000),
        ["co2"] = new(new(200, 65_000), new(350, 30_000)),
        ["battery"] = new(new(2400, 4920), new(3000, 4300)),
    };

    /// <param name="readings">One node's readings in the order they were taken.</param>
    public static IReadOnlyList<JudgedReading> Judge(IReadOnlyList<StoredReading> readings, Certificates certificates)
    {
        var rows = readings.Select(reading => Calibrator.Quantities(reading, certificates)).ToList();
        if (rows.Count == 0) return [];
        var columns = Enumerable.Range(0, rows[0].Count).Select(i => Column(readings, rows, i)).ToList();
        return [.. readings.Select((reading, n) => new JudgedReading(reading, [.. columns.Select(column => column[n])], Calibrator.Reflectance(reading, certificates)))];
    }

    static List<FlaggedQuantity> Column(IReadOnlyList<StoredReading> readings, List<IReadOnlyList<Quantity>> rows, int column)
    {
        var quantities = rows.Select(row => row[column]).ToList();
        var series = quantities.Zip(readings, (q, r) => new SeriesPoint(r.Time.Middle.UtcDateTime, q.Value ?? double.NaN, q.DepthCm ?? double.NaN)).ToList();
        var verdicts = Tests(quantities[0].Name, readings[0].Node.Settings.IntervalMinutes * 60).Select(test => (test.Name, Flags: test.Run(series))).ToList();
        if (quantities[0].Name == "moisture") verdicts.Add((new FrozenSoilTest().Name, new FrozenSoilTest().Run(NearestTemperature(readings, rows, quantities[0].DepthCm))));
        return [.. quantities.Select((quantity, n) => Flagged(quantity, readings[n], [.. verdicts.Select(v => (v.Name, v.Flags[n]))]))];
    }

    static FlaggedQuantity Flagged(Quantity quantity, StoredReading reading, List<(string Test, QualityFlag Flag)> tests)
    {
        if (quantity.Value is null) return new(quantity, QualityFlag.Missing, []);
        // What is known to be less than it could be is suspect, however usual it looks.
        if (quantity.Notes.Contains(Note.Expired) || quantity.Notes.Contains(Note.BeyondPoints)) tests.Add(("certificate_test", QualityFlag.Suspect));
        if (!reading.HasUsableTime)
        {
            tests.Add(("time_test", QualityFlag.Suspect));
            quantity = quantity with { Notes = [.. quantity.Notes, Note.TimeUnknown] };
        }
        return new(quantity, QualityFlags.Aggregate([.. tests.Select(t => t.Flag)]), tests);
    }

    static IEnumerable<StreamingTest> Tests(string quantity, double intervalSeconds)
    {
        var limits = ByQuantity[quantity];
        yield return new GrossRangeTest(limits.Fail, limits.Suspect);
        if (limits.SpikeSuspect is { } suspect) yield return new SpikeTest(suspect, limits.SpikeFail);
        if (limits.FlatBelow is { } flat) yield return new FlatLineTest(3 * SecondsPerDay, Lookback.TotalSeconds, flat, intervalSeconds);
    }

    static List<SeriesPoint> NearestTemperature(IReadOnlyList<StoredReading> readings, List<IReadOnlyList<Quantity>> rows, double? depthCm)
    {
        var column = Enumerable.Range(0, rows[0].Count).Where(i => rows[0][i].Name == "soilTemperature")
            .OrderBy(i => Math.Abs((rows[0][i].DepthCm ?? 0) - (depthCm ?? 0))).Cast<int?>().FirstOrDefault();
        return [.. rows.Select((row, n) => new SeriesPoint(readings[n].Time.Middle.UtcDateTime, column is { } i ? row[i].Value ?? double.NaN : double.NaN))];
    }
}

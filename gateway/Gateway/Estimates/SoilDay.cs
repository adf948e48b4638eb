using System.Security.Cryptography;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Estimation.TimeSeriesQuality;
using FourPerMille.Sensor.Gateway.Calibration;
using FourPerMille.Sensor.Gateway.Ledger;
using FourPerMille.Sensor.Gateway.Observations;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Provisioning.Life;
using FourPerMille.Sensor.Gateway.Quality;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Mrv.Records;

namespace FourPerMille.Sensor.Gateway.Estimates;

/// <summary>All that a day's record is computed from.</summary>
/// <param name="Judged">The readings the tests looked at, in the order they were taken: the day's, and those around it.</param>
/// <param name="Clocks">Of the epochs of those readings.</param>
/// <param name="Gaps">From the ledger.</param>
/// <param name="Seal">What the node's seals say of the day.</param>
sealed record DayBasis(Node Node, NodeState State, long Day, IReadOnlyList<JudgedReading> Judged, IReadOnlyList<ClockBasis> Clocks, IReadOnlyList<DayGaps> Gaps, JsonObject Seal)
{
    /// <summary>The readings of the day itself.</summary>
    public IReadOnlyList<JudgedReading> Readings { get; } = [.. Judged.Where(r => IsOf(r.Reading, Day))];

    public static bool IsOf(StoredReading reading, long day) => reading.HasUsableTime && Observations.Day.Of(reading.Time) == day;
}

/// <summary>A node's day as it stands in the log: each quantity's mean with its uncertainty, range, and what its tests said. Pure.</summary>
static class SoilDay
{
    const double MinutesPerDay = 1440;

    /// <exception cref="ArgumentException">No reading is of the day.</exception>
    public static SoilDayRecord Of(DayBasis basis)
    {
        var (node, readings) = (basis.Node, basis.Readings);
        if (readings.Count == 0) throw new ArgumentException("A day without a reading states nothing.", nameof(basis));
        var columns = Enumerable.Range(0, readings[0].Quantities.Count).Select(i => (IReadOnlyList<FlaggedQuantity>)[.. readings.Select(r => r.Quantities[i])]).ToList();
        return new SoilDayRecord
        {
            Node = node.Id, Day = DateOnly.FromDateTime(Day.Start(basis.Day).UtcDateTime),
            Site = node.Settings.Site, Region = node.Settings.Region, Parcel = node.Settings.Parcel, Twin = node.Settings.Twin,
            Role = node.Settings.Role == NodeRole.Control ? "control" : "project",
            Stored = readings.Count, Gaps = basis.Gaps, Seal = basis.Seal, Frames = Frames(readings), Certificates = Certificates(readings),
            Series = [.. columns.Select(column => Series(column, MinutesPerDay / node.Settings.IntervalMinutes))],
            Indicators = [.. SoilHealth.Of(columns, basis.State)],
            Inputs = Inputs(basis),
        };
    }

    /// <summary>What lies between the day's first and last reading of each epoch.</summary>
    /// <param name="ledgers">Of the node, by epoch.</param>
    public static IReadOnlyList<DayGaps> Gaps(IReadOnlyList<StoredReading> readings, IReadOnlyDictionary<uint, EpochLedger> ledgers) =>
        [.. readings.GroupBy(r => r.Raw.Epoch).OrderBy(epoch => epoch.Key).Select(epoch =>
        {
            var own = epoch.Select(r => r.Raw.Sequence).ToHashSet();
            var (others, lost, pending) = (new SequenceRuns(), new SequenceRuns(), new SequenceRuns());
            for (var sequence = own.Min(); sequence < own.Max(); sequence++)
                if (!own.Contains(sequence)) Kind(ledgers[epoch.Key], sequence).Add(sequence);
            return new DayGaps(epoch.Key, own.Min(), own.Max(), others.ToString(), lost.ToString(), lost.Count, pending.ToString(), pending.Count);

            SequenceRuns Kind(EpochLedger ledger, uint sequence) => ledger.Stored.Contains(sequence) ? others : ledger.DeclaredLost.Contains(sequence) ? lost : pending;
        })];

    /// <summary>What the node's seals say of the day, as a record says it.</summary>
    public static JsonObject Seal(DaySeal seal) => new()
    {
        ["state"] = SealBook.Word(seal.State),
        ["ranges"] = new JsonArray([.. seal.Ranges.Select(range => (JsonNode)new JsonObject
        {
            ["epoch"] = range.Epoch, ["sequences"] = Runs(range).ToString(), ["state"] = SealBook.Word(range.State),
        })]),
    };

    static SequenceRuns Runs(SealedRange range)
    {
        var runs = new SequenceRuns();
        runs.Add(range.First, range.Last);
        return runs;
    }

    static JsonObject Inputs(DayBasis basis) => new()
    {
        ["frames"] = NamedInputs.Frames(basis.Readings.Select(r => r.Reading.Stored)),
        ["context"] = NamedInputs.Frames(basis.Judged.Where(r => !DayBasis.IsOf(r.Reading, basis.Day)).Select(r => r.Reading.Stored)),
        ["clock"] = NamedInputs.Clocks(basis.Clocks),
        ["certificates"] = SoilDayRecord.Ids(Certificates(basis.Judged)),
        ["node"] = basis.State.Id.ToString(),
    };

    static List<RecordId> Certificates(IEnumerable<JudgedReading> readings) =>
        [.. readings.SelectMany(r => r.Quantities).Select(q => q.Quantity.Certificate).OfType<IssuedCertificate>().Select(c => c.RecordId).Distinct()];

    static DaySeries Series(IReadOnlyList<FlaggedQuantity> values, double expected)
    {
        var first = values[0].Quantity;
        var used = SoilHealth.Used(values);
        var flags = values.GroupBy(v => v.Flag).OrderBy(group => group.Key).ToDictionary(group => Word(group.Key), group => group.Count());
        var (property, digits) = PublishedQuantity.Of(first.Name);
        return used.Count == 0
            ? new DaySeries(property, first.Unit, first.DepthCm, digits, 0, null, null, null, null, null, [], flags)
            : new DaySeries(property, first.Unit, first.DepthCm, digits, used.Count, used.Average(q => q.Value!.Value), used.Min(q => q.Value!.Value), used.Max(q => q.Value!.Value),
                // One probe under one certificate: the day's errors of calibration are taken as one, so the mean is no surer than its readings.
                used.Average(q => q.StandardUncertainty!.Value), Sampling([.. used.Select(q => q.Value!.Value)], expected),
                [.. used.Select(q => q.Certificate?.RecordId.ToString() ?? "data-sheet/" + first.Name).Distinct()], flags);
    }

    /// <summary>
    /// How far the mean may lie from that of a day without gaps: s/sqrt(n) with the finite population correction, for n of N readings (Cochran
    /// 1977, section 2.6). Hours in a row that are missing are worse than this; the gaps are on record.
    /// </summary>
    static double? Sampling(double[] values, double expected)
    {
        if (values.Length < 2) return null;
        var mean = values.Average();
        var variance = values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1);
        return Math.Sqrt(variance / values.Length * Math.Max(0, 1 - values.Length / expected));
    }

    static string Frames(IReadOnlyList<JudgedReading> readings)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var reading in readings.Select(r => r.Reading).OrderBy(r => r.Raw.Epoch).ThenBy(r => r.Raw.Sequence)) hash.AppendData(reading.Frame);
        return "sha256:" + Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    static string Word(QualityFlag flag) => flag switch
    {
        QualityFlag.Pass => "pass",
        QualityFlag.Suspect => "suspect",
        QualityFlag.Fail => "fail",
        QualityFlag.Missing => "missing",
        _ => "notEvaluated",
    };
}

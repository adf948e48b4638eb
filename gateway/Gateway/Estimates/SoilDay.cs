using System.Security.Cryptography;
using FourPerMille.Sensor.Estimation.TimeSeriesQuality;
using FourPerMille.Sensor.Gateway.Calibration;
using FourPerMille.Sensor.Gateway.Ledger;
using FourPerMille.Sensor.Gateway.Observations;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Quality;
using FourPerMille.Sensor.Gateway.Records;

namespace FourPerMille.Sensor.Gateway.Estimates;

/// <summary>A node's day as it stands in the log: each quantity's mean with its uncertainty, range, and what its tests said.</summary>
static class SoilDay
{
    /// <param name="readings">The day's readings, at least one.</param>
    /// <param name="ledgers">Of the node, by epoch: what is missing between the day's first and last reading.</param>
    public static SoilDayRecord Of(Node node, long day, IReadOnlyList<JudgedReading> readings, IReadOnlyDictionary<uint, EpochLedger> ledgers)
    {
        var (pending, lost) = Gaps(readings, ledgers);
        return new SoilDayRecord
        {
            Node = node.Id, Day = DateOnly.FromDateTime(Day.Start(day).UtcDateTime), Site = node.Settings.Site, Region = node.Settings.Region,
            Stored = readings.Count, Pending = pending, DeclaredLost = lost, Frames = Frames(readings),
            Certificates = [.. readings.SelectMany(r => r.Quantities).Select(q => q.Quantity.Certificate).OfType<IssuedCertificate>().Select(c => c.RecordId).Distinct()],
            Series = [.. Enumerable.Range(0, readings[0].Quantities.Count).Select(i => Series([.. readings.Select(r => r.Quantities[i])]))],
        };
    }

    static DaySeries Series(List<FlaggedQuantity> values)
    {
        var first = values[0].Quantity;
        var used = values.Where(v => v.Quantity.Value is not null && v.Flag != QualityFlag.Fail).Select(v => v.Quantity).ToList();
        var flags = values.GroupBy(v => v.Flag).OrderBy(group => group.Key).ToDictionary(group => Word(group.Key), group => group.Count());
        var (property, digits) = PublishedQuantity.Of(first.Name);
        return used.Count == 0
            ? new DaySeries(property, first.Unit, first.DepthCm, digits, 0, null, null, null, null, flags)
            : new DaySeries(property, first.Unit, first.DepthCm, digits, used.Count, used.Average(q => q.Value!.Value), used.Min(q => q.Value!.Value), used.Max(q => q.Value!.Value),
                // One probe under one certificate: the day's errors are taken as one, so the mean is no surer than its readings.
                used.Average(q => q.StandardUncertainty!.Value), flags);
    }

    /// <summary>Readings between the day's first and last that are not among them: still on the node, or declared lost.</summary>
    static (long Pending, long Lost) Gaps(IReadOnlyList<JudgedReading> readings, IReadOnlyDictionary<uint, EpochLedger> ledgers)
    {
        long pending = 0, lost = 0;
        foreach (var epoch in readings.GroupBy(r => r.Reading.Raw.Epoch))
        {
            var (first, last) = (epoch.Min(r => r.Reading.Raw.Sequence), epoch.Max(r => r.Reading.Raw.Sequence));
            var ledger = ledgers[epoch.Key];
            for (var sequence = first; sequence < last; sequence++)
                if (ledger.Stored.Contains(sequence)) continue;
                else if (ledger.DeclaredLost.Contains(sequence)) lost++;
                else pending++;
        }
        return (pending, lost);
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

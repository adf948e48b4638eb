using FourPerMille.Sensor.Estimation.TimeSeriesQuality;
using FourPerMille.Sensor.Gateway.Calibration;
using FourPerMille.Sensor.Gateway.Observations;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Quality;
using FourPerMille.Sensor.Mrv.Records;
using FourPerMille.Sensor.Payload;
using EnrolledNode = FourPerMille.Sensor.Gateway.Provisioning.Node;

namespace FourPerMille.Sensor.Unit.Gateway;

public sealed class ReadingQualityTests
{
    static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    static readonly EnrolledNode Soil = new(1, "0004a30b001c0530", new byte[32], null,
        new NodeSettings { Site = "hut", Region = "france", IntervalMinutes = 60, MoistureDepthsCm = [5], TemperatureDepthsCm = [5] }, Start);

    [Fact]
    public void A_usual_series_passes() => Assert.All(Moisture(Series(48)), q => Assert.Equal(QualityFlag.Pass, q.Flag));

    [Fact]
    public void A_spike_is_suspect_and_its_neighbours_are_judged_without_it()
    {
        var series = Series(48);
        series[20].Raw.MoistureCounts[0] -= 1200; // 0.24 m3/m3 wetter for one reading
        Assert.Equal(QualityFlag.Fail, Moisture(series)[20].Flag);
        Assert.Contains(("spike_test", QualityFlag.Fail), Moisture(series)[20].Tests);
    }

    [Fact]
    public void A_probe_that_stands_still_for_days_is_suspect_and_after_a_week_fails()
    {
        var series = Series(24 * 9, wander: 0);
        var flags = Moisture(series).Select(q => q.Flag).ToList();
        Assert.Equal((QualityFlag.Pass, QualityFlag.Suspect, QualityFlag.Fail), (flags[24], flags[24 * 4], flags[^1]));
    }

    [Fact]
    public void Frozen_ground_fails_moisture_and_not_temperature()
    {
        var series = Series(48);
        foreach (var reading in series) reading.Raw.SoilTemperatureSixteenths[0] -= 20 * 16;
        Assert.All(Moisture(series), q => Assert.Equal(QualityFlag.Fail, q.Flag));
        Assert.DoesNotContain(Judge(series).Select(r => r.Quantities.First(q => q.Quantity.Name == "soilTemperature").Flag), flag => flag == QualityFlag.Fail);
    }

    [Fact]
    public void What_is_missing_is_missing_and_what_no_soil_holds_fails()
    {
        var series = Series(48);
        series[10].Raw.MoistureCounts[0] = Reading.Missing;
        series[30].Raw.MoistureCounts[0] = 4000; // below no water at all
        Assert.Equal((QualityFlag.Missing, QualityFlag.Fail), (Moisture(series)[10].Flag, Moisture(series)[30].Flag));
    }

    [Fact]
    public void A_reading_whose_time_is_unknown_is_suspect()
    {
        var series = Series(48);
        series[5] = series[5] with { Time = new TimeInterval(Start, Start.AddDays(30)) };
        Assert.Equal(QualityFlag.Suspect, Moisture(series)[5].Flag);
    }

    static IReadOnlyList<JudgedReading> Judge(List<StoredReading> series) => ReadingQuality.Judge(series, new Certificates([new IssuedCertificate("c", RecordId.Of([1]), new Certificate
    {
        Kind = CertificateKind.Moisture, Node = Soil.Id, ProbeSerial = "M", Method = "gravimetric", Coefficients = [0.6, -0.2], Issued = Start.AddDays(-1), ValidUntil = Start.AddYears(1),
    })]));

    static List<FlaggedQuantity> Moisture(List<StoredReading> series) => [.. Judge(series).Select(r => r.Quantities.First(q => q.Quantity.Name == "moisture"))];

    static List<StoredReading> Series(int count, int wander = 20) => [.. Enumerable.Range(0, count).Select(i =>
    {
        var raw = TestNode.Reading(1, (uint)i, (uint)(i * 60));
        raw.MoistureCounts[0] = 2000 + (int)(wander * Math.Sin(i / 5.0));
        raw.SoilTemperatureSixteenths[0] = 10 * 16 + (int)(40 * Math.Sin(i / 4.0));
        var taken = Start.AddHours(i);
        return new StoredReading(Soil, raw, new TimeInterval(taken, taken.AddMinutes(1)), true, taken.AddMinutes(1), "wifi", []);
    })];
}

using FourPerMille.Sensor.Gateway.Calibration;
using FourPerMille.Sensor.Gateway.Estimates;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Quality;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.Store;

namespace FourPerMille.Sensor.Gateway.Forwarding;

/// <summary>From calibrated, judged readings and estimates to what the observatory is sent.</summary>
static class ObservationFeed
{
    /// <summary>Digits behind the point that a quantity is published with: one more than its probe resolves.</summary>
    static readonly Dictionary<string, (ObservedQuantity Quantity, int Digits)> Published = new()
    {
        ["moisture"] = (ObservedQuantity.WaterContent, 4),
        ["soilTemperature"] = (ObservedQuantity.SoilTemperature, 3),
        ["airTemperature"] = (ObservedQuantity.AirTemperature, 3),
        ["humidity"] = (ObservedQuantity.RelativeHumidity, 1),
        ["pressure"] = (ObservedQuantity.AirPressure, 0),
        ["co2"] = (ObservedQuantity.CarbonDioxide, 0),
        ["battery"] = (ObservedQuantity.BatteryVoltage, 0),
    };

    const int CarbonDigits = 2;

    /// <summary>Puts every value that was stated into the outbox; what is missing or abstained from is not an observation.</summary>
    public static void Enqueue(this IObservatoryOutbox outbox, WriteSession session, Node node, IEnumerable<JudgedReading> readings, IEnumerable<SocEstimate> estimates)
    {
        var values = readings.SelectMany(reading => reading.Quantities.Where(q => q.Quantity.Value is not null).Select(q => (reading, q)));
        foreach (var series in values.GroupBy(v => Series(node, v.q.Quantity)))
            outbox.Enqueue(session, series.Key, series.Select(v => Observed(v.reading, v.q)));
        foreach (var series in estimates.Where(e => double.IsFinite(e.Prediction.Estimate)).GroupBy(e => Series(node, e)))
            outbox.Enqueue(session, series.Key, series.Select(Observed));
    }

    static ObservedSeries Series(Node node, Quantity quantity) => Of(node) with
    {
        Quantity = Published[quantity.Name].Quantity,
        DepthCm = quantity.DepthCm,
        Probe = quantity.Certificate?.Content.ProbeSerial ?? $"{quantity.Name} probe of {node.Id}",
        Procedure = quantity.Certificate?.RecordId,
    };

    static ObservedSeries Series(Node node, SocEstimate estimate) => Of(node) with
    {
        Quantity = ObservedQuantity.OrganicCarbon,
        Probe = estimate.Shot.Spectrum?.Certificate.Content.ProbeSerial ?? $"spectral head of {node.Id}",
        Procedure = estimate.Model.RecordId,
    };

    static ObservedSeries Of(Node node) => new()
    {
        Node = node.Id, Site = node.Settings.Site, Region = node.Settings.Region, Twin = node.Settings.Twin, Parcel = node.Settings.Parcel,
        Role = node.Settings.Role == NodeRole.Control ? "control" : "project", Quantity = ObservedQuantity.OrganicCarbon, Probe = "",
    };

    static Observation Observed(JudgedReading judged, FlaggedQuantity value)
    {
        var digits = Published[value.Quantity.Name].Digits;
        return new(judged.Reading.Raw.Epoch, judged.Reading.Raw.Sequence, judged.Reading.Time.Earliest, judged.Reading.Time.Latest, judged.Reading.Received,
            Decimals.Fixed(value.Quantity.Value!.Value, digits), (int)value.Flag, value.Quantity.StandardUncertainty is { } u ? Decimals.Fixed(u, digits + 1) : null);
    }

    static Observation Observed(SocEstimate estimate)
    {
        var reading = estimate.Shot.Reading;
        const int pass = 1;
        return new(reading.Raw.Epoch, reading.Raw.Sequence, reading.Time.Earliest, reading.Time.Latest, reading.Received,
            Decimals.Fixed(estimate.Prediction.Estimate, CarbonDigits), pass, Decimals.Fixed(estimate.Prediction.StandardUncertainty, CarbonDigits));
    }
}

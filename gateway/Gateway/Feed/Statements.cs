using FourPerMille.Sensor.Estimation.Models;
using FourPerMille.Sensor.Estimation.TimeSeriesQuality;
using FourPerMille.Sensor.Gateway.Calibration;
using FourPerMille.Sensor.Gateway.Estimates;
using FourPerMille.Sensor.Gateway.Forwarding;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Quality;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Mrv.Records;

namespace FourPerMille.Sensor.Gateway.Feed;

/// <summary>An estimate or an abstention, and the record that states it.</summary>
public sealed record StatedEstimate(SocEstimate Estimate, RecordId Record);

/// <summary>How calibrated values and estimates read as observations of a series.</summary>
static class Statements
{
    static readonly Dictionary<string, ObservedQuantity> Quantities = new()
    {
        ["moisture"] = ObservedQuantity.WaterContent,
        ["soilTemperature"] = ObservedQuantity.SoilTemperature,
        ["airTemperature"] = ObservedQuantity.AirTemperature,
        ["humidity"] = ObservedQuantity.RelativeHumidity,
        ["pressure"] = ObservedQuantity.AirPressure,
        ["co2"] = ObservedQuantity.CarbonDioxide,
        ["battery"] = ObservedQuantity.BatteryVoltage,
    };

    public static ObservedSeries Series(Node node, Quantity quantity) => Of(node) with
    {
        Quantity = Quantities[quantity.Name],
        DepthCm = quantity.DepthCm,
        Probe = quantity.Certificate?.Content.ProbeSerial ?? $"{quantity.Name} probe of {node.Id}",
        Procedure = quantity.Certificate?.RecordId,
    };

    public static ObservedSeries Series(SocEstimate estimate) => Of(estimate.Shot.Reading.Node) with
    {
        Quantity = ObservedQuantity.OrganicCarbon,
        Probe = estimate.Shot.Spectrum?.Certificate.Content.ProbeSerial ?? $"spectral head of {estimate.Shot.Reading.Node.Id}",
        Procedure = estimate.Model.RecordId,
    };

    public static ObservedSeries Series(Node node, ReflectanceSpectrum spectrum) => Of(node) with
    {
        Quantity = ObservedQuantity.Reflectance, Probe = spectrum.Certificate.Content.ProbeSerial, Procedure = spectrum.Certificate.RecordId,
    };

    static ObservedSeries Of(Node node) => new()
    {
        Node = node.Id, Site = node.Settings.Site, Region = node.Settings.Region, Twin = node.Settings.Twin, Parcel = node.Settings.Parcel,
        Role = node.Settings.Role == NodeRole.Control ? "control" : "project", Quantity = ObservedQuantity.OrganicCarbon, Probe = "",
    };

    public static Observation Observed(JudgedReading judged, FlaggedQuantity value)
    {
        var reading = judged.Reading;
        return new(reading.Raw.Epoch, reading.Raw.Sequence, reading.Time.Earliest, reading.Time.Latest, reading.Received,
            Decimals.Fixed(value.Quantity.Value!.Value, PublishedQuantity.Of(value.Quantity.Name).Digits), (int)value.Flag,
            value.Quantity.StandardUncertainty is { } u ? Decimals.Uncertainty(u) : null);
    }

    /// <summary>All bands at once; a band without light or with too much is null, and makes the whole suspect.</summary>
    public static Observation Observed(JudgedReading judged)
    {
        const int digits = 4;
        var (reading, spectrum) = (judged.Reading, judged.Spectrum!);
        var bands = spectrum.Reflectance.Select(r => double.IsFinite(r) ? Decimals.Fixed(r, digits) : "null").ToList();
        var flag = bands.Contains("null") || spectrum.Notes.Count > 0 ? QualityFlag.Suspect : QualityFlag.Pass;
        return new(reading.Raw.Epoch, reading.Raw.Sequence, reading.Time.Earliest, reading.Time.Latest, reading.Received, $"[{string.Join(',', bands)}]", (int)flag);
    }

    /// <summary>An estimate outside the model's domain is shown and suspect: its interval does not hold there.</summary>
    public static Observation Observed(SocEstimate estimate) => Of(estimate,
        Decimals.Result(estimate.Prediction.Estimate, estimate.Prediction.StandardUncertainty),
        estimate.Prediction.Verdict == Verdict.In ? QualityFlag.Pass : QualityFlag.Suspect, Decimals.Uncertainty(estimate.Prediction.StandardUncertainty));

    /// <summary>What was told is taken back: the same figure, failed.</summary>
    public static Observation Withdrawn(SocEstimate abstention, string told) => Of(abstention, told, QualityFlag.Fail, null);

    static Observation Of(SocEstimate estimate, string result, QualityFlag flag, string? u)
    {
        var reading = estimate.Shot.Reading;
        return new(reading.Raw.Epoch, reading.Raw.Sequence, reading.Time.Earliest, reading.Time.Latest, reading.Received, result, (int)flag, u);
    }
}

using System.Text.Json.Serialization;
using FourPerMille.Sensor.Estimation.Algebra;

namespace FourPerMille.Sensor.Estimation.Models;

/// <summary>How a model estimates. T², Q and the domain always come from PLS.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RegressionMethod>))]
public enum RegressionMethod
{
    /// <summary>Partial least squares: one linear model for all soils.</summary>
    [JsonStringEnumMemberName("pls")] Pls,
    /// <summary>Memory-based learning: a small PLS model among each soil's neighbours.</summary>
    [JsonStringEnumMemberName("mbl")] Mbl,
    /// <summary>A Gaussian process on principal components: for instruments of few bands.</summary>
    [JsonStringEnumMemberName("gp")] Gp,
}

/// <summary>A regression fitted beside the PLS model, on the model's scale.</summary>
interface IRegression
{
    /// <summary>Estimates of pretreated spectra and the method's own idea of their errors, up to a factor.</summary>
    void Predict(RowMatrix treated, Span<double> estimates, Span<double> spreads);
}

/// <summary>What a method said of each calibration sample without its fold.</summary>
/// <param name="Errors">Target less estimate.</param>
/// <param name="Spreads">Its own idea of the errors' size.</param>
sealed record HeldOut(double[] Errors, double[] Spreads);

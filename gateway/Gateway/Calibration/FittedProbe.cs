namespace FourPerMille.Sensor.Gateway.Calibration;

/// <summary>A probe that somebody fitted to a node.</summary>
/// <param name="Kind">moisture, temperature, spectral-head, co2 or climate.</param>
/// <param name="Channel">Depth index, 0 the shallowest.</param>
public sealed record FittedProbe(string Kind, int Channel, string Serial, DateTimeOffset Since);

namespace FourPerMille.Sensor.VirtualBoard.Chips;

/// <summary>A capacitive soil moisture probe with an analog output: about 2.8 V in air, 1.2 V in water.</summary>
/// <param name="volts">What it puts out now, from the field's truth.</param>
public sealed class CapacitiveMoistureProbe(Func<double> volts) : AnalogSource(volts);

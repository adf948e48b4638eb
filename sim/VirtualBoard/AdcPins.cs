namespace FourPerMille.Sensor.VirtualBoard;

/// <summary>
/// The ESP32's converter as nanoFramework sets it: 12 bits, 12 dB attenuation, no calibration. Linear with a little noise; the real
/// part bends near both ends, which is why probes are calibrated in counts.
/// </summary>
public sealed class AdcPins
{
    // Channels 0-7 are ADC1, 10-19 ADC2.
    public const int ChannelCount = 20;
    public const int MaximumCounts = 4095;

    /// <summary>Where the scale ends at 12 dB, nominally. Source: ESP32 data sheet 4.1.2; parts differ by several percent, nobody trims them.</summary>
    public const double FullScaleVolts = 3.3;

    const double NoiseCounts = 3;

    readonly Board _board;
    readonly AnalogSource?[] _sources = new AnalogSource?[ChannelCount];

    internal AdcPins(Board board) => _board = board;

    /// <param name="poweredBy">The pin that feeds the source while it is high; null: always fed.</param>
    public void Attach(int channel, AnalogSource source, int? poweredBy = null)
    {
        source.Attach(_board, poweredBy);
        _sources[channel] = source;
    }

    internal int Read(int channel)
    {
        var volts = _sources[channel]?.Volts ?? 0;
        var noise = NoiseCounts * Math.Sqrt(-2 * Math.Log(1 - _board.Random.NextDouble())) * Math.Cos(2 * Math.PI * _board.Random.NextDouble());
        return (int)Math.Clamp(Math.Round(volts / FullScaleVolts * MaximumCounts + noise), 0, MaximumCounts);
    }
}

/// <summary>Something with a voltage: a battery's divider, an analog probe.</summary>
public class AnalogSource(Func<double> volts) : Chip
{
    double _last;

    /// <summary>0 V while off or silent.</summary>
    internal double Volts => !Answers ? 0 : Fault == ChipFault.Stuck ? _last : _last = volts();

    protected override void Reset()
    {
    }
}

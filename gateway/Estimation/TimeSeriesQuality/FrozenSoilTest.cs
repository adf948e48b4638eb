namespace FourPerMille.Sensor.Estimation.TimeSeriesQuality;

/// <summary>
/// Frozen soil invalidates moisture and spectra: ice has the permittivity of dry soil. Feed it the soil temperature in
/// degrees C beside the judged value. Below <c>failBelow</c> the value fails; between it and <c>suspectBelow</c> the zero
/// curtain makes it suspect (a plateau at 0 +- 0.2 C holds water and ice at once).
/// </summary>
public sealed class FrozenSoilTest(double failBelowCelsius = 0.0, double suspectBelowCelsius = 0.2) : StreamingTest
{
    public override string Name => "frozen_soil_test";

    /// <param name="temperature">The soil temperature at the probe's depth; without one the state is not evaluated.</param>
    public override QualityFlag? Push(SeriesPoint temperature) =>
        temperature.IsMissing ? QualityFlag.NotEvaluated
        : temperature.Value < failBelowCelsius ? QualityFlag.Fail
        : temperature.Value < suspectBelowCelsius ? QualityFlag.Suspect
        : QualityFlag.Pass;
}

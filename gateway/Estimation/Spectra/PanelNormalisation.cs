namespace FourPerMille.Sensor.Estimation.Spectra;

/// <summary>Reflectance from counts: a reading of the soil between a dark reading and one of a white panel of known reflectance.</summary>
public static class PanelNormalisation
{
    /// <summary>R = (S - D)/(W - D) · R_panel, band by band. All arrays have one value a band.</summary>
    /// <param name="sample">Counts over the soil.</param>
    /// <param name="dark">Counts with the lamp off.</param>
    /// <param name="white">Counts over the panel, at the gain and integration time of the sample.</param>
    /// <param name="panelReflectance">Certified reflectance of the panel, 0..1.</param>
    /// <exception cref="ArgumentException">The arrays differ in length.</exception>
    /// <exception cref="ArithmeticException">The panel is no brighter than the dark in some band: no reflectance can be stated there.</exception>
    public static double[] Reflectance(ReadOnlySpan<double> sample, ReadOnlySpan<double> dark, ReadOnlySpan<double> white, ReadOnlySpan<double> panelReflectance)
    {
        if (dark.Length != sample.Length || white.Length != sample.Length || panelReflectance.Length != sample.Length)
            throw new ArgumentException("Sample, dark, white and panel need one value a band each.");
        var reflectance = new double[sample.Length];
        for (var band = 0; band < sample.Length; band++)
        {
            var span = white[band] - dark[band];
            if (!(span > 0)) throw new ArithmeticException($"Band {band}: the white panel reads {white[band]} counts over a dark of {dark[band]}.");
            reflectance[band] = (sample[band] - dark[band]) / span * panelReflectance[band];
        }
        return reflectance;
    }
}

namespace FourPerMille.Sensor.Estimation.Spectra;

/// <summary>
/// Brings spectra of one instrument to the scale of another through a sand that both have measured (Ben-Dor, Ong and Lau 2015,
/// Geoderma 245-246:112-124: Lucky Bay and Wylie Bay sands): corrected = measured · benchmark sand / instrument sand, band by band, in reflectance.
/// </summary>
public sealed class InternalStandardTransfer
{
    readonly double[] _factors;

    /// <param name="benchmarkReflectance">The sand on the benchmark instrument, one value a band.</param>
    /// <param name="instrumentReflectance">The same sand, same bands, on the instrument to be corrected.</param>
    public InternalStandardTransfer(ReadOnlySpan<double> benchmarkReflectance, ReadOnlySpan<double> instrumentReflectance)
    {
        if (benchmarkReflectance.Length != instrumentReflectance.Length)
            throw new ArgumentException($"The sand has {benchmarkReflectance.Length} bands on the benchmark and {instrumentReflectance.Length} on the instrument.");
        _factors = new double[benchmarkReflectance.Length];
        for (var band = 0; band < _factors.Length; band++)
        {
            if (!(benchmarkReflectance[band] > 0 && instrumentReflectance[band] > 0))
                throw new ArgumentException($"Band {band}: the sand needs a reflectance above zero on both instruments.");
            _factors[band] = benchmarkReflectance[band] / instrumentReflectance[band];
        }
    }

    /// <summary>One factor a band.</summary>
    public IReadOnlyList<double> Factors => _factors;

    /// <summary>The spectrum as the benchmark instrument would have seen it.</summary>
    public double[] Apply(ReadOnlySpan<double> reflectance)
    {
        if (reflectance.Length != _factors.Length) throw new ArgumentException($"The sand has {_factors.Length} bands, the spectrum {reflectance.Length}.");
        var corrected = new double[_factors.Length];
        for (var band = 0; band < corrected.Length; band++) corrected[band] = reflectance[band] * _factors[band];
        return corrected;
    }
}

namespace FourPerMille.Sensor.Sim.Field.Spectra;

/// <summary>A piece of ground with a known carbon content that a spectral head can look at, dry or wet.</summary>
/// <param name="DryReflectance">The 18 measured bands of the dry soil, or null for a soil whose spectrum is computed.</param>
public sealed record Specimen(string Id, Soil Soil, IReadOnlyList<double>? DryReflectance = null)
{
    /// <summary>Reflectance 0..1 of the 18 bands at a volumetric water content, m3/m3.</summary>
    public double[] Spectrum(double waterContent) => DryReflectance is null
        ? SoilOptics.Spectrum(Soil, waterContent)
        : SoilOptics.WetSpectrum(DryReflectance, waterContent, Soil.PorosityShare);
}

/// <summary>One row of a spectral library or of a batch of cores: a spectrum, the water it was taken at (m3/m3), and what the laboratory found.</summary>
public sealed record LibraryRow(string Id, double SocGramsPerKg, double[] Reflectance, double WaterContent, double EastMetres = 0, double NorthMetres = 0);

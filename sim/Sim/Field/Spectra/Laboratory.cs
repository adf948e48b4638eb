namespace FourPerMille.Sensor.Sim.Field.Spectra;

/// <summary>
/// Prepares soils, measures their spectra with a reference instrument and their carbon by dry combustion, with the errors a good
/// laboratory has: 3 % and 0.25 g/kg of carbon, 0.8 % of placement and 0.3 % of noise in each band.
/// </summary>
public sealed class Laboratory(int seed)
{
    public const string Method = "ISO 10694 dry combustion, carbonate corrected";

    /// <summary>A row measured at a water content, m3/m3.</summary>
    public LibraryRow Measure(Specimen specimen, double waterContent, double east = 0, double north = 0)
    {
        var chance = Chance.For(seed, $"laboratory {specimen.Id}");
        var placement = chance.LogNormal(1, 0.008);
        var spectrum = specimen.Spectrum(waterContent).Select(r => Math.Min(0.98, r * placement * chance.LogNormal(1, 0.003))).ToArray();
        var soc = Math.Max(0.2, specimen.Soil.SocGramsPerKg * chance.LogNormal(1, 0.03) + chance.Gaussian(0, 0.25));
        return new(specimen.Id, soc, spectrum, Math.Round(waterContent * chance.LogNormal(1, 0.03), 4), east, north);
    }

    /// <summary>
    /// A library for field use: every soil once, at its own water content between air-dry and field capacity. One row a soil keeps
    /// cross-validation honest; many moisture states keep wet ground in the domain.
    /// </summary>
    public IReadOnlyList<LibraryRow> MeasureLibrary(IReadOnlyList<Specimen> specimens)
    {
        var chance = Chance.For(seed, "library moisture");
        return [.. specimens.Select(s => Measure(s, chance.Uniform(0.02, Math.Max(0.10, 1.05 * s.Soil.WaterLimits.FieldCapacity))))];
    }
}

namespace FourPerMille.Sensor.Sim.Field.Spectra;

/// <summary>
/// Diffuse reflectance of a soil from what it is made of. Absorption and scattering of the endmembers add, reflectance follows
/// by Kubelka and Munk 1931: K/S = (1-R)^2 / 2R. The mixing is not linear in reflectance or in absorbance, and carbon does not
/// act by its square root: so no regression under test could have made these spectra.
/// </summary>
/// <remarks>
/// Band positions after Scheinost et al. 1998 and Viscarra Rossel and Behrens 2010: goethite 420, 480, 650, 920 nm; haematite 530,
/// 630, 860 nm with its edge near 570 nm. Strengths were set by hand so that an arable soil with 10 g/kg carbon reflects about
/// 0.09 at 460, 0.18 at 560 and 0.42 at 860 nm, as measured soils do. Scattering is in units of quartz.
/// </remarks>
public static class SoilOptics
{
    const double QuartzScatter = 1.0, ClayScatter = 0.78, CarbonateScatter = 1.7;

    /// <summary>Reflectance 0..1 of the soil at a wavelength and a volumetric water content, m3/m3.</summary>
    public static double Reflectance(Soil soil, double nm, double waterContent) =>
        Wet(AbsorptionOverScatter(soil, nm), nm, waterContent, soil.PorosityShare);

    /// <summary>What a band of the head sees: the reflectance averaged over its Gaussian response.</summary>
    public static double BandReflectance(Soil soil, double centreNm, double waterContent) =>
        OverBand(centreNm, nm => Reflectance(soil, nm, waterContent));

    /// <summary>The 18 bands of a soil.</summary>
    public static double[] Spectrum(Soil soil, double waterContent) =>
        [.. Bands.CentresNm.Select(nm => BandReflectance(soil, nm, waterContent))];

    /// <summary>Wets a measured dry spectrum: back to K/S, less scattering and the water's own band, and forward again.</summary>
    public static double[] WetSpectrum(IReadOnlyList<double> dryReflectance, double waterContent, double porosity) =>
        [.. Bands.CentresNm.Select((nm, band) => Wet(KubelkaMunk(dryReflectance[band]), nm, waterContent, porosity))];

    /// <summary>K/S of a reflectance.</summary>
    public static double KubelkaMunk(double reflectance) => (1 - reflectance) * (1 - reflectance) / (2 * reflectance);

    /// <summary>The reflectance of an infinitely thick layer with this K/S.</summary>
    public static double FromKubelkaMunk(double ratio) => 1 + ratio - Math.Sqrt(ratio * ratio + 2 * ratio);

    static double AbsorptionOverScatter(Soil soil, double nm)
    {
        var quartz = Math.Max(0, 1 - soil.ClayShare - soil.CarbonateShare - soil.GoethiteShare - soil.HematiteShare);
        var scatter = soil.ScatterFactor * Math.Pow(nm / 600, -0.15)
            * (QuartzScatter * quartz + ClayScatter * soil.ClayShare + CarbonateScatter * soil.CarbonateShare);
        var absorption = 0.03 + 0.10 * Math.Exp(-(nm - 400) / 130) // impurities of quartz and feldspar
            + soil.ClayShare * (0.10 + 0.55 * Math.Exp(-(nm - 400) / 170))
            + soil.GoethiteShare * Goethite(nm)
            + soil.HematiteShare * Hematite(nm)
            + OrganicMatter(soil, nm);
        return absorption / scatter;
    }

    static double Goethite(double nm) =>
        165 / (1 + Math.Exp((nm - 505) / 26)) + 55 * Bell(nm, 480, 34) + 5 * Bell(nm, 650, 45) + 9 * Bell(nm, 920, 65) + 3;

    static double Hematite(double nm) =>
        255 / (1 + Math.Exp((nm - 568) / 13)) + 45 * Bell(nm, 530, 28) + 8 * Bell(nm, 635, 32) + 13 * Bell(nm, 860, 48) + 4;

    /// <summary>Humus darkens most where there is least of it: it coats grains, so its effect grows slower than its mass; clay hides a part in aggregates.</summary>
    static double OrganicMatter(Soil soil, double nm) =>
        1.5 * Math.Exp(-(nm - 450) / 215) * Math.Pow(soil.SocGramsPerKg / 10, 0.82) * (1 - 0.45 * soil.ClayShare);

    /// <summary>
    /// Water between grains lowers the contrast of refraction, so light goes forward and is lost deeper: scattering falls towards
    /// about a third (Twomey et al. 1986), and the overtone at 970 nm begins to show.
    /// </summary>
    static double Wet(double dryRatio, double nm, double waterContent, double porosity)
    {
        var saturation = Math.Clamp(waterContent / porosity, 0, 1);
        var scatterLeft = 1 - 0.66 * (1 - Math.Exp(-2.8 * saturation));
        return FromKubelkaMunk((dryRatio + 0.10 * waterContent * Bell(nm, 970, 32)) / scatterLeft);
    }

    static double Bell(double nm, double centre, double sigma) => Math.Exp(-0.5 * Math.Pow((nm - centre) / sigma, 2));

    static double OverBand(double centreNm, Func<double, double> at)
    {
        const double sigma = Bands.WidthNm / 2.355;
        var (sum, weights) = (0.0, 0.0);
        for (var step = -3; step <= 3; step++)
        {
            var weight = Math.Exp(-0.5 * Math.Pow(step * 0.75, 2));
            sum += weight * at(centreNm + 0.75 * step * sigma);
            weights += weight;
        }
        return sum / weights;
    }
}

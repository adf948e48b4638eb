namespace FourPerMille.Sensor.Estimation.Stock;

/// <summary>
/// What a bulk density and a coarse-fragment correction mean together (Poeplau, Vos and Don 2017, SOIL 3, 61-66). Only
/// <see cref="FineEarth"/> gives the stock of the fine earth; the others are named because reports use them, and each
/// overestimates stony soils (the last by as much as there are stones).
/// </summary>
public enum BulkDensityConvention
{
    /// <summary>Fine earth mass per volume of fine earth, times the volume share of fine earth: SOC BD d (1 - CF). Unbiased.</summary>
    FineEarth,
    /// <summary>Fine earth mass per volume of the whole core: the stones are in the volume already, so no further factor. Unbiased.</summary>
    FineEarthPerCoreVolume,
    /// <summary>Whole soil mass per volume, times (1 - CF): too much, because stones weigh more than what they displace.</summary>
    WholeSoilTimesFineShare,
    /// <summary>Fine earth mass per volume of fine earth with no stone factor: too much by 1/(1 - CF).</summary>
    FineEarthUncorrected,
    /// <summary>Whole soil mass per volume with no stone factor: too much by all the stones.</summary>
    WholeSoilUncorrected,
}

/// <summary>Stocks over a fixed depth, and by the mass of fine soil.</summary>
public static class FixedDepthStock
{
    /// <summary>
    /// S = SOC BD d (1 - CF) 0.1 in t C/ha, with the factor (1 - CF) where the convention has it.
    /// </summary>
    /// <param name="socGramsPerKg">Organic carbon of the fine earth, g/kg.</param>
    /// <param name="bulkDensity">g/cm3, in the meaning of <paramref name="convention"/>.</param>
    /// <param name="thicknessCm">cm.</param>
    /// <param name="coarseVolumeShare">Coarse fragments (> 2 mm), share of the volume, 0..1.</param>
    public static double TonnesPerHa(double socGramsPerKg, double bulkDensity, double thicknessCm, double coarseVolumeShare,
        BulkDensityConvention convention = BulkDensityConvention.FineEarth)
    {
        if (!(coarseVolumeShare is >= 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(coarseVolumeShare), "Coarse fragments are a share of the volume below one.");
        double fineShare = convention is BulkDensityConvention.FineEarth or BulkDensityConvention.WholeSoilTimesFineShare ? 1 - coarseVolumeShare : 1;
        return socGramsPerKg * bulkDensity * thicknessCm * fineShare * 0.1;
    }

    /// <summary>VM0042 Eq. 3, the programme's preferred way: SOC = MS C / (A N) 0.1, t C/ha.</summary>
    /// <param name="fineSoilGrams">Dry mass of fine soil of all cores together, g.</param>
    /// <param name="socGramsPerKg">Organic carbon, g/kg.</param>
    /// <param name="coreAreaCm2">Inner area of the corer, cm2.</param>
    /// <param name="cores">Number of cores put together.</param>
    public static double FromFineSoilMass(double fineSoilGrams, double socGramsPerKg, double coreAreaCm2, int cores)
    {
        if (!(coreAreaCm2 > 0)) throw new ArgumentOutOfRangeException(nameof(coreAreaCm2), "A corer has an area.");
        if (cores < 1) throw new ArgumentOutOfRangeException(nameof(cores), "At least one core was taken.");
        return fineSoilGrams * socGramsPerKg / (coreAreaCm2 * cores) * 0.1;
    }

    /// <summary>Stone density where it was not measured: 2.65 g/cm3, quartz.</summary>
    public const double StoneDensity = 2.65;

    /// <summary>Fine earth bulk density, g/cm3, and coarse volume share of a core: stones weighed, their volume by their density.</summary>
    public static (double FineEarthBulkDensity, double CoarseVolumeShare) OfCore(double drySoilGrams, double stoneGrams, double coreVolumeCm3, double stoneDensity = StoneDensity)
    {
        double stoneVolume = stoneGrams / stoneDensity;
        if (!(stoneGrams >= 0 && drySoilGrams > stoneGrams && coreVolumeCm3 > stoneVolume)) throw new ArgumentException("Stones weigh less than the soil they are in and fill less than the core.", nameof(stoneGrams));
        return ((drySoilGrams - stoneGrams) / (coreVolumeCm3 - stoneVolume), stoneVolume / coreVolumeCm3);
    }
}

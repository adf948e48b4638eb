namespace FourPerMille.Sensor.Sim.Field;

/// <summary>
/// CO2 in the soil air: respiration by carbon, temperature and water, and the gradient it needs to leave through the air-filled
/// pores (Fick's law, diffusivity after Millington and Quirk 1961).
/// </summary>
public static class SoilBreath
{
    const double AtmospherePpm = 425;
    const double ProductionDepthCm = 10; // to 1/e

    /// <param name="depthCm">Depth of the head.</param>
    /// <param name="water">m3/m3 at that depth.</param>
    /// <param name="celsius">Soil temperature at that depth.</param>
    public static double Co2Ppm(Soil soil, double depthCm, double water, double celsius, double pressurePascals)
    {
        var fluxMicromolesPerM2Second = RespirationMicromolesPerM2Second(soil, water, celsius);
        var airFilled = Math.Max(0.03, soil.PorosityShare - water);
        var kelvin = celsius + 273.15;
        // CO2 in air at 20 degC and 101.3 kPa is 1.47e-5 m2/s; it grows with T^1.75 and falls with pressure (Jones 1992).
        var diffusivity = 1.47e-5 * Math.Pow(kelvin / 293.15, 1.75) * 101325 / pressurePascals
            * Math.Pow(airFilled, 10.0 / 3) / Math.Pow(soil.PorosityShare, 2);
        // Roots and crumbs breathe most near the surface: production falls with depth, so the flux through deeper layers is smaller.
        var effectiveMetres = ProductionDepthCm / 100 * (1 - Math.Exp(-depthCm / ProductionDepthCm));
        var micromolesPerM3 = fluxMicromolesPerM2Second * effectiveMetres / diffusivity;
        return Math.Min(40000, AtmospherePpm + micromolesPerM3 * 8.314 * kelvin / pressurePascals);
    }

    static double RespirationMicromolesPerM2Second(Soil soil, double water, double celsius)
    {
        var filled = water / soil.PorosityShare;
        var moisture = Math.Max(0.05, 1 - Math.Pow((filled - 0.55) / 0.55, 2)); // an optimum at 55 % of the pores (Linn and Doran 1984)
        return 1.6 * Math.Pow(soil.SocGramsPerKg / 15, 0.7) * Math.Pow(2.2, (celsius - 15) / 10) * moisture;
    }
}

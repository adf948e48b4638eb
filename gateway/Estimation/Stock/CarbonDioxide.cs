namespace FourPerMille.Sensor.Estimation.Stock;

/// <summary>Carbon as carbon dioxide equivalent: the ratio of the molar masses, 44/12 by convention (IPCC 2006).</summary>
public static class CarbonDioxide
{
    public const double PerCarbon = 44.0 / 12.0;
    public static double TonnesFromCarbon(double carbonTonnes) => carbonTonnes * PerCarbon;
}

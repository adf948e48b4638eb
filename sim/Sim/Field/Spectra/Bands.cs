namespace FourPerMille.Sensor.Sim.Field.Spectra;

/// <summary>The 18 bands of the AS7265x head, nm, ascending: the order of the wire and of the CSV columns R410..R940.</summary>
public static class Bands
{
    public const int Count = 18;

    /// <summary>Full width at half maximum of every band, nm (ams AS7265x datasheet).</summary>
    public const double WidthNm = 20;

    public static IReadOnlyList<double> CentresNm { get; } =
        [410, 435, 460, 485, 510, 535, 560, 585, 610, 645, 680, 705, 730, 760, 810, 860, 900, 940];
}

using System.Numerics;
using FourPerMille.Sensor.Estimation.Uncertainty;

namespace FourPerMille.Sensor.Estimation.Stock;

/// <summary>
/// The measurement model of a fixed-depth stock, S = SOC BD d (1 - CF) 0.1 t C/ha, with inputs in this order: SOC g/kg, fine-earth
/// bulk density g/cm3, thickness cm, coarse volume share. One model for the budget (GUM) and for draws (Monte Carlo).
/// </summary>
public static class StockModel
{
    public static double TonnesPerHa(double[] x) => x[0] * x[1] * x[2] * (1 - x[3]) * 0.1;

    public static void TonnesPerHa(DrawBlock draws, Span<double> result)
    {
        ReadOnlySpan<double> soc = draws[0], density = draws[1], thickness = draws[2], coarse = draws[3];
        int width = Vector<double>.Count, i = 0;
        for (; i <= result.Length - width; i += width)
            (new Vector<double>(soc[i..]) * new Vector<double>(density[i..]) * new Vector<double>(thickness[i..]) * (Vector<double>.One - new Vector<double>(coarse[i..])) * 0.1)
                .CopyTo(result[i..]);
        for (; i < result.Length; i++) result[i] = soc[i] * density[i] * thickness[i] * (1 - coarse[i]) * 0.1;
    }

    public static GumBudget Budget(InputQuantity soc, InputQuantity bulkDensity, InputQuantity thickness, InputQuantity coarse, double socDensityCorrelation = 0) =>
        GumBudget.Of([soc, bulkDensity, thickness, coarse], TonnesPerHa, new Correlations(4, (0, 1, socDensityCorrelation)));
}

using FourPerMille.Sensor.Estimation.Stock;
using FourPerMille.Sensor.Estimation.Uncertainty;

namespace FourPerMille.Sensor.Bench.Estimation;

/// <summary>A million stock draws of four inputs, two correlated, with mean, standard deviation and a 95 % interval; numpy beside it, in the same run.</summary>
static class StockDraws
{
    const int Draws = 1_000_000, Rounds = 15;

    // The quickest way numpy has for it: correlation by hand, one partition for both percentiles.
    const string Numpy = """
        import numpy as np, time
        n, best = 1000000, 1e9
        rng = np.random.default_rng(1)
        for _ in range(15):
            t = time.perf_counter()
            a = rng.standard_normal(n)
            soc = 15.2 + 0.9 * a
            density = 1.32 + 0.06 * (-0.4 * a + 0.9165151389911680 * rng.standard_normal(n))
            stock = soc * density * (30 + 0.4 * rng.standard_normal(n)) * (1 - (0.08 + 0.02 * rng.standard_normal(n))) * 0.1
            stock.mean(), stock.std(ddof=1), np.percentile(stock, [2.5, 97.5])
            best = min(best, time.perf_counter() - t)
        print(best)
        """;

    public static void Run()
    {
        InputQuantity[] inputs = [new("SOC", 15.2, 0.9), new("bulk density", 1.32, 0.06), new("thickness", 30, 0.4), new("coarse fragments", 0.08, 0.02)];
        var stock = new MonteCarlo(inputs, StockModel.TonnesPerHa, new Correlations(4, (0, 1, -0.4)));
        double ours = Timing.BestSeconds(Rounds, () => stock.Run(Draws));
        Console.WriteLine($"stock-draws: {ours * 1e3:F1} ms, {Draws / ours / 1e6:F1} million draws/s");
        if (Timing.Python(Numpy) is not { } text) { Console.WriteLine("stock-draws: no python3 with numpy here to compare with"); return; }
        double numpy = double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
        Console.WriteLine($"stock-draws: numpy {numpy * 1e3:F1} ms; ratio {numpy / ours:F1} (wanted: 3)");
    }
}

using System.Text;
using FourPerMille.Sensor.Gateway.SocModels;
using FourPerMille.Sensor.Unit.Gateway;

namespace FourPerMille.Sensor.Unit.SocModels;

/// <summary>Cores of a made-up loam: their carbon, what a head sees of them, and what a good laboratory sends back.</summary>
static class MadeUpCores
{
    static readonly int[] WavelengthsNm = [410, 435, 460, 485, 510, 535, 560, 585, 610, 645, 680, 705, 730, 760, 810, 860, 900, 940];

    /// <summary>g/kg, from 5 to 28 over forty cores, in an order that follows neither their numbers nor their water.</summary>
    public static double Soc(int number) => 5 + number * 7 % 40 * 0.6;

    /// <summary>m3/m3; all dry enough to be seen through.</summary>
    public static double Water(int number) => 0.05 + number % 5 * 0.02;

    /// <summary>The file of the heads, with the carbon and the water that these cores have.</summary>
    public static byte[] Spectra(IEnumerable<CoreSample> samples) => Spectra(samples.Select(sample => (sample.Id, Soc(sample.Number), (double?)Water(sample.Number))));

    /// <param name="bad">A sample whose spectrum no soil has.</param>
    public static byte[] Spectra(IEnumerable<(string Sample, double Soc, double? Moisture)> rows, string? bad = null)
    {
        var text = new StringBuilder("sample,moisture," + string.Join(',', WavelengthsNm.Select(nm => "R" + nm)) + "\n");
        foreach (var (sample, soc, moisture) in rows) text.AppendLine(FormattableString.Invariant($"{sample},{moisture},{string.Join(',', Noisy(sample, soc).Select(r => FormattableString.Invariant($"{r:0.00000}")))}"));
        if (bad is not null) text.AppendLine($"{bad},,{string.Join(',', Enumerable.Repeat("7.5", 18))}");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>The laboratory's file, with the errors a good one has: 3 %.</summary>
    /// <param name="value">What it determines of a core's number and carbon, before its error; the carbon where nothing is given.</param>
    public static byte[] Laboratory(IEnumerable<CoreSample> samples, Func<int, double, double>? value = null)
    {
        var random = new Random(7);
        return Encoding.UTF8.GetBytes("sample;soc;unit;method;laboratory\r\n" + string.Concat(samples.Select(s =>
            FormattableString.Invariant($"{s.Id};{(value?.Invoke(s.Number, Soc(s.Number)) ?? Soc(s.Number)) * (1 + 0.06 * (random.NextDouble() - 0.5)):0.00};g/kg;ISO 10694;lab\r\n"))));
    }

    /// <summary>A loam as a head sees it: a percent of noise in each band, the same for the same sample.</summary>
    static IEnumerable<double> Noisy(string sample, double soc)
    {
        var random = new Random(sample.Aggregate(17, (seed, letter) => seed * 31 + letter));
        return MadeUpSoil.Loam(soc).Select(r => r * (1 + 0.01 * (random.NextDouble() - 0.5)));
    }
}

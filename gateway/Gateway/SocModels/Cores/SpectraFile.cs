using System.Globalization;
using FourPerMille.Sensor.Gateway.Estimates;
using FourPerMille.Sensor.Gateway.SocModels.Laboratory;

namespace FourPerMille.Sensor.Gateway.SocModels.Cores;

/// <summary>Spectra in a file: <c>sample, moisture, R410 … R940</c>, reflectance 0 to 1 in the bands of the nodes' head.</summary>
static class SpectraFile
{
    public static LooseTable Table(byte[] file) => LooseTable.Read(file, Column, ["sample", .. ModelTraining.BandsNm.Select(Band)]);

    public static (string Sample, double[] Reflectance, double? Moisture) Read(LooseRow row) => (
        row["sample"] ?? throw new InputRefused("names no sample.") { Key = "model.line-no-sample" },
        [.. ModelTraining.BandsNm.Select(nm => row.Number(Band(nm)) ?? throw new InputRefused($"{Band(nm)}: is missing.") { Key = "model.line-no-band", Parts = [Band(nm)] })],
        row.Number("moisture"));

    static string Band(double nm) => "R" + nm.ToString("0", CultureInfo.InvariantCulture);

    static string? Column(string heading) => heading switch
    {
        "sample" or "sampleid" or "id" or "echantillon" or "muestra" or "probe" => "sample",
        "moisture" or "theta" or "watercontent" or "humidite" or "humedad" or "feuchte" => "moisture",
        _ => ModelTraining.BandsNm.Select(Band).FirstOrDefault(band => heading == band.ToLowerInvariant() || heading == band[1..]),
    };
}

using System.Globalization;
using System.Text;
using QRCoder;

namespace FourPerMille.Sensor.Gateway.Technician.Web;

/// <summary>A QR code as the path of an SVG: a stroke of width 1 for each run of dark modules, with the quiet zone scanners need. Level Q bears a quarter of it under mud.</summary>
static class QrSvg
{
    static int Size(string payload) => Matrix(payload).Count;

    /// <summary>Strokes of width 1 lie half above and half below their line.</summary>
    public static string Box(string payload) => FormattableString.Invariant($"0 -0.5 {Size(payload)} {Size(payload)}");

    public static string Path(string payload)
    {
        var (rows, path) = (Matrix(payload), new StringBuilder());
        for (var y = 0; y < rows.Count; y++)
            for (var x = 0; x < rows.Count; x++)
            {
                if (!rows[y][x]) continue;
                var from = x;
                while (x + 1 < rows.Count && rows[y][x + 1]) x++;
                path.Append(CultureInfo.InvariantCulture, $"M{from} {y}h{x - from + 1}");
            }
        return path.ToString();
    }

    static List<System.Collections.BitArray> Matrix(string payload)
    {
        using var data = QRCodeGenerator.GenerateQrCode(payload, QRCodeGenerator.ECCLevel.Q);
        return data.ModuleMatrix;
    }
}

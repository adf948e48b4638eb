using System.Globalization;
using System.Text;
using QRCoder;

namespace FourPerMille.Sensor.Gateway.Records.Page;

/// <summary>A QR code as SVG paths, its quiet zone of four modules included: one unit is one module.</summary>
/// <param name="Modules">The dark modules.</param>
sealed record QrCode(int Size, string Modules)
{
    /// <summary>The white square under them.</summary>
    public string Ground => string.Create(CultureInfo.InvariantCulture, $"M0 0h{Size}v{Size}H0z");

    /// <summary>Error correction M: a sixth of the modules may be dirt.</summary>
    public static QrCode Of(string payload)
    {
        using var data = QRCodeGenerator.GenerateQrCode(payload, QRCodeGenerator.ECCLevel.M);
        var (rows, path) = (data.ModuleMatrix, new StringBuilder());
        for (var y = 0; y < rows.Count; y++)
            for (var x = 0; x < rows.Count; x++)
                if (rows[y][x]) path.Append(CultureInfo.InvariantCulture, $"M{x} {y}h1v1h-1z");
        return new(rows.Count, path.ToString());
    }
}

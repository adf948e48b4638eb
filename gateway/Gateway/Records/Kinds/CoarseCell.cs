using System.Text.Json.Nodes;

namespace FourPerMille.Sensor.Gateway.Records;

/// <summary>A position on the ellipsoid of WGS 84, in degrees. Exact ones never enter the log; a cell around them does.</summary>
public sealed record Position
{
    public Position(double latitude, double longitude)
    {
        if (!(Math.Abs(latitude) <= 90)) throw new ArgumentException($"A latitude of {latitude} degrees cannot be; north is positive.");
        if (!(Math.Abs(longitude) <= 180)) throw new ArgumentException($"A longitude of {longitude} degrees cannot be; east is positive.");
        (Latitude, Longitude) = (latitude, longitude);
    }

    public double Latitude { get; }
    public double Longitude { get; }

    /// <summary>What is committed to.</summary>
    public JsonObject ToJson() => new() { ["crs"] = "EPSG:4326", ["latitude"] = Decimals.Exact(Latitude), ["longitude"] = Decimals.Exact(Longitude) };

    /// <summary>The cell's south-western corner: a tenth of a degree, some 11 km, tells a district and no field.</summary>
    public JsonObject Cell()
    {
        const int perDegree = 10;
        static string Corner(double degrees) => Decimals.Fixed(Math.Floor(degrees * perDegree) / perDegree, 1);
        return new() { ["latitude"] = Corner(Latitude), ["longitude"] = Corner(Longitude), ["sizeDegrees"] = Decimals.Fixed(1.0 / perDegree, 1) };
    }
}

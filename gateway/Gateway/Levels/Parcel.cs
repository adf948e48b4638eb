using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Records;

namespace FourPerMille.Sensor.Gateway.Levels;

/// <summary>What a technician enters of a parcel, with its holder. The exact position goes no further than a commitment; a consent on record opens it.</summary>
public sealed record ParcelRequest
{
    /// <summary>A tenth of a degree is some 11 km: a district and no field.</summary>
    public const double UsualCellDegrees = 0.1;

    /// <summary>A finer cell would be a position.</summary>
    public const double FinestCellDegrees = 0.05;

    public const string OpenLicence = "CC-BY-4.0";

    /// <summary>The site, as nodes name it; with the parcel it is the land that consents are about.</summary>
    public required string Site { get; init; }
    public required string Parcel { get; init; }
    public required string Region { get; init; }
    public required string Country { get; init; }
    public required double Hectares { get; init; }
    public required double Latitude { get; init; }
    public required double Longitude { get; init; }
    public double CellDegrees { get; init; } = UsualCellDegrees;

    /// <summary>Not in the open feed; neither is land whose consent to open data was withdrawn.</summary>
    public bool Restricted { get; init; }
    public string Licence { get; init; } = OpenLicence;

    /// <exception cref="InputRefused">A value that cannot be.</exception>
    public ParcelRequest Checked(string where)
    {
        Require(IsName(Site), "site", $"'{Site}' must be 1 to 64 letters, digits, '-', '_' or '.'");
        Require(IsName(Parcel), "parcel", $"'{Parcel}' must be 1 to 64 letters, digits, '-', '_' or '.'");
        Require(IsName(Region), "region", $"'{Region}' must be 1 to 64 letters, digits, '-', '_' or '.'");
        Require(Country is { Length: 2 } && Country.All(char.IsAsciiLetterUpper), "country", $"'{Country}' must be two capital letters of ISO 3166-1");
        Require(Hectares is > 0 and < 1e6, "hectares", $"{Hectares} must lie above 0 and below a million");
        Require(Math.Abs(Latitude) <= 90, "latitude", $"{Latitude} must lie in -90 to 90 degrees");
        Require(Math.Abs(Longitude) <= 180, "longitude", $"{Longitude} must lie in -180 to 180 degrees");
        Require(CellDegrees is >= FinestCellDegrees and <= 10, "cellDegrees", $"{CellDegrees} must lie in {FinestCellDegrees} to 10 degrees");
        Require(Licence is { Length: > 0 and <= 64 }, "licence", "names the licence of the open data, such as CC-BY-4.0");
        return this;

        void Require(bool met, string field, string what)
        {
            if (!met) throw new InputRefused($"{where}.{field}: {what}.") { Key = "refusal.parcel-" + field };
        }
    }

    static bool IsName(string? name) => name is { Length: > 0 and <= 64 } && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    /// <summary>What is committed to.</summary>
    public JsonObject Position() => new() { ["crs"] = "EPSG:4326", ["latitude"] = Decimals.Exact(Latitude), ["longitude"] = Decimals.Exact(Longitude) };

    /// <summary>The cell of a fixed grid. No jitter: chance drawn anew at each publication averages out to the position.</summary>
    public (double Latitude, double Longitude) Cell() => (Floor(Latitude), Floor(Longitude));

    // Rounded to a nanodegree, so that 6.3 stays in the cell that begins at 6.3.
    double Floor(double degrees) => Math.Round(Math.Floor(Math.Round(degrees / CellDegrees, 9)) * CellDegrees, 9);
}

/// <summary>A parcel on record.</summary>
/// <param name="Position">Digest of the commitment to its exact position.</param>
sealed record Parcel(string Name, string Site, string Region, string Country, double Hectares, double CellLatitude, double CellLongitude, double CellDegrees, string Position,
    bool IsRestricted, string Licence, string RecordId)
{
    public const string Columns = "parcel, site, region, country, hectares, cell_latitude, cell_longitude, cell_degrees, position, restricted, licence, record_id";

    /// <summary>The land, as consents name it.</summary>
    public string Land => $"{Site}/{Name}";

    public static Parcel Map(Microsoft.Data.Sqlite.SqliteDataReader row) => new(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetDouble(4), row.GetDouble(5),
        row.GetDouble(6), row.GetDouble(7), row.GetString(8), row.GetBoolean(9), row.GetString(10), row.GetString(11));
}

namespace FourPerMille.Sensor.Estimation.TimeSeriesQuality;

/// <summary>
/// QARTOD test 3: a position that cannot be fails, and so does one with half of it missing; one further than allowed from the last
/// is suspect. Distances on the sphere of 6,371 km.
/// </summary>
public sealed class LocationTest(double? furthestMetres = null)
{
    const double EarthRadiusMetres = 6_371_000;
    (double Longitude, double Latitude)? _previous;

    public QualityFlag Push(double longitude, double latitude)
    {
        bool noLongitude = double.IsNaN(longitude), noLatitude = double.IsNaN(latitude);
        var previous = _previous;
        _previous = noLongitude || noLatitude ? null : (longitude, latitude);
        if (noLongitude && noLatitude) return QualityFlag.Missing;
        if (noLongitude != noLatitude || Math.Abs(longitude) > 180 || Math.Abs(latitude) > 90) return QualityFlag.Fail;
        return previous is { } from && DistanceMetres(from.Longitude, from.Latitude, longitude, latitude) > furthestMetres ? QualityFlag.Suspect : QualityFlag.Pass;
    }

    /// <summary>Great circle distance by the haversine formula, degrees in, metres out.</summary>
    public static double DistanceMetres(double longitude1, double latitude1, double longitude2, double latitude2)
    {
        double phi1 = double.DegreesToRadians(latitude1), phi2 = double.DegreesToRadians(latitude2);
        double sinPhi = Math.Sin((phi2 - phi1) / 2), sinLambda = Math.Sin(double.DegreesToRadians(longitude2 - longitude1) / 2);
        return 2 * EarthRadiusMetres * Math.Asin(Math.Min(1, Math.Sqrt(sinPhi * sinPhi + Math.Cos(phi1) * Math.Cos(phi2) * sinLambda * sinLambda)));
    }
}

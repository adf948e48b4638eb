using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using FourPerMille.Sensor.Gateway.Records;

namespace FourPerMille.Sensor.Gateway.Campaigns;

/// <summary>The boundary of a stratum, as a ring of positions; the last joins the first. Checked at birth.</summary>
public sealed class Boundary
{
    /// <summary>Mean radius of the earth, m (IUGG).</summary>
    const double EarthRadius = 6_371_008.8;

    const double SquareMetresPerHectare = 10_000;

    public Boundary(IReadOnlyList<Position> ring)
    {
        if (ring.Count < 3) throw new ArgumentException("A boundary has at least three corners.");
        if (ring.Max(p => p.Longitude) - ring.Min(p => p.Longitude) > 90) throw new ArgumentException("A boundary that spans a quarter of the earth is none of a field.");
        Ring = ring;
        if (!(AreaHa > 0)) throw new ArgumentException("A boundary encloses an area.");
    }

    public IReadOnlyList<Position> Ring { get; }

    /// <summary>On the sphere, by the equal-area cylinder: longitude against the sine of latitude.</summary>
    public double AreaHa
    {
        get
        {
            var twice = 0.0;
            for (var i = 0; i < Ring.Count; i++)
            {
                var (a, b) = (Ring[i], Ring[(i + 1) % Ring.Count]);
                twice += Radians(a.Longitude) * Height(b.Latitude) - Radians(b.Longitude) * Height(a.Latitude);
            }
            return Math.Abs(twice) / 2 * EarthRadius * EarthRadius / SquareMetresPerHectare;
        }
    }

    /// <summary>By the even-odd rule, corners joined by straight lines in longitude and latitude.</summary>
    public bool Contains(Position p)
    {
        var inside = false;
        for (var i = 0; i < Ring.Count; i++)
        {
            var (a, b) = (Ring[i], Ring[(i + 1) % Ring.Count]);
            if (a.Latitude > p.Latitude != b.Latitude > p.Latitude
                && p.Longitude < a.Longitude + (p.Latitude - a.Latitude) / (b.Latitude - a.Latitude) * (b.Longitude - a.Longitude)) inside = !inside;
        }
        return inside;
    }

    internal static double Radians(double degrees) => degrees * Math.PI / 180;
    internal static double Height(double latitude) => Math.Sin(Radians(latitude));
}

/// <summary>
/// Points drawn at random within a boundary, the same from the same seed for whoever repeats it (SPEC.md of Mrv, "Campaigns"): numbers come
/// from SHA-256, positions are uniform over the area, and candidates outside the boundary are passed over.
/// </summary>
public static class StratifiedPoints
{
    public const string Design = "stratified-random-points/1";

    /// <summary>Decimals of a degree: a centimetre, finer than any receiver.</summary>
    const int Decimals = 7;

    /// <summary>A boundary that fills less than this share of its bounding box is a line.</summary>
    const int MostCandidatesPerPoint = 10_000;

    /// <exception cref="ArgumentException">The boundary is too thin to hit.</exception>
    public static IReadOnlyList<Position> Draw(string seed, string stratum, Boundary boundary, int points)
    {
        double west = boundary.Ring.Min(p => p.Longitude), east = boundary.Ring.Max(p => p.Longitude);
        double low = boundary.Ring.Min(p => Boundary.Height(p.Latitude)), high = boundary.Ring.Max(p => Boundary.Height(p.Latitude));
        var drawn = new List<Position>(points);
        for (long candidate = 0; drawn.Count < points; candidate++)
        {
            if (candidate > (long)MostCandidatesPerPoint * points) throw new ArgumentException($"The boundary of '{stratum}' is too thin: no random point falls within it.");
            var latitude = Math.Asin(low + Uniform(seed, stratum, 2 * candidate + 1) * (high - low)) * 180 / Math.PI;
            var point = new Position(Math.Round(latitude, Decimals), Math.Round(west + Uniform(seed, stratum, 2 * candidate) * (east - west), Decimals));
            if (boundary.Contains(point)) drawn.Add(point);
        }
        return drawn;
    }

    /// <summary>The k-th number of a seed and stratum in [0, 1): the first 53 bits of the SHA-256 of three lines.</summary>
    static double Uniform(string seed, string stratum, long k)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{seed}\n{stratum}\n{k}\n")));
        return (BinaryPrimitives.ReadUInt64BigEndian(hash) >> 11) * (1.0 / (1UL << 53));
    }
}

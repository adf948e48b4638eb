using System.Globalization;

namespace FourPerMille.Sensor.Sim.Pilot.Page;

/// <summary>Numbers and dates as the page writes them: English, thin spaces between thousands.</summary>
static class Words
{
    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture).Replace(',', '\u202f');

    /// <summary>With a true minus sign, and none before zero.</summary>
    public static string Fixed(double value, int digits)
    {
        var rounded = Math.Round(value, digits, MidpointRounding.AwayFromZero);
        return (rounded == 0 ? 0 : rounded).ToString("F" + digits, CultureInfo.InvariantCulture).Replace('-', '\u2212');
    }

    public static string Percent(double? share) => share is { } s ? Fixed(100 * s, 0) + "\u202f%" : "none given";

    public static string Day(DateTimeOffset utc) => utc.UtcDateTime.ToString("d MMM", CultureInfo.InvariantCulture);

    public static string Moment(DateTimeOffset utc) => utc.UtcDateTime.ToString("d MMMM yyyy, HH:mm 'UTC'", CultureInfo.InvariantCulture);

    public static string Of(long part, long whole) => $"{Count(part)} of {Count(whole)}";

    /// <summary>Hex in groups of four bytes.</summary>
    public static string Hex(string hex) => string.Join(' ', hex.Chunk(8).Select(group => new string(group)));
}

using System.Globalization;

namespace FourPerMille.Sensor.Gateway.Technician.Web;

/// <summary>Numbers as they are typed in the four languages: a comma is a decimal point, blanks group digits.</summary>
static class TypedNumber
{
    /// <returns>Null where nothing was typed.</returns>
    /// <exception cref="InputRefused">It is no number.</exception>
    public static double? Read(string? text)
    {
        var plain = string.Concat((text ?? "").Where(c => !char.IsWhiteSpace(c))).Replace(',', '.').Replace('−', '-');
        if (plain.Length == 0) return null;
        return double.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number
            : throw new InputRefused($"'{text}' is not a number. Write digits, with a point or a comma.") { Key = "refusal.not-a-number", Parts = [text] };
    }

    /// <returns>Null where nothing was typed.</returns>
    /// <exception cref="InputRefused">It is no whole number.</exception>
    public static int? Whole(string? text) => Read(text) is not { } number ? null : number == Math.Floor(number) && Math.Abs(number) < int.MaxValue ? (int)number
        : throw new InputRefused($"'{text}' is not a whole number.") { Key = "refusal.not-a-number", Parts = [text] };
}

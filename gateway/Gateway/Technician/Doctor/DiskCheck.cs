using FourPerMille.Sensor.Gateway.Technician.Health;

namespace FourPerMille.Sensor.Gateway.Technician.Doctor;

/// <summary>Decides for how long the disk will do. Pure.</summary>
static class DiskCheck
{
    /// <summary>A year of hourly readings of two hundred nodes takes about a gigabyte; a copy wants as much again.</summary>
    const long LittleRoom = 1_000_000_000, NoRoom = 200_000_000;

    /// <summary>A larger card must be bought, brought and copied to: a season is time to plan that visit, a fortnight is the last chance to make it.</summary>
    const double Season = 90, Fortnight = 14;

    /// <summary>Less than this says nothing of a growth by the day: the database grows in steps.</summary>
    const int FewestDays = 3;

    /// <param name="growthPerDay">Bytes that the folder grows a day of late; null while too little is known.</param>
    public static IEnumerable<Finding> Of(string folder, long freeBytes, double? growthPerDay)
    {
        var days = DaysLeft(freeBytes, growthPerDay);
        if (freeBytes < LittleRoom) yield return new(FindingKind.DiskNearlyFull, freeBytes < NoRoom ? Severity.Alarm : Severity.Warning, folder, freeBytes / 1_000_000);
        else if (days < Season) yield return new(FindingKind.DiskFilling, days < Fortnight ? Severity.Alarm : Severity.Warning, folder, freeBytes / 1_000_000, Math.Round(growthPerDay!.Value / 1e6, 1), (long)days.Value);
    }

    /// <summary>Days until the disk is full at the present growth; null where it does not grow, or nobody knows yet.</summary>
    public static double? DaysLeft(long freeBytes, double? growthPerDay) => growthPerDay is > 0 and var growth ? freeBytes / growth : null;

    /// <summary>Bytes a day between the oldest and the newest of some days' sizes.</summary>
    public static double? GrowthPerDay(IReadOnlyList<(long Day, long Bytes)> sizes) =>
        sizes.Count > 1 && sizes[^1].Day - sizes[0].Day >= FewestDays ? (sizes[^1].Bytes - sizes[0].Bytes) / (double)(sizes[^1].Day - sizes[0].Day) : null;
}

using FourPerMille.Sensor.Gateway.Technician.Locales;

namespace FourPerMille.Sensor.Gateway.Technician.Doctor;

/// <summary>A finding in somebody's language.</summary>
public static class FindingWords
{
    /// <summary>What is wrong.</summary>
    public static string What(this Finding finding, Wording say) => finding.Sentence is { } sentence ? $"{finding.Where}: {sentence}" : say.Of("finding", finding.Kind, Parts(finding, say));

    /// <summary>What to do about it.</summary>
    public static string Cure(this Finding finding, Wording say) => finding.Remedy ?? say.Of("cure", finding.Kind, Parts(finding, say));

    static object?[] Parts(Finding finding, Wording say) => [say.Retold(finding.Where), .. finding.Parts.Select(part => Part(part, say))];

    static object? Part(object? part, Wording say) => part switch
    {
        DateTimeOffset at => say.Instant(at),
        long number => say.Number(number),
        int number => say.Number((long)number),
        double number => say.Number(number, 1),
        TimeSpan span => say.Length(span),
        _ => part,
    };
}

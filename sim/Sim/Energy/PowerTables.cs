using System.Globalization;
using System.Text;

namespace FourPerMille.Sensor.Sim.Energy;

/// <summary>A language of the power page: how it writes numbers, and what it calls the uses, ways and parts of the model.</summary>
/// <param name="Words">By the model's own English; empty for English itself.</param>
public sealed record PageLanguage(CultureInfo Numbers, IReadOnlyDictionary<string, string> Words)
{
    public static PageLanguage English { get; } = new(CultureInfo.InvariantCulture, new Dictionary<string, string>());

    /// <exception cref="KeyNotFoundException">The model has a word that this language has not: the page's test finds it.</exception>
    public string this[string word] => Words.Count == 0 || word.Length == 0 ? word : Words[word];
}

/// <summary>The tables of the power page, the same numbers in every language.</summary>
sealed class PowerTables(PowerStudy study, PageLanguage language)
{
    readonly StringBuilder rows = new();

    Budget Reference => study.Reference;

    /// <summary>What a day's charge goes to.</summary>
    public string Day()
    {
        foreach (var charge in Reference.Charges)
            Row($"| {language[charge.Use]} | {charge.Milliamperes:0.###} | {charge.SecondsADay:F0} | {charge.MilliampereSeconds:F0} | {charge.AverageMicroamperes:F1} | {(charge.IsFloor ? language["yes"] : "")} |");
        Row($"| **{language["sum"]}** | | | {Reference.Charges.Sum(c => c.MilliampereSeconds):F0} | **{Reference.AverageMicroamperes:F1}** | {Reference.FloorMicroamperes:F1} µA |");
        return Taken();
    }

    public string Ways()
    {
        foreach (var budget in study.SpreadingFactors.Concat(study.Others))
            Row($"| {language[budget.Name]} | {budget.Readings} | {budget.ChargePerReading:F0} | {budget.AverageMicroamperes:F0} | {budget.FloorMicroamperes:F0} | {language[budget.AverageMicroamperes <= PowerStudy.TargetMicroamperes ? "yes" : "no"]} |");
        return Taken();
    }

    /// <summary>Years without sun, of the reference and of the same at SF12.</summary>
    public string Cells()
    {
        foreach (var cell in Cell.All)
        {
            double Years(Budget budget, Sun sun) => cell.Years(budget.AverageMicroamperes, sun.Climate);
            Row($"| {language[cell.Name]} | {cell.AmpereHours:0.#} Ah, {cell.Volts:0.0} V | {Years(Reference, Sun.Beauce):F1} {language["years"]} | {Years(Reference, Sun.Borgou):F1} {language["years"]} | {Years(study.SpreadingFactors[^1], Sun.Beauce):F1} {language["years"]} | {language[cell.Source]} |");
        }
        return Taken();
    }

    public string Panel()
    {
        foreach (var sun in Sun.Places)
            Row($"| {language[sun.Place]} | {language[sun.DarkestMonth]} | {sun.DarkestKilowattHours:F1} | {sun.WattHoursADay:F2} | {WattHoursADay(Reference.AverageMicroamperes):F4} | {sun.Cover(Reference.AverageMicroamperes, Cell.LiFePO4.Volts):F0} {language["times"]} | {Cell.LiFePO4.Days(Reference.AverageMicroamperes, sun.Climate):F0} |");
        return Taken();
    }

    /// <summary>The smallest panel in the darkest month of each place, and the smallest cell for the dark days, way by way.</summary>
    public string Sizes()
    {
        foreach (var (name, microamperes) in Sized())
        {
            var panels = string.Join(" | ", Sun.Places.Select(sun => sun.PanelFor(microamperes, Cell.LiFePO4.Volts).ToString("F2", language.Numbers)));
            Row($"| {language[name]} | {microamperes:F0} | {WattHoursADay(microamperes):F4} | {panels} | {Cell.LiFePO4.AmpereHoursFor(Sun.DarkDays, microamperes, Sun.NorthernGermany.Climate):F1} |");
        }
        return Taken();
    }

    public string Currents()
    {
        foreach (var draw in Draws.All) Row($"| {language[draw.Part]} | {language[draw.State]} | {draw.Milliamperes:0.#####} | {language[draw.Source]} |");
        return Taken();
    }

    IEnumerable<(string Name, double Microamperes)> Sized()
    {
        foreach (var budget in study.SpreadingFactors.Where(b => b.Name is "LoRa SF9" or "LoRa SF12").Concat(study.Others.Where(b => b.Name is "SF9, bands daily, CO2 every 6 h" or "SF9, every 15 minutes" or "Wi-Fi, hourly")))
            yield return (budget.Name, budget.AverageMicroamperes);
        yield return ("a board whose lamp and USB bridge draw 5 mA", Reference.AverageMicroamperes + 5000);
    }

    static double WattHoursADay(double microamperes) => microamperes / 1e6 * 24 * Cell.LiFePO4.Volts;

    void Row(FormattableString row) => rows.Append(row.ToString(language.Numbers)).Append('\n');

    string Taken()
    {
        var text = rows.ToString().TrimEnd('\n');
        rows.Clear();
        return text;
    }
}

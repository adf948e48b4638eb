using System.Globalization;

namespace FourPerMille.Sensor.Gateway.SocModels.Laboratory;

/// <summary>How carbon was determined. The two disagree by more than a model errs, so they are never mixed in one.</summary>
public enum CarbonMethod { DryCombustion, WetOxidation }

/// <summary>What a laboratory found in one sample, in g/kg of organic carbon of the fine earth.</summary>
/// <param name="U">Standard uncertainty, g/kg; null where none was stated.</param>
/// <param name="Given">As the file says it, with its unit.</param>
/// <param name="MethodText">As it goes on record, with the factor of a wet oxidation.</param>
/// <param name="BulkDensity">Of the fine earth, g/cm3.</param>
public sealed record LaboratoryResult(double SocGramsPerKg, double? U, string Given, CarbonMethod Method, string MethodText, string Laboratory, DateOnly? Analysed, double? BulkDensity);

/// <summary>Reads a laboratory's line into a result. Pure; what cannot be is refused with what to do.</summary>
public static class LaboratoryLine
{
    /// <summary>Pure organic matter of plants holds some 580 g/kg.</summary>
    const double MostCarbon = 580;

    const double LeastDensity = 0.1, MostDensity = 2.2;
    const int MostReplicates = 20;

    /// <summary>
    /// Walkley and Black (1934, Soil Sci. 37:29-38) oxidise 76 % of the carbon on average: results are multiplied by 1.32. Soils differ: factors of 1.16 to
    /// 1.59 were found (Nelson and Sommers 1996, Methods of Soil Analysis 3, 961-1010), here the limits of a rectangular distribution (GUM 4.3.7).
    /// </summary>
    public const double RecoveryFactor = 1.32;
    const double LeastFactor = 1.16, MostFactor = 1.59;
    static readonly double RelativeFactorUncertainty = (MostFactor - LeastFactor) / 2 / Math.Sqrt(3) / RecoveryFactor;

    static readonly Dictionary<string, string[]> Columns = new()
    {
        ["sample"] = ["sample", "sampleid", "samplename", "id", "echantillon", "idechantillon", "muestra", "probe", "probenname", "probennummer"],
        ["soc"] = ["soc", "cos", "corg", "organiccarbon", "soilorganiccarbon", "carboneorganique", "carbonoorganico", "organischerkohlenstoff"],
        ["unit"] = ["unit", "units", "unite", "unidad", "einheit"],
        ["method"] = ["method", "methode", "metodo"],
        ["laboratory"] = ["laboratory", "lab", "laboratoire", "laboratorio", "labor"],
        ["date"] = ["date", "analysed", "dateanalysed", "fecha", "datum"],
        ["replicate"] = ["replicate", "rep", "replicat", "repetition", "replica", "repeticion", "wiederholung"],
        ["u"] = ["u", "uncertainty", "standarduncertainty", "incertitude", "incertidumbre", "unsicherheit"],
        ["bulk_density"] = ["bulkdensity", "bd", "densiteapparente", "densidadaparente", "lagerungsdichte"],
        ["factor"] = ["factor", "facteur", "faktor"],
    };

    static readonly Dictionary<string, string> ByHeading = Columns.SelectMany(c => c.Value.Select(heading => (heading, c.Key))).ToDictionary(h => h.heading, h => h.Key);

    public static LooseTable Table(byte[] file) => LooseTable.Read(file, heading => ByHeading.GetValueOrDefault(heading), "sample", "soc");

    /// <returns>The sample as it is typed, its replicate, and the result.</returns>
    /// <exception cref="InputRefused">A value, unit, method or date that cannot be used.</exception>
    public static (string Sample, int Replicate, LaboratoryResult Result) Read(LooseRow row, string? unitOfHeading, DateOnly today)
    {
        var sample = row["sample"] ?? throw Refused("names no sample.", "model.line-no-sample");
        var soc = row.Number("soc") ?? throw Refused("states no soc; a missing value is never zero. Leave the line out until the laboratory has it.", "model.line-no-soc");
        var unit = row["unit"] ?? unitOfHeading ?? throw Refused("states no unit. Add a column 'unit' with g/kg or %.", "model.line-no-unit");
        var scale = Scale(unit) ?? throw Refused($"'{unit}' is no unit of carbon known here; g/kg, mg/g, % and g/100 g are.", "model.line-unit", unit);
        var (method, methodText, factor, relativeU) = Method(row);
        var grams = soc * scale * factor;
        if (soc < 0 || grams > MostCarbon) throw Refused(FormattableString.Invariant($"{soc} {unit} of carbon cannot be: it lies in 0 to {MostCarbon} g/kg. Look at unit and decimal point."), "model.line-soc-range", soc, unit, MostCarbon);
        var told = row.Number("u") is { } given ? given >= 0 ? given * scale * factor : throw Refused("u is below zero.", "model.line-u") : (double?)null;
        var u = relativeU > 0 ? double.Hypot(told ?? 0, grams * relativeU) : told;
        var density = row.Number("bulk_density");
        if (density is < LeastDensity or > MostDensity) throw Refused(FormattableString.Invariant($"a bulk density of {density} g/cm3 cannot be; it lies in {LeastDensity} to {MostDensity}."), "model.line-density", density, LeastDensity, MostDensity);
        return (sample, Replicate(row), new LaboratoryResult(grams, u, $"{row["soc"]} {unit}", method, methodText, row["laboratory"] ?? throw Refused("names no laboratory.", "model.line-no-laboratory"), Date(row["date"], today), density));
    }

    static double? Scale(string unit) => string.Concat(unit.ToLowerInvariant().Where(c => !char.IsWhiteSpace(c))) switch
    {
        "g/kg" or "gkg-1" or "g.kg-1" or "mg/g" or "‰" or "permille" => 1,
        "%" or "percent" or "g/100g" or "%c" or "wt%" => 10,
        _ => null,
    };

    static int Replicate(LooseRow row) => row.Number("replicate") is not { } number ? 1 : number == Math.Floor(number) && number is >= 1 and <= MostReplicates ? (int)number
        : throw Refused($"replicate {row["replicate"]} is none of 1 to {MostReplicates}.", "model.line-replicate", row["replicate"], MostReplicates);

    static (CarbonMethod Method, string Text, double Factor, double RelativeU) Method(LooseRow row)
    {
        var text = row["method"] ?? throw Refused("names no method. Add a column 'method': ISO 10694 (dry combustion) or ISO 14235 (wet oxidation).", "model.line-no-method");
        if (Says(text, "ignition", "loi", "glühverlust", "perte au feu", "ignición"))
            throw Refused($"'{text}' measures organic matter and not carbon. Have the carbon determined by dry combustion.", "model.line-loss-on-ignition", text);
        var family = FamilyOf(text) ?? throw Refused($"'{text}' is no method known here. Dry combustion (ISO 10694, EN 15936) or Walkley-Black (ISO 14235) are.", "model.line-method", text);
        if (family == CarbonMethod.DryCombustion) return (family, text, 1, 0);
        var applied = row.Number("factor") ?? throw Refused("a wet oxidation must say its factor: a column 'factor' with 1.32 where the laboratory multiplied by it, 1 where it did not.", "model.line-no-factor");
        if (applied != 1 && applied is < LeastFactor or > MostFactor) throw Refused(FormattableString.Invariant($"a factor of {applied} cannot be: 1 (none applied), or {LeastFactor} to {MostFactor}."), "model.line-factor", applied, LeastFactor, MostFactor);
        var factor = applied == 1 ? RecoveryFactor : 1;
        return (family, string.Create(CultureInfo.InvariantCulture, $"{text}, recovery factor {applied * factor:0.##} applied by the {(applied == 1 ? "gateway" : "laboratory")}"), factor, RelativeFactorUncertainty);
    }

    /// <summary>Of a method in a laboratory's own words; null where they name none known here.</summary>
    public static CarbonMethod? FamilyOf(string text) =>
        Says(text, "10694", "15936", "dry comb", "combustion sèche", "combustion seche", "combustión seca", "trockene verbrennung", "dumas", "elemental", "elementar", "élémentaire") ? CarbonMethod.DryCombustion
        : Says(text, "walkley", "14235", "wet ox", "voie humide", "oxidación húmeda", "nasse oxidation", "nassoxidation") ? CarbonMethod.WetOxidation : null;

    static bool Says(string text, params string[] words) => words.Any(word => text.Contains(word, StringComparison.OrdinalIgnoreCase));

    static DateOnly? Date(string? text, DateOnly today)
    {
        if (text is null) return null;
        // Day before month, as all four languages here write; a year first is ISO 8601.
        string[] forms = ["yyyy-MM-dd", "yyyy/MM/dd", "dd.MM.yyyy", "d.M.yyyy", "dd/MM/yyyy", "d/M/yyyy", "dd-MM-yyyy"];
        if (!DateOnly.TryParseExact(text.Split(' ', 'T')[0], forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            throw Refused($"'{text}' is no date: write 2026-03-31 or 31/03/2026, the day before the month.", "model.line-date", text);
        return date <= today ? date : throw Refused($"the date {text} lies in the future.", "model.line-date-future", text);
    }

    static InputRefused Refused(string what, string key, params object?[] parts) => new(what) { Key = key, Parts = parts };
}

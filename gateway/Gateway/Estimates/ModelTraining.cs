using FourPerMille.Sensor.Estimation.Algebra;
using FourPerMille.Sensor.Estimation.Models;
using FourPerMille.Sensor.Estimation.Spectra;

namespace FourPerMille.Sensor.Gateway.Estimates;

/// <summary>A soil with its laboratory value and spectrum.</summary>
/// <param name="Soc">In the model's unit.</param>
/// <param name="Values">Reflectance in the 18 bands.</param>
/// <param name="Moisture">Water content when the spectrum was taken, m3/m3; left out = air-dry.</param>
/// <param name="Group">Site or point: what shares one is never on both sides of a validation.</param>
public sealed record LaboratoryRow(string Id, double Soc, double[] Values, double? Moisture = null, string? Group = null);

/// <summary>How laboratory rows become a model; the same for programs, the console and the terminal. Pure.</summary>
public static class ModelTraining
{
    /// <summary>Bands of the AS7265x, nm: the order of a reading's spectrum.</summary>
    public static readonly double[] BandsNm = [410, 435, 460, 485, 510, 535, 560, 585, 610, 645, 680, 705, 730, 760, 810, 860, 900, 940];

    /// <summary>
    /// Where no moisture is stated the library is taken as air-dry, which mineral soils below 0.15 m3/m3 still resemble: a dry model used on
    /// wet soil was biased by a percent of carbon.
    /// </summary>
    const double AirDryMoisture = 0.15;

    /// <summary>Fewer cores than this move a calibration by chance.</summary>
    public const int FewestCores = 5;

    /// <summary>How a model is made where nobody says otherwise.</summary>
    public static TrainingOptions Usual(string name, string unit, LaboratoryReference reference, IReadOnlyList<LaboratoryRow> rows) => new()
    {
        Name = name, Unit = unit, Reference = reference, Pretreatment = PreprocessingChain.Parse("absorbance"), Transform = TargetTransform.Sqrt, MaximumMoistureM3PerM3 = Gate(rows, null),
    };

    /// <summary>The wettest row where moistures are known, else what is air-dry.</summary>
    public static double? Gate(IReadOnlyList<LaboratoryRow> rows, double? told) => told ?? (AnyMoisture(rows) ? null : AirDryMoisture);

    /// <summary>Rows for a model of their own.</summary>
    public static TrainingSet Own(IReadOnlyList<LaboratoryRow> rows) => Set(rows, AnyMoisture(rows));

    /// <summary>Rows that shall spike a model.</summary>
    public static TrainingSet Local(IReadOnlyList<LaboratoryRow> rows, SocModel parent) => Set(rows, parent.TrainingSet.MoistureM3PerM3 is not null);

    static TrainingSet Set(IReadOnlyList<LaboratoryRow> rows, bool withMoisture)
    {
        for (var i = 0; i < rows.Count; i++)
            if (rows[i].Values?.Length != BandsNm.Length) throw new InputRefused($"rows[{i}].values: {rows[i].Values?.Length ?? 0} values, {BandsNm.Length} are needed, one a band.");
        return new TrainingSet([.. rows.Select(r => r.Id)], BandsNm, RowMatrix.FromRows([.. rows.Select(r => r.Values)]), [.. rows.Select(r => r.Soc)],
            groups: rows.Any(r => r.Group is not null) ? [.. rows.Select(r => r.Group ?? r.Id)] : null, moistureM3PerM3: withMoisture ? [.. rows.Select(r => r.Moisture ?? 0)] : null);
    }

    static bool AnyMoisture(IReadOnlyList<LaboratoryRow> rows) => rows.Any(row => row.Moisture is not null);

    /// <exception cref="InputRefused">What the estimation core refuses, in its words.</exception>
    public static T Understood<T>(string where, Func<T> make)
    {
        try { return make(); }
        catch (Exception refused) when (refused is ArgumentException or FormatException)
        {
            throw new InputRefused($"{where}: {refused.Message}");
        }
    }
}

using FourPerMille.Sensor.Estimation.Algebra;
using FourPerMille.Sensor.Estimation.Models;
using FourPerMille.Sensor.Estimation.Spectra;

namespace FourPerMille.Sensor.Gateway.Estimates;

/// <summary>Calibrations come in as laboratory rows; the gateway trains, so that it can say what a model was made from.</summary>
static class ModelEndpoints
{
    /// <summary>Bands of the AS7265x, nm: the order of a reading's spectrum.</summary>
    public static readonly double[] BandsNm = [410, 435, 460, 485, 510, 535, 560, 585, 610, 645, 680, 705, 730, 760, 810, 860, 900, 940];

    /// <summary>
    /// Where no moisture is stated the library is taken as air-dry, which mineral soils below 0.15 m3/m3 still resemble: a dry model used on
    /// wet soil was biased by a percent of carbon.
    /// </summary>
    const double AirDryMoisture = 0.15;

    /// <summary>Fewer cores than this move a calibration by chance.</summary>
    const int FewestCores = 5;

    public static void MapModels(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/models", async (ModelRequest request, ModelBook book, DailySummaries summaries, CancellationToken stop) =>
        {
            var model = Train(request);
            var adopted = await book.Adopt(model, request.Regions, stop);
            summaries.Soon();
            return Results.Json(new { id = adopted.Id, recordId = adopted.RecordId.ToString(), latentVariables = model.LatentVariables, rmsecv = model.CrossValidation.Metrics.Rmse });
        });
        routes.MapPost("/api/cores", async (CoresRequest request, ModelBook book, DailySummaries summaries, Provisioning.NodeRegistry nodes, CancellationToken stop) =>
        {
            var model = Spike(request, book, nodes);
            var adopted = await book.Adopt(model, [request.Region], stop);
            summaries.Soon();
            return Results.Json(new { model = adopted.Id, recordId = adopted.RecordId.ToString(), cores = request.Rows.Count });
        });
    }

    static SocModel Train(ModelRequest request)
    {
        if (request.Regions is not { Count: > 0 }) throw new InputRefused("regions: names no region that the model may speak for.");
        if (request.WavelengthsNm is null || !request.WavelengthsNm.SequenceEqual(BandsNm))
            throw new InputRefused($"wavelengthsNm: must be the {BandsNm.Length} bands of the nodes' head, {string.Join(' ', BandsNm)}. Resample the library to them first.");
        return Understood("rows", () => SocModel.Train(Set(request.Rows, AnyMoisture(request.Rows)), new TrainingOptions
        {
            Name = request.Name,
            Unit = request.Unit,
            Reference = new LaboratoryReference(request.Laboratory, request.Method, request.Preparation ?? ""),
            Pretreatment = PreprocessingChain.Parse(request.Pretreatment),
            Transform = request.Transform,
            MaximumMoistureM3PerM3 = request.MaximumMoisture ?? (AnyMoisture(request.Rows) ? null : AirDryMoisture),
        }));
    }

    static SocModel Spike(CoresRequest request, ModelBook book, Provisioning.NodeRegistry nodes)
    {
        if (request.Rows is not { Count: >= FewestCores }) throw new InputRefused($"rows: {request.Rows?.Count ?? 0} cores, at least {FewestCores} are needed; 30 are advised.");
        var parent = book.InForce(request.Region) ?? nodes.All.Where(n => n.Settings.Region == request.Region).Select(book.OfTwin).FirstOrDefault(m => m is not null)
            ?? throw new InputRefused($"region '{request.Region}': neither it nor its twin has a model to spike. POST /api/models first.", StatusCodes.Status409Conflict);
        if (parent.Model.Options.Unit is var unit && request.Unit is { } given && given != unit) throw new InputRefused($"unit: '{given}' is not the model's '{unit}'.");
        return Understood("rows", () => parent.Model.SpikedWith(Set(request.Rows, parent.Model.TrainingSet.MoistureM3PerM3 is not null)));
    }

    static TrainingSet Set(IReadOnlyList<LaboratoryRow> rows, bool withMoisture)
    {
        for (var i = 0; i < rows.Count; i++)
            if (rows[i].Values?.Length != BandsNm.Length) throw new InputRefused($"rows[{i}].values: {rows[i].Values?.Length ?? 0} values, {BandsNm.Length} are needed, one a band.");
        return new TrainingSet([.. rows.Select(r => r.Id)], BandsNm, RowMatrix.FromRows([.. rows.Select(r => r.Values)]), [.. rows.Select(r => r.Soc)],
            moistureM3PerM3: withMoisture ? [.. rows.Select(r => r.Moisture ?? 0)] : null);
    }

    static bool AnyMoisture(IReadOnlyList<LaboratoryRow> rows) => rows.Any(row => row.Moisture is not null);

    static T Understood<T>(string where, Func<T> make)
    {
        try { return make(); }
        catch (Exception refused) when (refused is ArgumentException or FormatException)
        {
            throw new InputRefused($"{where}: {refused.Message}");
        }
    }

    /// <param name="Moisture">Water content when the spectrum was taken, m3/m3; left out = air-dry.</param>
    sealed record LaboratoryRow(string Id, double Soc, double[] Values, double? Moisture = null);

    sealed record ModelRequest
    {
        public required string Name { get; init; }
        public required IReadOnlyList<string> Regions { get; init; }
        public required string Laboratory { get; init; }
        public required string Method { get; init; }
        public string? Preparation { get; init; }
        public string Unit { get; init; } = "g/kg";
        public string Pretreatment { get; init; } = "absorbance";
        public TargetTransform Transform { get; init; } = TargetTransform.Sqrt;
        public double? MaximumMoisture { get; init; }
        public required double[] WavelengthsNm { get; init; }
        public required IReadOnlyList<LaboratoryRow> Rows { get; init; }
    }

    sealed record CoresRequest(string Region, string Laboratory, string Method, IReadOnlyList<LaboratoryRow> Rows, string? Unit = null);
}

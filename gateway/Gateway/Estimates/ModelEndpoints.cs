using FourPerMille.Sensor.Estimation.Models;
using FourPerMille.Sensor.Estimation.Spectra;

namespace FourPerMille.Sensor.Gateway.Estimates;

/// <summary>Calibrations come in as laboratory rows; the gateway trains, so that it can say what a model was made from.</summary>
static class ModelEndpoints
{
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
        if (request.Regions is not { Count: > 0 }) throw new InputRefused("regions: names no region that the model may speak for. Name one.");
        if (request.WavelengthsNm is null || !request.WavelengthsNm.SequenceEqual(ModelTraining.BandsNm))
            throw new InputRefused($"wavelengthsNm: must be the {ModelTraining.BandsNm.Length} bands of the nodes' head, {string.Join(' ', ModelTraining.BandsNm)}. Resample the library to them first.");
        return ModelTraining.Understood("rows", () => SocModel.Train(ModelTraining.Own(request.Rows), new TrainingOptions
        {
            Name = request.Name,
            Unit = request.Unit,
            Reference = new LaboratoryReference(request.Laboratory, request.Method, request.Preparation ?? ""),
            Pretreatment = PreprocessingChain.Parse(request.Pretreatment),
            Transform = request.Transform,
            MaximumMoistureM3PerM3 = ModelTraining.Gate(request.Rows, request.MaximumMoisture),
        }));
    }

    static SocModel Spike(CoresRequest request, ModelBook book, Provisioning.NodeRegistry nodes)
    {
        if (request.Rows is not { Count: >= ModelTraining.FewestCores }) throw new InputRefused($"rows: {request.Rows?.Count ?? 0} cores, at least {ModelTraining.FewestCores} are needed; 30 are advised.");
        var parent = book.InForce(request.Region) ?? nodes.All.Where(n => n.Settings.Region == request.Region).Select(book.OfTwin).FirstOrDefault(m => m is not null)
            ?? throw new InputRefused($"region '{request.Region}': neither it nor its twin has a model to spike. POST /api/models first.", StatusCodes.Status409Conflict);
        if (parent.Model.Options.Unit is var unit && request.Unit is { } given && given != unit) throw new InputRefused($"unit: '{given}' is not the model's '{unit}'.");
        return ModelTraining.Understood("rows", () => parent.Model.SpikedWith(ModelTraining.Local(request.Rows, parent.Model)));
    }

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

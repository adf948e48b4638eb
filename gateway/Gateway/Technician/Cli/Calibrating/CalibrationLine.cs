using System.Text.Json;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Estimation.ProbeCalibration;
using FourPerMille.Sensor.Gateway.Calibration;
using FourPerMille.Sensor.Gateway.Calibration.Sessions;

namespace FourPerMille.Sensor.Gateway.Technician.Cli.Calibrating;

/// <summary>A calibration on the running gateway, as this terminal last heard of it.</summary>
sealed class CalibrationLine
{
    readonly AdminClient _gateway;

    CalibrationLine(AdminClient gateway, JsonNode state) => (_gateway, State) = (gateway, state);

    public JsonNode State { get; private set; }
    public long Id => (long)State["id"]!;
    public CertificateKind Kind => Enum.GetValues<CertificateKind>().Single(kind => Certificate.Word(kind) == (string)State["kind"]!);
    public int Points => State["points"]!.AsArray().Count;
    public JsonNode Bench => State["bench"]!;
    public string? Missing => (string?)State["fit"]!["missing"];
    public int MissingCount => (int)State["fit"]!["missingCount"]!;
    public IEnumerable<Complaint> Complaints => State["fit"]!["complaintCodes"]!.AsArray().Select(told => new Complaint(
        Enum.Parse<ComplaintKind>((string)told!["code"]!, ignoreCase: true),
        [.. told["parts"]!.AsArray().Select(part => part!.GetValueKind() == JsonValueKind.Number ? (object)part.GetValue<double>() : (string)part!)]));

    string Path => $"/api/calibrations/{Id}";

    /// <summary>Begins one, or goes on with the one that is open for the probe; the bench is ordered anew where nothing comes from it.</summary>
    public static async Task<CalibrationLine> Begin(AdminClient gateway, JsonObject beginning, CancellationToken stop)
    {
        var line = new CalibrationLine(gateway, JsonNode.Parse(await gateway.Post("/api/calibrations", beginning, stop))!);
        if (line.Points > 0 && (int)line.Bench["values"]! == 0) await gateway.Post(line.Path + "/bench", new JsonObject(), stop);
        return line;
    }

    /// <summary>The step whose turn it is; null when each was taken as often as the plan wants.</summary>
    public PlanStep? NextStep() => CalibrationPlan.Of(Kind).FirstOrDefault(step => State["points"]!.AsArray().Count(point => (string)point!["step"]! == step.Word && !(bool)point["isLeftOut"]!) < step.Times);

    /// <summary>Points that wait for what is known later, by their number from 0.</summary>
    public IReadOnlyList<(int Number, IReadOnlyList<PlanInput> Later)> Unweighed() =>
    [
        .. State["points"]!.AsArray().Select((point, number) => (Point: point!, Number: number))
            .Where(p => p.Point["reference"] is null && !(bool)p.Point["isLeftOut"]!).Select(p => (p.Number, CalibrationPlan.Step(Kind, (string)p.Point["step"]!).Later)).Where(p => p.Later.Count > 0),
    ];

    public async Task Refresh(CancellationToken stop) => State = JsonNode.Parse(await _gateway.GetText(Path, stop))!;

    public Task Take(string step, JsonObject inputs, CancellationToken stop) => Change("/points", new JsonObject { ["step"] = step, ["inputs"] = inputs }, stop);

    public Task Complete(int number, JsonObject inputs, CancellationToken stop) => Change($"/points/{number}", new JsonObject { ["inputs"] = inputs }, stop);

    public async Task<JsonNode> Issue(string reference, string? place, int months, CancellationToken stop) => JsonNode.Parse(await _gateway.Post(Path + "/certificate",
        new JsonObject { ["version"] = State["version"]!.DeepClone(), ["reference"] = reference, ["place"] = place, ["validMonths"] = months }, stop))!;

    async Task Change(string path, JsonObject change, CancellationToken stop)
    {
        change["version"] = State["version"]!.DeepClone();
        State = JsonNode.Parse(await _gateway.Post(Path + path, change, stop))!;
    }
}

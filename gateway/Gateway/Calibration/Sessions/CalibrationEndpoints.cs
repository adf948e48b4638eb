using FourPerMille.Sensor.Gateway.Provisioning;

namespace FourPerMille.Sensor.Gateway.Calibration.Sessions;

/// <summary>Calibrations over HTTP, for the terminal and for programs; the console's forms go by the same service.</summary>
static class CalibrationEndpoints
{
    public static void MapCalibrations(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/calibrations", (CalibrationSessions sessions) => new { calibrations = sessions.Open().Select(session => Show(session, sessions)) });
        routes.MapGet("/api/calibrations/{id:long}", (long id, CalibrationSessions sessions) => Show(sessions.Required(id), sessions));
        routes.MapPost("/api/calibrations", async (Beginning begin, CalibrationSessions sessions, CancellationToken stop) =>
            Show(await sessions.Begin(begin.Node, begin.Kind, begin.Channel, begin.ProbeSerial, begin.Technician, stop), sessions));
        routes.MapPost("/api/calibrations/{id:long}/points", async (long id, Taking take, CalibrationSessions sessions, CancellationToken stop) =>
            Show(await sessions.Take(id, take.Version, take.Step, take.Inputs ?? [], take.EvenUnsettled, stop), sessions));
        routes.MapPost("/api/calibrations/{id:long}/points/{number:int}", async (long id, int number, Taking more, CalibrationSessions sessions, CancellationToken stop) =>
            Show(await sessions.Complete(id, more.Version, number, more.Inputs ?? [], stop), sessions));
        routes.MapPost("/api/calibrations/{id:long}/points/{number:int}/left-out", async (long id, int number, Changing change, CalibrationSessions sessions, CancellationToken stop) =>
            Show(await sessions.LeaveOut(id, change.Version, number, stop), sessions));
        routes.MapPost("/api/calibrations/{id:long}/bench", async (long id, CalibrationSessions sessions, CancellationToken stop) =>
        {
            await sessions.OrderBench(sessions.Required(id), stop);
            return Results.NoContent();
        });
        routes.MapPost("/api/calibrations/{id:long}/given-up", async (long id, Changing change, CalibrationSessions sessions, CancellationToken stop) =>
            Show(await sessions.GiveUp(id, change.Version, stop), sessions));
        routes.MapPost("/api/calibrations/{id:long}/certificate", async (long id, Issuing issue, CalibrationSessions sessions, CancellationToken stop) =>
        {
            var issued = await sessions.Issue(id, issue.Version, issue.Reference, issue.Place, issue.ValidMonths, issue.AppliesFrom, stop);
            return new { id = issued.Id, recordId = issued.RecordId.ToString() };
        });
    }

    static object Show(CalibrationSession session, CalibrationSessions sessions)
    {
        var fit = CalibrationFit.Of(session);
        var stability = sessions.OnBench(session).Stability;
        return new
        {
            session.Id, session.Version, session.State, session.Node, kind = Certificate.Word(session.Kind), session.Channel, session.ProbeSerial, session.Technician, session.Begun,
            session.Points, session.Certificate,
            next = CalibrationPlan.Next(session).Word,
            bench = new { values = stability.Values, mean = Finite(stability.Mean), u = Finite(stability.StandardUncertainty), driftPerMinute = Finite(stability.DriftPerMinute), stability.IsStable, stability.Reason },
            fit = new
            {
                fit.Missing, fit.MissingCount, fit.Coefficients, fit.Covariance, fit.ResidualSd, fit.Residuals, complaints = fit.Complaints.Select(complaint => complaint.ToString()),
                complaintCodes = fit.Complaints.Select(complaint => new { code = complaint.Code, parts = complaint.Parts }),
            },
        };
    }

    static double? Finite(double value) => double.IsFinite(value) ? value : null;

    sealed record Beginning(string Node, CertificateKind Kind, int Channel, string ProbeSerial, string Technician);
    sealed record Taking(int Version, string Step = "", Dictionary<string, double?>? Inputs = null, bool EvenUnsettled = false);
    sealed record Changing(int Version);
    sealed record Issuing(int Version, string Reference, string? Place = null, int ValidMonths = 12, DateTimeOffset? AppliesFrom = null);
}

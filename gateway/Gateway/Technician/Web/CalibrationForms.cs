using System.Globalization;
using FourPerMille.Sensor.Gateway.Calibration;
using FourPerMille.Sensor.Gateway.Calibration.Sessions;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Gateway.Technician.Access;
using Microsoft.AspNetCore.Antiforgery;

namespace FourPerMille.Sensor.Gateway.Technician.Web;

/// <summary>
/// What the buttons of a calibration do. Each leads back to the session's page, so that going back, reloading or a second press repeats
/// nothing; a refusal comes back with it, and with what was typed in.
/// </summary>
static class CalibrationForms
{
    public static async Task<IResult> Do(long id, string deed, HttpContext context, IAntiforgery forms, CalibrationSessions sessions, CertificateBook certificates, NodeRegistry nodes,
        Locales.Wording say, Database database, TimeProvider time, CancellationToken stop)
    {
        await forms.ValidateRequestAsync(context);
        var form = await context.Request.ReadFormAsync(stop);
        try
        {
            var version = int.TryParse(form["version"], CultureInfo.InvariantCulture, out var told) ? told : 0;
            switch (deed)
            {
                case "bench":
                    await sessions.OrderBench(sessions.Required(id), stop);
                    break;
                case "take":
                    var session = sessions.Required(id);
                    await sessions.Take(id, version, form["step"].ToString(), Inputs(form, CalibrationPlan.Step(session.Kind, form["step"].ToString()).Now), form["unsettled"] == "on", stop);
                    break;
                case "complete":
                    await sessions.Complete(id, version, Number(form), Inputs(form, [new PlanInput("dry", "g", 0, 0)]), stop);
                    break;
                case "leave-out":
                    await sessions.LeaveOut(id, version, Number(form), stop);
                    break;
                case "give-up":
                    await sessions.GiveUp(id, version, stop);
                    return Results.LocalRedirect("/calibrations");
                case "issue":
                    var from = form["from"] == "last" ? Last(sessions.Required(id), nodes, certificates, time) : null;
                    var issued = await sessions.Issue(id, version, form["reference"], form["place"], int.TryParse(form["months"], CultureInfo.InvariantCulture, out var months) ? months : 0, from, stop);
                    await database.Write(session => AuditTrail.Note(session, time.GetUtcNow(), context.User.Identity!.Name!, AuditTrail.CertificateIssued, issued.Id), stop);
                    return Results.LocalRedirect("/certificates/" + issued.Id);
                default:
                    return Results.NotFound();
            }
            return Results.LocalRedirect($"/calibrations/{id}#now");
        }
        catch (InputRefused refused)
        {
            var typed = string.Concat(form.Where(field => field.Key.StartsWith("in-", StringComparison.Ordinal)).Select(field => $"&{field.Key}={Uri.EscapeDataString(field.Value.ToString())}"));
            return Results.LocalRedirect($"/calibrations/{id}?refused={Uri.EscapeDataString(say.Of(refused))}{typed}#now");
        }
    }

    /// <summary>Since when the probe's certificate before was in force; null where it had none.</summary>
    public static DateTimeOffset? Last(CalibrationSession session, NodeRegistry nodes, CertificateBook certificates, TimeProvider time) =>
        certificates.Of(nodes.Required(session.Node)).At(session.Kind, session.Channel, time.GetUtcNow()) is var (before, _) ? before.Content.InForceFrom : null;

    static int Number(IFormCollection form) => int.TryParse(form["number"], CultureInfo.InvariantCulture, out var number) ? number : -1;

    static Dictionary<string, double?> Inputs(IFormCollection form, IReadOnlyList<PlanInput> asked) => asked.ToDictionary(input => input.Name, input => TypedNumber.Read(form["in-" + input.Name].ToString()));
}

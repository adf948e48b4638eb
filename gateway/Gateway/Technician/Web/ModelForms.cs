using System.Globalization;
using System.Text;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Provisioning.Configurations;
using FourPerMille.Sensor.Gateway.SocModels;
using FourPerMille.Sensor.Gateway.SocModels.Candidates;
using FourPerMille.Sensor.Gateway.SocModels.Cores;
using FourPerMille.Sensor.Gateway.SocModels.Laboratory;
using FourPerMille.Sensor.Gateway.Technician.Access;
using FourPerMille.Sensor.Payload;
using Microsoft.AspNetCore.Antiforgery;

namespace FourPerMille.Sensor.Gateway.Technician.Web;

/// <summary>
/// What the pages of a carbon model hand out and take in. Each form leads back to its page, so that going back, reloading or a second press repeats
/// nothing; a refusal comes back with it, and with what was typed in.
/// </summary>
static class ModelForms
{
    const int OrderedBenchMinutes = BenchProbeNames.UsualMinutes;

    public static void MapModelForms(this IEndpointRouteBuilder routes)
    {
        var files = routes.MapGroup("/calibrations/models/{name}").RequireAuthorization();
        files.MapGet("/plan.geojson", (string name, ModelCampaigns campaigns) => File(campaigns, name, (c, plan) => PlanFiles.GeoJson(c, plan), "application/geo+json", "geojson"));
        files.MapGet("/samples.csv", (string name, ModelCampaigns campaigns) => File(campaigns, name, (c, plan) => PlanFiles.Csv(c, campaigns.Samples(name), plan), "text/csv; charset=utf-8", "csv"));
        routes.MapPost("/calibrations/models/{name}/do/{deed}", Do).RequireAuthorization(policy => policy.RequireRole(nameof(Role.Technician)));
    }

    static async Task<IResult> Do(string name, string deed, HttpContext context, IAntiforgery forms, IServiceProvider services, Locales.Wording say, CancellationToken stop)
    {
        await forms.ValidateRequestAsync(context);
        var form = await context.Request.ReadFormAsync(stop);
        var (page, who) = (PageOf(deed), context.User.Identity!.Name!);
        if (page is null) return Results.NotFound();
        try
        {
            if (page == "candidates") return Results.LocalRedirect(await Candidates(name, deed, form, who, services, stop));
            var done = deed switch
            {
                "shot" or "bench" or "spectra" or "take-back" => await Cores(name, deed, form, who, services, stop),
                _ => await FromLaboratory(name, deed, form, who, services.GetRequiredService<LaboratoryBook>(), stop),
            };
            return Results.LocalRedirect($"/calibrations/models/{name}/{page}{(done is null ? "" : "?done=" + Uri.EscapeDataString(done))}");
        }
        catch (InputRefused refused)
        {
            var typed = string.Concat(form.Where(field => !field.Key.StartsWith("__", StringComparison.Ordinal)).Select(field => $"&in-{field.Key}={Uri.EscapeDataString(field.Value.ToString())}"));
            var back = page != "candidates" ? "/" + page : form["candidate"].ToString() is { Length: > 0 } candidate ? $"/candidates/{Long(candidate)}" : "";
            return Results.LocalRedirect($"/calibrations/models/{name}{back}?refused={Uri.EscapeDataString(say.Of(refused))}{typed}");
        }
    }

    static string? PageOf(string deed) => deed switch
    {
        "shot" or "bench" or "spectra" or "take-back" => "cores",
        "laboratory" or "attach" => "laboratory",
        "train" or "sample" or "accept" or "decline" => "candidates",
        _ => null,
    };

    /// <returns>The sample that was shot, to be said on the page.</returns>
    static async Task<string?> Cores(string name, string deed, IFormCollection form, string who, IServiceProvider services, CancellationToken stop)
    {
        var cores = services.GetRequiredService<CoreBook>();
        switch (deed)
        {
            case "bench":
                await services.GetRequiredService<ConfigurationBook>().OrderBench(services.GetRequiredService<NodeRegistry>().Required(form["node"].ToString()), BenchProbe.SpectralHead, OrderedBenchMinutes, who, stop);
                return null;
            case "spectra":
                var (bytes, file) = await Upload(form, stop);
                await cores.Import(name, bytes, file, who, stop);
                return null;
            case "take-back":
                await cores.TakeBack(name, Long(form["shot"]), stop);
                return null;
            default:
                var moisture = TypedNumber.Read(form["moisture"]) / 100;
                var shot = form["from"] == "reading"
                    ? await cores.TakeReading(name, form["sample"], form["node"].ToString(), null, null, moisture, who, stop)
                    : await cores.TakeFromBench(name, form["sample"], form["node"].ToString(), moisture, who, stop);
                return shot.Sample;
        }
    }

    /// <returns>Where to go on.</returns>
    static async Task<string> Candidates(string name, string deed, IFormCollection form, string who, IServiceProvider services, CancellationToken stop)
    {
        var (candidates, id, version) = (services.GetRequiredService<CandidateBook>(), Long(form["candidate"]), (int)Long(form["version"]));
        switch (deed)
        {
            case "train":
                CandidateBasis? basis = form["basis"].ToString() switch { "cores" => CandidateBasis.Cores, "library" => CandidateBasis.Library, _ => null };
                return $"/calibrations/models/{name}/candidates/{(await candidates.Begin(name, basis, who, stop)).Id}";
            case "accept":
                await candidates.Accept(name, id, version, who, form["recompute"] == "on", stop);
                break;
            case "decline":
                await candidates.Decline(name, id, who, form["reason"], stop);
                break;
            default:
                var cores = services.GetRequiredService<CoreBook>();
                if (form["what"] == "explain") await cores.Explain(name, version, form["sample"], form["reason"], stop);
                else await cores.LeaveOut(name, version, form["sample"], form["what"] == "take-in" ? null : Said(form["reason"]), stop);
                break;
        }
        return id > 0 ? $"/calibrations/models/{name}/candidates/{id}" : $"/calibrations/models/{name}";
    }

    static string Said(string? reason) => string.IsNullOrWhiteSpace(reason) ? throw new InputRefused("reason: say in some words why; an auditor will read it.") { Key = "model.refused-reason" } : reason;

    static async Task<string?> FromLaboratory(string name, string deed, IFormCollection form, string who, LaboratoryBook laboratory, CancellationToken stop)
    {
        if (deed == "attach")
        {
            await laboratory.Attach(name, Long(form["import"]), (int)Long(form["line"]), form["sample"], correct: false, stop);
            return null;
        }
        var (bytes, file) = await Upload(form, stop);
        await laboratory.Import(name, bytes, file, who, form["correct"] == "on", stop);
        return null;
    }

    static async Task<(byte[] Bytes, string Name)> Upload(IFormCollection form, CancellationToken stop)
    {
        if (form.Files["file"] is not { Length: > 0 } file) throw new InputRefused("file: none was chosen, or it is empty.") { Key = "model.refused-no-file" };
        if (file.Length > LooseTable.LargestBytes) throw new InputRefused("file: is larger than 5 MB.") { Key = "model.refused-file-size", Parts = [5] };
        using var bytes = new MemoryStream();
        await file.CopyToAsync(bytes, stop);
        return (bytes.ToArray(), file.FileName);
    }

    static long Long(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;

    static IResult File(ModelCampaigns campaigns, string name, Func<ModelCampaign, DrawnPlan, string> write, string kind, string extension)
    {
        var campaign = campaigns.Required(name);
        return Results.File(Encoding.UTF8.GetBytes(write(campaign, campaigns.Drawn(campaign))), kind, $"{campaign.Name}.{extension}");
    }
}

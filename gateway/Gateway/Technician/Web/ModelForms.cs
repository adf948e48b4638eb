using System.Globalization;
using System.Text;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Provisioning.Configurations;
using FourPerMille.Sensor.Gateway.SocModels;
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
            return Results.LocalRedirect($"/calibrations/models/{name}/{page}?refused={Uri.EscapeDataString(say.Of(refused))}{typed}");
        }
    }

    static string? PageOf(string deed) => deed switch
    {
        "shot" or "bench" or "spectra" or "take-back" => "cores",
        "laboratory" or "attach" => "laboratory",
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

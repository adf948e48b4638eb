using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Provisioning.Enrolment;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Gateway.Technician.Access;
using Microsoft.AspNetCore.Antiforgery;

namespace FourPerMille.Sensor.Gateway.Technician.Web.Enrolling;

/// <summary>What the buttons of a node's handover do: give its files away, once, and let an administrator allow it again. Both stand in the audit trail.</summary>
static class HandoverForms
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/nodes/{id}/handover/take", Take).RequireAuthorization(policy => policy.RequireRole(nameof(Role.Technician)));
        routes.MapPost("/nodes/{id}/handover/grant", Grant).RequireAuthorization(policy => policy.RequireRole(nameof(Role.Administrator)));
    }

    /// <summary>The archive goes to the browser and into no cache. The grant is used up before a byte leaves: a line that breaks costs another grant, never a second copy.</summary>
    static async Task<IResult> Take(string id, HttpContext context, IAntiforgery forms, NodeRegistry nodes, NodePackage package, Database database, Locales.Wording say, TimeProvider time, CancellationToken stop)
    {
        await forms.ValidateRequestAsync(context);
        var node = nodes.Required(id);
        var who = context.User.Identity!.Name!;
        try
        {
            var files = package.Of(node);
            await database.Write(session =>
            {
                HandoverBook.Take(session, node, who, time.GetUtcNow());
                AuditTrail.Note(session, time.GetUtcNow(), who, AuditTrail.FilesHandedOver, node.Id);
            }, stop);
            context.Response.Headers.CacheControl = "no-store";
            return Results.Bytes(NodePackage.Archive([.. files, new("README.txt", Readme(say, files), IsSecret: false, IsForNode: false)]), "application/zip", $"fpm-{node.Id}.zip");
        }
        catch (InputRefused refused)
        {
            return Results.LocalRedirect($"/nodes/{node.Id}/handover?refused={Uri.EscapeDataString(say.Of(refused))}");
        }
    }

    static async Task<IResult> Grant(string id, HttpContext context, IAntiforgery forms, NodeRegistry nodes, Database database, TimeProvider time, CancellationToken stop)
    {
        await forms.ValidateRequestAsync(context);
        var node = nodes.Required(id);
        var who = context.User.Identity!.Name!;
        await database.Write(session =>
        {
            HandoverBook.Grant(session, node, who, time.GetUtcNow());
            AuditTrail.Note(session, time.GetUtcNow(), who, AuditTrail.HandoverGranted, node.Id);
        }, stop);
        return Results.LocalRedirect($"/nodes/{node.Id}/handover");
    }

    /// <summary>For whoever opens the archive a week later, in the language of whoever took it.</summary>
    static string Readme(Locales.Wording say, IReadOnlyList<PackageFile> files) => string.Join("\n",
    [
        say["handover.secret"], "", .. files.Select(file => $"{file.Name}: {say.Of("handover-file", FileWord(file.Name))}"), "", say["handover.flash"],
        "nanoff --filedeployment files.json", "", say["handover.delete"], "",
    ]);

    /// <summary>identity.txt → identity: the language files' key.</summary>
    public static string FileWord(string name) => Path.GetFileNameWithoutExtension(name);
}

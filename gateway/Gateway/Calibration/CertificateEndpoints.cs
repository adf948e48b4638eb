using System.Text.Json;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Provisioning;

namespace FourPerMille.Sensor.Gateway.Calibration;

static class CertificateEndpoints
{
    public static void MapCertificates(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/certificates", async (Certificate certificate, CertificateBook book, CancellationToken stop) =>
        {
            var issued = await book.Issue(certificate, stop);
            return Results.Json(new { id = issued.Id, recordId = issued.RecordId.ToString() });
        });
        routes.MapGet("/api/certificates", (string? node, CertificateBook book, NodeRegistry nodes, TimeProvider time) =>
            new { utc = time.GetUtcNow(), certificates = book.All(node is null ? null : nodes.Required(node)).Select(issued => Line(issued, book, nodes, time.GetUtcNow())) });
        routes.MapGet("/api/certificates/{id}", (string id, CertificateBook book, NodeRegistry nodes, TimeProvider time) =>
        {
            var issued = book.Find(id)
                ?? throw new InputRefused($"{id}: there is no such certificate. 'fpm certificates' lists them.", StatusCodes.Status404NotFound) { Key = "refusal.certificate-unknown", Parts = [id] };
            var whole = Line(issued, book, nodes, time.GetUtcNow());
            foreach (var (name, value) in JsonNode.Parse(issued.Content.ToJson())!.AsObject()) whole.TryAdd(name, value?.DeepClone());
            return whole;
        });
    }

    /// <summary>What a list shows. A certificate that a newer one of its probe has followed is kept for the readings of its time.</summary>
    static JsonObject Line(IssuedCertificate issued, CertificateBook book, NodeRegistry nodes, DateTimeOffset now)
    {
        var content = issued.Content;
        var inForce = book.Of(nodes.Required(content.Node)).At(content.Kind, content.Channel, now)?.Certificate.Id == issued.Id;
        return new JsonObject
        {
            ["id"] = issued.Id, ["recordId"] = issued.RecordId.ToString(), ["node"] = content.Node, ["kind"] = Certificate.Word(content.Kind), ["channel"] = content.Channel,
            ["probeSerial"] = content.ProbeSerial, ["method"] = content.Method, ["issued"] = content.Issued, ["validUntil"] = content.ValidUntil,
            ["expired"] = now >= content.ValidUntil, ["inForce"] = inForce, ["points"] = content.Points is { } points ? JsonSerializer.SerializeToNode(points) : new JsonArray(),
        };
    }
}

namespace FourPerMille.Sensor.Gateway.Calibration;

static class CertificateEndpoints
{
    public static void MapCertificates(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/certificates", async (Certificate certificate, CertificateBook book, CancellationToken stop) =>
        {
            var issued = await book.Issue(certificate, stop);
            return Results.Json(new { id = issued.Id, recordId = issued.RecordId.ToString() });
        });
}

using System.Security.Cryptography;
using System.Text;

namespace FourPerMille.Sensor.Gateway.Provisioning;

/// <summary>The bearer that opens the admin API: made at the first start, kept in <c>admin.token</c>, readable by its owner only.</summary>
public sealed class AdminToken
{
    readonly byte[] _hash;

    AdminToken(string value) => (Value, _hash) = (value, Hash(value));

    public string Value { get; }

    public static AdminToken In(string dataFolder)
    {
        var file = Path.Combine(dataFolder, "admin.token");
        if (!File.Exists(file))
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using var made = new StreamWriter(file, options);
            made.Write(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));
        }
        var value = File.ReadAllText(file).Trim();
        if (value.Length < 32) throw new InputRefused($"{file}: holds fewer than 32 characters. Remove it and start again: a new token is made.");
        return new AdminToken(value);
    }

    /// <summary>Takes the same time whatever was presented.</summary>
    public bool Opens(string? authorization) =>
        authorization is not null && authorization.StartsWith("Bearer ", StringComparison.Ordinal)
        && CryptographicOperations.FixedTimeEquals(Hash(authorization["Bearer ".Length..].Trim()), _hash);

    static byte[] Hash(string value) => SHA256.HashData(Encoding.UTF8.GetBytes(value));
}

/// <summary>Marks endpoints for whoever holds the admin token. Checked before a body is read.</summary>
static class AdminOnly
{
    sealed record Mark;

    public static T RequireAdmin<T>(this T routes) where T : IEndpointConventionBuilder => routes.WithMetadata(new Mark());

    /// <summary>Answers 401 to everybody else. Stands behind routing, before the endpoints.</summary>
    public static IApplicationBuilder UseAdminOnly(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var marked = context.GetEndpoint()?.Metadata.GetMetadata<Mark>() is not null;
        var token = context.RequestServices.GetRequiredService<AdminToken>();
        if (!marked || token.Opens(context.Request.Headers.Authorization)) return next(context);
        return Results.Problem(statusCode: StatusCodes.Status401Unauthorized, title: "Not admitted",
            detail: "Authorization: present 'Bearer' and the contents of admin.token in the gateway's data folder.").ExecuteAsync(context);
    });
}

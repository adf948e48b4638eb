using System.Reflection;
using System.Security.Cryptography;

namespace FourPerMille.Sensor.Gateway.Technician.Web;

/// <summary>Style, script and icon of the console: a few files inside the program, named by their hash, so that a browser asks once.</summary>
public sealed class ConsoleAssets
{
    const string Prefix = "Technician.Web.Assets.";

    sealed record Asset(byte[] Bytes, string ContentType, string Version);

    readonly Dictionary<string, Asset> _byName = [];

    public ConsoleAssets()
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(resource)!;
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            var name = resource[Prefix.Length..];
            _byName.Add(name, new Asset(bytes, TypeOf(name), Convert.ToHexStringLower(SHA256.HashData(bytes))[..12]));
        }
    }

    /// <summary>Where a page finds the asset; the address changes with its content.</summary>
    public string Address(string name) => $"/assets/{name}?v={_byName[name].Version}";

    public IResult Answer(string name, HttpContext context)
    {
        if (!_byName.TryGetValue(name, out var asset)) return Results.NotFound();
        context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return Results.Bytes(asset.Bytes, asset.ContentType);
    }

    static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        var other => throw new InvalidDataException($"{name}: the console serves no '{other}' files."),
    };
}

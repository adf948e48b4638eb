using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Records;

namespace FourPerMille.Sensor.Gateway.Technician.Access;

/// <summary>
/// Where the console is open beside loopback. A gateway starts with loopback alone; <c>fpm setup</c> opens an interface while it runs, and the
/// choice is kept in gateway.json. Kestrel binds what this configuration says and rebinds when it changes.
/// </summary>
public sealed class ConsoleDoor : ConfigurationProvider, IConfigurationSource
{
    // Kestrel binds in the order of these names: the API's address is the first that is told.
    const string Api = "Endpoints:Api:Url", Console = "Endpoints:Console:Url";

    readonly GatewayOptions _options;

    public ConsoleDoor(GatewayOptions options)
    {
        _options = options;
        Data[Api] = options.Urls.ToString();
        if (options.Console is { } console) Data[Console] = Checked(console).ToString();
    }

    public Uri? Address => Data.TryGetValue(Console, out var url) && url is not null ? new Uri(url) : null;

    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    /// <summary>Opens the console on an address, now and at every start.</summary>
    /// <exception cref="InputRefused">The address is none that can be opened safely.</exception>
    public void Open(Uri address)
    {
        Keep(Checked(address));
        Data[Console] = address.ToString();
        OnReload();
    }

    /// <summary>What to type into a browser: the address itself, or, where it stands for all interfaces, one for each.</summary>
    public IEnumerable<Uri> Reachable => Address is not { } address ? []
        : IPAddress.TryParse(address.IdnHost, out var ip) && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any))
            ? ConsoleCertificate.Addresses().Select(own => new UriBuilder(address) { Host = own.ToString() }.Uri)
            : [address];

    /// <exception cref="InputRefused">The address is none that can be opened safely.</exception>
    internal static Uri Checked(Uri address)
    {
        if (address is not { IsAbsoluteUri: true, AbsolutePath: "/" } || address.Scheme != Uri.UriSchemeHttps || !IPAddress.TryParse(address.IdnHost.Trim('[', ']'), out _))
            throw new InputRefused($"--console: '{address}' must be https:// with an address of this machine and a port, such as https://0.0.0.0:8443 for all of them. "
                + $"Passwords never travel in the clear, so http is refused.");
        return address;
    }

    void Keep(Uri address)
    {
        var file = Path.Combine(_options.DataFolder, "gateway.json");
        var settings = File.Exists(file) ? JsonNode.Parse(File.ReadAllText(file), documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip }) as JsonObject ?? [] : [];
        settings["console"] = address.ToString();
        DurableFile.Write(file, Encoding.UTF8.GetBytes(settings.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n"), file + ".new");
    }
}

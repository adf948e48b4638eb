using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Gateway.Technician.Locales;

namespace FourPerMille.Sensor.Gateway.Technician.Cli;

/// <summary>Speaks with the gateway that runs on a data folder: its address and token lie there.</summary>
sealed class AdminClient : IDisposable
{
    readonly HttpClient _http;

    AdminClient(HttpClient http) => _http = http;

    /// <exception cref="InputRefused">No gateway runs on the folder, or its token cannot be read.</exception>
    public static AdminClient To(string dataFolder)
    {
        var token = Path.Combine(dataFolder, "admin.token");
        if (RunningGateway.AddressIn(dataFolder) is not { } address || !File.Exists(token))
            throw new InputRefused($"{dataFolder}: no gateway runs here. Start one with 'serve --data {dataFolder}', or name the --data folder of one that runs.") { Key = "refusal.no-gateway", Parts = [dataFolder] };
        var http = new HttpClient { BaseAddress = address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", File.ReadAllText(token).Trim());
        return new AdminClient(http);
    }

    public async Task<string> GetText(string path, CancellationToken stop) => await Text(await Ask(() => _http.GetAsync(path, stop)), stop);

    public async Task<string> Post(string path, JsonNode body, CancellationToken stop) =>
        await Text(await Ask(() => _http.PostAsJsonAsync(path, body, stop)), stop);

    async Task<HttpResponseMessage> Ask(Func<Task<HttpResponseMessage>> ask)
    {
        try { return await ask(); }
        catch (HttpRequestException silent)
        {
            throw new InputRefused($"{_http.BaseAddress}: the gateway does not answer ({silent.Message}). Look whether it still runs.") { Key = "refusal.gateway-mute", Parts = [_http.BaseAddress, silent.Message] };
        }
    }

    static async Task<string> Text(HttpResponseMessage answer, CancellationToken stop)
    {
        var text = await answer.Content.ReadAsStringAsync(stop);
        if (answer.IsSuccessStatusCode) return text;
        var problem = answer.Content.Headers.ContentType?.MediaType == "application/problem+json" ? JsonNode.Parse(text) : null;
        throw new InputRefused(problem?["detail"]?.ToString() ?? $"The gateway answered {(int)answer.StatusCode}: {text}")
        {
            Key = (string?)problem?["code"] is { } code ? "refusal." + code : null, Parts = RefusalWords.FromJson(problem?["parts"]),
        };
    }

    public void Dispose() => _http.Dispose();
}

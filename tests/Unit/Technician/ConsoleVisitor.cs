using System.Net;
using System.Text.RegularExpressions;

namespace FourPerMille.Sensor.Unit.Technician;

/// <summary>A browser without script: keeps cookies, follows nothing by itself, fills in forms.</summary>
sealed partial class ConsoleVisitor : IDisposable
{
    readonly HttpClient _http;

    public ConsoleVisitor(Uri console, string language = "en")
    {
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = console };
        _http.DefaultRequestHeaders.Add("Accept-Language", language);
        _http.DefaultRequestHeaders.Add("Accept", "text/html");
    }

    public Task<HttpResponseMessage> Get(string path) => _http.GetAsync(path);

    public async Task<string> Page(string path)
    {
        using var answer = await Get(path);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{path} answered {(int)answer.StatusCode}: {text}");
        return WebUtility.HtmlDecode(text);
    }

    /// <summary>Fills in the form of a page and sends it, hidden fields included.</summary>
    public async Task<(HttpStatusCode Status, Uri? Location, string Text)> Submit(string path, string formName, params (string Name, string Value)[] fields) =>
        await Read(await Send(path, formName, fields));

    /// <summary>The same, for an answer that is no page.</summary>
    public async Task<HttpResponseMessage> Send(string path, string formName, params (string Name, string Value)[] fields)
    {
        var (target, filled) = await Filled(path, formName, fields);
        return await _http.PostAsync(target, new FormUrlEncodedContent(filled));
    }

    /// <summary>The same with a file in one of its fields, as a browser sends it.</summary>
    public async Task<(HttpStatusCode Status, Uri? Location, string Text)> Upload(string path, string formName, string field, string fileName, byte[] file, params (string Name, string Value)[] fields)
    {
        var (target, filled) = await Filled(path, formName, fields);
        using var parts = new MultipartFormDataContent();
        foreach (var (name, value) in filled) parts.Add(new StringContent(value), name);
        parts.Add(new ByteArrayContent(file), field, fileName);
        return await Read(await _http.PostAsync(target, parts));
    }

    /// <summary>Where the form goes, and its fields with the hidden ones.</summary>
    async Task<(string Target, List<KeyValuePair<string, string>> Fields)> Filled(string path, string formName, (string Name, string Value)[] fields)
    {
        var page = await (await Get(path)).Content.ReadAsStringAsync();
        var form = Forms().Matches(page).Select(match => match.Value).First(text => text.Contains($"value=\"{formName}\"") || text.Contains($"action=\"{formName}\""));
        var hidden = Hidden().Matches(form).Select(match => KeyValuePair.Create(match.Groups[1].Value, WebUtility.HtmlDecode(match.Groups[2].Value)))
            .Where(given => fields.All(field => field.Name != given.Key));
        var target = WebUtility.HtmlDecode(Action().Match(form).Groups[1].Value) is { Length: > 0 } action ? action : path;
        return (target, [.. hidden, .. fields.Select(field => KeyValuePair.Create(field.Name, field.Value))]);
    }

    /// <summary>Gives a file to the form of a page.</summary>
    /// <returns>Where the answer leads.</returns>
    public async Task<Uri> Upload(string path, string formName, string field, byte[] bytes)
    {
        var page = await (await Get(path)).Content.ReadAsStringAsync();
        var form = Forms().Matches(page).Select(match => match.Value).First(text => text.Contains($"action=\"{formName}\""));
        using var content = new MultipartFormDataContent { { new ByteArrayContent(bytes), field, "file" } };
        foreach (Match hidden in Hidden().Matches(form)) content.Add(new StringContent(WebUtility.HtmlDecode(hidden.Groups[2].Value)), hidden.Groups[1].Value);
        using var answer = await _http.PostAsync(formName, content);
        return answer.Headers.Location!;
    }

    /// <summary>Posts what no form offered.</summary>
    public async Task<(HttpStatusCode Status, Uri? Location, string Text)> Post(string path, params KeyValuePair<string, string>[] fields) =>
        await Read(await _http.PostAsync(path, new FormUrlEncodedContent(fields)));

    static async Task<(HttpStatusCode Status, Uri? Location, string Text)> Read(HttpResponseMessage answer)
    {
        using (answer) return (answer.StatusCode, answer.Headers.Location, WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync()));
    }

    public Task<(HttpStatusCode Status, Uri? Location, string Text)> SignIn(string name, string password, string path = "/sign-in") =>
        Submit(path, "sign-in", ("Name", name), ("Password", password));

    public void Dispose() => _http.Dispose();

    [GeneratedRegex("<form.*?</form>", RegexOptions.Singleline)]
    private static partial Regex Forms();

    [GeneratedRegex("<input type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\"")]
    private static partial Regex Hidden();

    [GeneratedRegex("action=\"([^\"]*)\"")]
    private static partial Regex Action();
}

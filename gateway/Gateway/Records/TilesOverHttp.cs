using FourPerMille.Sensor.Mrv.Tiles;

namespace FourPerMille.Sensor.Gateway.Records;

/// <summary>A log's tiles as an observatory serves them, to read only.</summary>
/// <param name="place">Where they lie below the client's address, with a slash at the end.</param>
sealed class TilesOverHttp(HttpClient http, string place) : ITileStore
{
    public byte[]? Read(TilePath tile)
    {
        using var answer = http.Send(new HttpRequestMessage(HttpMethod.Get, place + tile));
        if (!answer.IsSuccessStatusCode) return null;
        using var bytes = new MemoryStream();
        answer.Content.ReadAsStream().CopyTo(bytes);
        return bytes.ToArray();
    }

    public void Write(TilePath tile, ReadOnlySpan<byte> bytes) => throw new NotSupportedException();
    public void Delete(TilePath tile) => throw new NotSupportedException();
    public IEnumerable<TilePath> Partials() => [];
}

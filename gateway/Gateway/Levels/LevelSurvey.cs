using FourPerMille.Sensor.Estimation.Levels;
using FourPerMille.Sensor.Gateway.Ledger;
using FourPerMille.Sensor.Gateway.Observations;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.Store;

namespace FourPerMille.Sensor.Gateway.Levels;

/// <summary>One parcel's line of the feed.</summary>
/// <param name="Land">Null for a parcel that nodes name and nobody entered: its area and country are unknown.</param>
/// <param name="Geometry">GeoJSON of what may be shown.</param>
sealed record ParcelLine(string Parcel, string Region, Parcel? Land, ParcelObservation Observed, System.Text.Json.Nodes.JsonObject? Geometry);

/// <summary>The survey at a moment: parcels that may be shown, and the parts by region.</summary>
sealed record Survey(DateTimeOffset AsOf, IReadOnlyList<ParcelLine> Parcels, LevelDocument Document);

/// <summary>Counts and sums of what the gateway holds, by parcel and region. Made anew at most every five minutes: anybody may ask.</summary>
sealed class LevelSurvey(Database database, NodeRegistry nodes, LogKey key, TimeProvider time)
{
    static readonly TimeSpan Lasts = TimeSpan.FromMinutes(5);

    /// <summary>A sum over fewer parcels would tell of a restricted one by subtraction.</summary>
    const int FewestWithRestricted = 3;

    readonly Lock _gate = new();
    Survey? _last;

    public Survey Now()
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            return _last is { } last && now - last.AsOf < Lasts ? last : _last = database.Read(session => Take(session, now));
        }
    }

    /// <summary>Forgets the last one: something was entered.</summary>
    public void Renew() { lock (_gate) _last = null; }

    Survey Take(Session session, DateTimeOffset now)
    {
        var land = ParcelBook.All(session).ToDictionary(p => p.Name);
        var ledgers = LedgerBook.All(session).ToLookup(l => l.Node, l => l.Ledger);
        var ofNodes = nodes.All.GroupBy(n => n.Settings.Parcel ?? n.Settings.Site).ToDictionary(g => g.Key, g => g.ToList());
        var lines = land.Keys.Union(ofNodes.Keys).Order(StringComparer.Ordinal).Select(name =>
        {
            var (entered, there) = (land.GetValueOrDefault(name), ofNodes.GetValueOrDefault(name) ?? []);
            return new ParcelLine(name, entered?.Region ?? there[0].Settings.Region, entered, Observe(session, there, ledgers, now), entered is null ? null : ParcelBook.Geometry(session, entered, now));
        }).ToList();
        var stocks = StockReader.Read(session, site => land.Values.FirstOrDefault(p => p.Site == site)?.Region ?? nodes.All.FirstOrDefault(n => n.Settings.Site == site)?.Settings.Region);
        var regions = lines.Select(l => (Country: l.Land?.Country ?? "", l.Region)).Union(stocks.Select(s => (Country: Country(lines, s.Region), s.Region))).Distinct().ToList();
        return new(now, [.. lines.Where(l => l.Land?.IsRestricted != true)], LevelDocument.Of(regions.Select(r => Part(r.Country, r.Region, lines, stocks, now))));
    }

    static string Country(List<ParcelLine> lines, string region) => lines.FirstOrDefault(l => l.Region == region && l.Land is not null)?.Land!.Country ?? "";

    LevelPart Part(string country, string region, List<ParcelLine> lines, IReadOnlyList<StockSeries> stocks, DateTimeOffset now)
    {
        var mine = lines.Where(l => l.Region == region && (l.Land?.Country ?? "") == country).ToList();
        if (mine.Count < FewestWithRestricted) mine.RemoveAll(l => l.Land?.IsRestricted == true);
        var figures = LevelFigures.Sum(mine.Select(l => LevelFigures.OfParcel(l.Land?.Hectares ?? 0, l.Observed)));
        if (Country(lines, region) == country)
            foreach (var series in stocks.Where(s => s.Region == region)) figures.AddStock(series.Stocks[^1], series.Stocks.Count > 1 ? series.Stocks[0] : null);
        var cells = mine.Where(l => l.Land is { IsRestricted: false }).GroupBy(l => (l.Land!.CellLatitude, l.Land.CellLongitude, l.Land.CellDegrees)).OrderBy(g => g.Key)
            .Select(g => new LevelCell(g.Key.CellLatitude, g.Key.CellLongitude, g.Key.CellDegrees, g.Count(), Math.Round(g.Sum(l => l.Land!.Hectares), 3))).ToList();
        var twin = nodes.All.FirstOrDefault(n => n.Settings.Region == region)?.Settings.Twin;
        return new(key.Gateway, now, country, region, twin, key.IsSimulated, figures.State, cells);
    }

    static ParcelObservation Observe(Session session, List<Node> there, ILookup<long, EpochLedger> ledgers, DateTimeOffset now)
    {
        var observed = new ParcelObservation();
        foreach (var node in there)
        {
            var (judged, inDomain) = session.Query("SELECT COUNT(*), COALESCE(SUM(json_extract(content, '$.verdict') = 'in'), 0) FROM estimates WHERE node = @0", row => (row.GetInt64(0), row.GetInt64(1)), node.Number).Single();
            var valid = session.Scalar<long>("""
                SELECT COUNT(DISTINCT kind || channel) FROM certificates WHERE node = @0 AND issued_ms <= @1 AND valid_until_ms > @1
                AND ((kind = 'moisture' AND channel < @2) OR (kind = 'spectral-head' AND @3))
                """, node.Number, now.ToUnixTimeMilliseconds(), node.Settings.MoistureDepthsCm.Length, node.Settings.SpectralEvery > 0);
            var newest = StoredReadings.Latest(session, node)?.Time.Middle;
            observed = new(observed.Nodes + 1, observed.ReadingsTaken + ledgers[node.Number].Sum(l => l.Sampled), observed.ReadingsHeld + ledgers[node.Number].Sum(l => l.Stored.Count),
                observed.SpectraJudged + judged, observed.SpectraInDomain + inDomain,
                observed.CertificatesNeeded + node.Settings.MoistureDepthsCm.Length + (node.Settings.SpectralEvery > 0 ? 1 : 0), observed.CertificatesValid + valid,
                observed.Newest > newest ? observed.Newest : newest ?? observed.Newest);
        }
        return observed;
    }
}

using System.Security.Cryptography;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Mrv.Records;

namespace FourPerMille.Sensor.Gateway.Campaigns;

/// <summary>A sampling campaign as it is asked for. The gateway draws the points, so that nobody chooses them.</summary>
public sealed record CampaignRequest
{
    const int MostPoints = 1000;

    public required string Campaign { get; init; }
    public required string Project { get; init; }
    public required string Purpose { get; init; }
    public required DateTimeOffset Begins { get; init; }
    public DateTimeOffset? Ends { get; init; }
    public string? Site { get; init; }
    public string? Region { get; init; }

    /// <summary>How deep is sampled.</summary>
    public required double DepthCm { get; init; }

    /// <summary>16 hexadecimal digits; left out, the gateway draws one.</summary>
    public string? Seed { get; init; }

    /// <summary>The record of a campaign whose points are visited again: strata and points are then its own.</summary>
    public string? Revisits { get; init; }
    public string? Technician { get; init; }
    public IReadOnlyList<StratumRequest> Strata { get; init; } = [];

    /// <param name="Boundary">Corners as [longitude, latitude], degrees of WGS 84.</param>
    /// <param name="AreaHa">What it stands for; left out, that of the boundary.</param>
    public sealed record StratumRequest(string Stratum, int Points, double[][] Boundary, double? AreaHa = null, string Role = "project");

    /// <exception cref="InputRefused">Something that no campaign could be drawn from.</exception>
    public CampaignRequest Checked()
    {
        Require(Words.IsWord(Campaign), "campaign", $"'{Campaign}' must be 1 to 64 letters, digits, '-' or '_'");
        Require(!string.IsNullOrWhiteSpace(Project), "project", "names no project");
        Require(!string.IsNullOrWhiteSpace(Purpose), "purpose", "says nothing: baseline, monitoring, validation of a model, …");
        Require(DepthCm is > 0 and <= 300, "depthCm", $"{DepthCm} must lie in 0 to 300");
        Require(Ends is null || Ends > Begins, "ends", "is not after begins");
        Require(Seed is null || (Seed.Length == 16 && Seed.All(char.IsAsciiHexDigitLower)), "seed", "must be 16 lower-case hexadecimal digits; leave it out and one is drawn");
        Require(Revisits is null || Strata.Count == 0, "strata", "are those of the campaign that is revisited: leave them out");
        Require(Revisits is not null || Strata.Count > 0, "strata", "name at least one, with its boundary and how many points");
        Require(Strata.Select(s => s.Stratum).Distinct().Count() == Strata.Count, "strata", "one stands there twice");
        for (var i = 0; i < Strata.Count; i++) CheckStratum(Strata[i], $"strata[{i}]");
        return this;
    }

    static void CheckStratum(StratumRequest stratum, string where)
    {
        Require(Words.IsWord(stratum.Stratum), $"{where}.stratum", $"'{stratum.Stratum}' must be 1 to 64 letters, digits, '-' or '_'");
        Require(stratum.Points is >= 2 and <= MostPoints, $"{where}.points", $"{stratum.Points} must lie in 2 (a spread needs two) to {MostPoints}");
        Require(stratum.Role is "project" or "control", $"{where}.role", $"'{stratum.Role}' is neither project nor control");
        Require(stratum.Boundary.All(corner => corner is { Length: 2 }), $"{where}.boundary", "each corner is [longitude, latitude]");
        var area = BoundaryOf(stratum, where).AreaHa;
        Require(stratum.AreaHa is null || Math.Abs(stratum.AreaHa.Value - area) <= 0.1 * area, $"{where}.areaHa", $"{stratum.AreaHa} ha is not what the boundary encloses, {area:F2} ha");
    }

    static Boundary BoundaryOf(StratumRequest stratum, string where)
    {
        try { return new Boundary([.. stratum.Boundary.Select(corner => new Position(corner[1], corner[0]))]); }
        catch (ArgumentException refused) { throw new InputRefused($"{where}.boundary: {refused.Message}"); }
    }

    /// <summary>Draws the points and states the campaign.</summary>
    /// <param name="commit">Commits to what must not be logged.</param>
    public (RecordDraft Draft, IReadOnlyList<DrawnPoint> Points) Draw(Func<string, JsonNode, string> commit)
    {
        var seed = Seed ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        var points = new List<DrawnPoint>();
        var strata = Strata.Select((asked, i) =>
        {
            var boundary = BoundaryOf(asked, $"strata[{i}]");
            var drawn = Understood(() => StratifiedPoints.Draw(seed, asked.Stratum, boundary, asked.Points));
            points.AddRange(drawn.Select((p, n) => new DrawnPoint(asked.Stratum, n + 1, p.Latitude, p.Longitude)));
            return new StratumStatement(asked.Stratum, asked.AreaHa ?? boundary.AreaHa, asked.Role, asked.Points,
                new Position(boundary.Ring.Min(p => p.Latitude), boundary.Ring.Min(p => p.Longitude)).Cell(), commit("position", Ring(boundary.Ring)), commit("position", Ring(drawn)));
        }).ToList();
        return (State(seed, new JsonArray([.. strata.Select(s => (JsonNode)s.ToJson())]), Technician is { } who ? commit("technician", who) : null), points);
    }

    /// <summary>States a campaign that goes to another's points again.</summary>
    public RecordDraft Revisit(JsonObject revisited, Func<string, JsonNode, string> commit) =>
        State(revisited["seed"]!.ToString(), (JsonArray)revisited["strata"]!.DeepClone(), Technician is { } who ? commit("technician", who) : null);

    RecordDraft State(string seed, JsonArray strata, string? statedBy) => RecordDraft.Of(RecordTypes.Campaign, Campaign, new RecordBody
    {
        ["campaign"] = Campaign, ["project"] = Project, ["purpose"] = Purpose, ["design"] = StratifiedPoints.Design, ["seed"] = seed,
        ["begins"] = RecordEnvelope.WriteTime(Begins), ["ends"] = Ends is { } ends ? RecordEnvelope.WriteTime(ends) : null,
        ["site"] = Site, ["region"] = Region, ["revisits"] = Revisits, ["depthCm"] = Decimals.Exact(DepthCm), ["strata"] = strata, ["statedBy"] = statedBy,
        [ProgramIdentity.Field] = ProgramIdentity.ToJson(),
    }.WithoutNulls());

    sealed record StratumStatement(string Stratum, double AreaHa, string Role, int Points, JsonObject Cell, string Boundary, string Positions)
    {
        public JsonObject ToJson() => new()
        {
            ["stratum"] = Stratum, ["areaHa"] = Decimals.Fixed(AreaHa, 4), ["role"] = Role, ["points"] = Points, ["cell"] = Cell, ["boundary"] = Boundary, ["positions"] = Positions,
        };
    }

    /// <summary>Positions in order, as they are committed to: [longitude, latitude] as decimals.</summary>
    internal static JsonArray Ring(IEnumerable<Position> positions) =>
        new([.. positions.Select(p => (JsonNode)new JsonArray(Decimals.Exact(p.Longitude), Decimals.Exact(p.Latitude)))]);

    static T Understood<T>(Func<T> make)
    {
        try { return make(); }
        catch (ArgumentException refused) { throw new InputRefused($"strata: {refused.Message}"); }
    }

    static void Require(bool met, string field, RefusalSentence what)
    {
        if (!met) throw new InputRefused($"{field}: {what}.");
    }
}

/// <summary>Where to take a core.</summary>
public sealed record DrawnPoint(string Stratum, int Point, double Latitude, double Longitude);

/// <summary>Names that people give and files carry.</summary>
static class Words
{
    public static bool IsWord(string? name) => name is { Length: > 0 and <= 64 } && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}

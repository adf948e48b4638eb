using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.Store;

namespace FourPerMille.Sensor.Gateway.Provisioning;

/// <summary>All enrolled nodes, in memory: every packet asks for one.</summary>
public sealed class NodeRegistry
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };

    readonly ConcurrentDictionary<string, Node> _byId = new();
    readonly ConcurrentDictionary<long, Node> _byNumber = new();
    readonly Database _database;
    readonly TimeProvider _time;

    readonly IRecordBook? _book;

    /// <param name="book">Where a confirmed radio plan is stated; null where no log is kept.</param>
    public NodeRegistry(Database database, TimeProvider time, IRecordBook? book = null)
    {
        (_database, _time, _book) = (database, time, book);
        foreach (var node in database.Read(session => session.Query(
            "SELECT number, id, node_key, app_key, settings, enrolled_ms, retired_ms FROM nodes",
            row => new Node(row.GetInt64(0), row.GetString(1), (byte[])row[2], row[3] as byte[],
                JsonSerializer.Deserialize<NodeSettings>(row.GetString(4), Json)!, DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(5))) { Retired = row.IsDBNull(6) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(6)) }).ToList()))
            Add(node);
    }

    public IEnumerable<Node> All => _byId.Values.OrderBy(node => node.Id, StringComparer.Ordinal);

    public Node? Find(string id) => _byId.GetValueOrDefault(id);

    public Node ByNumber(long number) => _byNumber[number];

    /// <summary>The node, or a refusal that says so.</summary>
    public Node Required(string id) => Find(id) ?? throw new InputRefused($"node '{id}': is not enrolled here. GET /api/status lists those that are.", StatusCodes.Status404NotFound) { Key = "refusal.node-unknown", Parts = [id] };

    /// <summary>
    /// Enrols nodes, all or none. A node that is known keeps its keys and takes the new settings, so asking twice is harmless.
    /// </summary>
    /// <exception cref="InputRefused">An id that is none, or a LoRaWAN node that may not transmit (<see cref="RadioPlan"/>).</exception>
    public async Task<IReadOnlyList<Node>> Enrol(IReadOnlyList<(string Id, NodeSettings Settings)> wanted, CancellationToken stop)
    {
        Check(wanted);
        return await _database.Write(session => wanted.Select(node => Enrol(session, node.Id, node.Settings)).ToList(), stop);
    }

    /// <summary>The same refusals for several, with nothing done.</summary>
    public void Check(IReadOnlyList<(string Id, NodeSettings Settings)> wanted)
    {
        for (var i = 0; i < wanted.Count; i++) Check(wanted[i].Id, wanted[i].Settings, $"nodes[{i}]");
    }

    /// <summary>What can be told before anything is written.</summary>
    /// <exception cref="InputRefused">An id that is none, a retired node, or a LoRaWAN node that may not transmit.</exception>
    public void Check(string id, NodeSettings settings, string where)
    {
        if (!IsId(id)) throw new InputRefused($"nodes: '{id}' is not a node id: 16 lower-case hexadecimal digits.") { Key = "refusal.node-id", Parts = [id] };
        RefuseRetired(id);
        RadioPlan.Checked(settings, DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime), where);
    }

    void RefuseRetired(string id)
    {
        if (Find(id)?.Retired is { } since)
            throw new InputRefused($"nodes: '{id}' is retired since {since:yyyy-MM-dd}. A board that goes out again gets another id.", StatusCodes.Status409Conflict)
            {
                Key = "refusal.node-retired", Parts = [id, since.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)],
            };
    }

    /// <summary>Within a transaction that does more; <see cref="Check"/> goes before it.</summary>
    public Node Enrol(WriteSession session, string id, NodeSettings settings)
    {
        RefuseRetired(id);
        var known = Find(id);
        var appKey = known?.AppKey ?? (settings.Link == NodeLink.Lora ? RandomNumberGenerator.GetBytes(16) : null);
        var key = known?.Key ?? RandomNumberGenerator.GetBytes(32);
        var enrolled = known?.Enrolled ?? DateTimeOffset.FromUnixTimeMilliseconds(_time.GetUtcNow().ToUnixTimeMilliseconds());
        session.Execute("""
            INSERT INTO nodes (id, node_key, app_key, settings, enrolled_ms) VALUES (@0, @1, @2, @3, @4)
            ON CONFLICT (id) DO UPDATE SET app_key = excluded.app_key, settings = excluded.settings
            """, id, key, appKey, JsonSerializer.Serialize(settings, Json), enrolled.ToUnixTimeMilliseconds());
        if (settings.RadioConfirmation is { } said && RadioPlan.Of(settings) is { } plan && known?.Settings.RadioConfirmation != said) Record(session, id, settings, plan, said);
        var number = session.Scalar<long>("SELECT number FROM nodes WHERE id = @0", id);
        var node = new Node(number, id, key, appKey, settings, enrolled);
        session.AfterCommit(() => Add(node));
        return node;
    }

    /// <summary>Once for each confirmation: asking twice states nothing twice.</summary>
    void Record(WriteSession session, string id, NodeSettings settings, RadioPlan plan, RadioConfirmation said) =>
        _book?.Write(session, new RadioPlanRecord
        {
            Node = id, Country = plan.Country, Plan = plan.Plan, IntervalMinutes = settings.IntervalMinutes,
            AirtimeCentisecondsPerHour = (int)Math.Ceiling(100 * RadioPlan.SecondsPerHour(settings, 12)),
            Authority = said.Authority, ConfirmedOn = said.On, Reference = said.Reference,
            TechnicianCommitment = _book.Commit(session, "technician", said.By),
        }.Draft());

    /// <summary>From now on the node is not admitted. Its keys stay, so that what it sent can be proven; so do its records.</summary>
    public void Retire(WriteSession session, Node node)
    {
        var now = DateTimeOffset.FromUnixTimeMilliseconds(_time.GetUtcNow().ToUnixTimeMilliseconds());
        session.Execute("UPDATE nodes SET retired_ms = @1 WHERE number = @0", node.Number, now.ToUnixTimeMilliseconds());
        session.AfterCommit(() => Add(new Node(node.Number, node.Id, node.Key, node.AppKey, node.Settings, node.Enrolled) { Retired = now }));
    }

    void Add(Node node)
    {
        _byNumber[node.Number] = node;
        _byId[node.Id] = node;
    }

    static bool IsId(string? id) => id is { Length: 16 } && id.All(c => c is >= '0' and <= '9' or >= 'a' and <= 'f');
}

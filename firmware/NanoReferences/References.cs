namespace FourPerMille.Sensor.NanoReferences;

/// <summary>
/// All listed types, divided by who answers for them when the node runs on .NET: the framework's own mscorlib (core), or the
/// device library of the virtual board (device). What neither can answer is left out, with the reason, so that it does not compile.
/// </summary>
public sealed class References
{
    readonly Parts _parts;
    readonly Dictionary<string, ListedType> _types = [];
    readonly List<string> _core = [];
    readonly List<string> _device = [];

    References(Parts parts) => _parts = parts;

    public IEnumerable<ListedType> Core => _core.Select(n => _types[n]);
    public IEnumerable<ListedType> Device => _device.Select(n => _types[n]);

    /// <summary>Device types written by hand in sim/DeviceLibrary; the others are declarations only, or refuse by name.</summary>
    public IReadOnlySet<string> Modelled => _parts.Modelled;

    /// <summary>Attributes that may stand more than once: what the listings do not tell.</summary>
    public IReadOnlySet<string> Repeatable => _parts.Repeatable;

    /// <summary>Listed, but in no reference: "docid: reason".</summary>
    public List<string> LeftOut { get; } = [];

    public ListedType? Find(string name) => _types.GetValueOrDefault(name);

    /// <param name="folder">The folder of NanoReferences: Parts.txt and Listings/.</param>
    public static References Load(string folder)
    {
        var references = new References(Parts.Read(Path.Combine(folder, "Parts.txt")));
        references.Collect(Path.Combine(folder, "Listings"));
        references.LeaveOut();
        references.CheckParts();
        return references;
    }

    void Collect(string listings)
    {
        foreach (var (listing, core) in _parts.Listings)
            foreach (var type in Listing.Read(Path.Combine(listings, listing + ".txt")))
            {
                if (_parts.Omitted.TryGetValue(type.Name, out var why)) LeftOut.Add($"{type.Name}: {why}");
                else if (_types.TryAdd(type.Name, type)) (core && !_parts.OnBoard.Contains(type.Name) ? _core : _device).Add(type.Name);
                else throw new FormatException($"{type.Name} is listed twice");
            }
    }

    void LeaveOut()
    {
        foreach (var name in _core.ToArray())
        {
            if (Framework.Lacks(_types[name]) is not { } why) continue;
            LeftOut.Add($"{name}: {why}");
            _core.Remove(name);
            _types.Remove(name);
        }
        var inCore = _core.ToHashSet();
        foreach (var type in Core) Thin(type, inCore, inCore: true);
        foreach (var type in Device) Thin(type, _types.Keys.ToHashSet(), inCore: false);
    }

    void Thin(ListedType type, IReadOnlySet<string> known, bool inCore)
    {
        for (var i = type.Members.Count - 1; i >= 0; i--)
        {
            var member = type.Members[i];
            var why = _parts.Omitted.GetValueOrDefault($"{type.Name}.{member.Name}")
                ?? (_parts.Kept.TryGetValue(type.Name, out var kept) && !kept.Contains(member.Name) ? "not used by a node" : null)
                ?? (member.NamedTypes.FirstOrDefault(t => !known.Contains(t)) is { } unknown ? $"names {unknown}, which is in no reference it may use" : null)
                ?? (inCore ? Framework.Lacks(type, member) : null);
            if (why is null) continue;
            LeftOut.Add($"{type.Name}.{member.Signature}: {why}");
            type.Members.RemoveAt(i);
        }
    }

    void CheckParts()
    {
        var unknown = _parts.OnBoard.Concat(_parts.Modelled).Concat(_parts.Repeatable).Concat(_parts.Kept.Keys).Where(n => !_types.ContainsKey(n)).ToArray();
        if (unknown.Length > 0) throw new FormatException("Parts.txt names types that are not listed: " + string.Join(", ", unknown));
        foreach (var type in _types.Values)
            if (type.Base.Length > 0 && !_types.ContainsKey(type.Base))
                throw new FormatException($"{type.Name} derives from {type.Base}, which is in no reference: omit it in Parts.txt or add the listing");
    }
}

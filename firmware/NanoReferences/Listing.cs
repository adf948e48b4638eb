using System.Text.RegularExpressions;

namespace FourPerMille.Sensor.NanoReferences;

/// <summary>A member as an API listing states it: documentation id, modifiers, constant and parameter names.</summary>
/// <param name="Kind">M method or constructor, P property or indexer, F field, E event.</param>
/// <param name="Parameters">Types by documentation name ("System.Int32@" is by reference).</param>
/// <param name="ParameterNames">"[out|ref|in|params ]name[=default]", as many as parameters.</param>
/// <param name="Type">What it returns or holds; empty for constructors.</param>
public sealed record ListedMember(
    char Kind, string Name, string[] Parameters, string[] ParameterNames, string Type, string Modifiers, string Accessors, string? Constant)
{
    public bool IsStatic => Modifiers.Contains("static") || Modifiers.Contains("const");
    public bool IsConstructor => Name == "#ctor";
    public IEnumerable<string> NamedTypes => Parameters.Append(Type).Where(t => t.Length > 0).Select(Elementary);
    public string Signature => $"{Name}({string.Join(',', Parameters)}){(Type.Length > 0 ? "~" + Type : "")}";

    /// <summary>The type without its array, reference or pointer marks.</summary>
    public static string Elementary(string type) => type.TrimEnd('@', '[', ']', '*');
}

public sealed record ListedType(string Name, string Modifiers, string Base, string[] Interfaces, string Underlying, bool IsFlags)
{
    public List<ListedMember> Members { get; init; } = [];
    public bool Is(string word) => Modifiers.Split(' ').Contains(word);
    public string ShortName => Name[(Name.LastIndexOf('.') + 1)..];
    public string Parent => Name[..Name.LastIndexOf('.')];
}

/// <summary>Reads the API listings: one line a type or member, `docid [~returns|:type] | modifiers [; base=..; impl=..; params=..]`.</summary>
public static partial class Listing
{
    /// <summary>
    /// The types of one listing file in its order. Generic types and members are left out: the device loads none that are our own,
    /// and a node that cannot name Action&lt;T&gt; cannot crash on it.
    /// </summary>
    public static List<ListedType> Read(string file)
    {
        var types = new List<ListedType>();
        var byName = new Dictionary<string, ListedType>();
        foreach (var line in File.ReadLines(file))
        {
            if (line.Length < 2 || line[1] != ':' || !"TMPFE".Contains(line[0]) || line.Contains('`')) continue;
            var bar = line.IndexOf(" | ", StringComparison.Ordinal);
            var (id, facts) = (line[2..bar], Facts.Parse(line[(bar + 3)..]));
            if (line[0] == 'T')
            {
                var type = new ListedType(id, facts.Modifiers, facts["base"], facts["impl"].Split(',', StringSplitOptions.RemoveEmptyEntries),
                    facts["underlying"], facts.Has("flags"));
                types.Add(type);
                byName.Add(id, type);
                continue;
            }
            var match = MemberId().Match(id);
            if (!match.Success) throw new FormatException($"{file}: not a member id: {line}");
            byName[match.Groups["owner"].Value].Members.Add(Member(line[0], match, facts));
        }
        return types;
    }

    static ListedMember Member(char kind, Match id, Facts facts)
    {
        var parameters = id.Groups["parameters"].Value.Split(',', StringSplitOptions.RemoveEmptyEntries);
        var names = facts["params"].Split(',', StringSplitOptions.RemoveEmptyEntries);
        if (names.Length < parameters.Length) names = [.. parameters.Select((_, i) => "p" + i)];
        return new ListedMember(kind, id.Groups["name"].Value, parameters, names, id.Groups["type"].Value, facts.Modifiers, facts.Accessors, facts.Constant);
    }

    [GeneratedRegex(@"^(?<owner>[^(~:]+)\.(?<name>[^.(~:]+)(\((?<parameters>[^)]*)\))?([~:](?<type>.*))?$")]
    private static partial Regex MemberId();

    /// <summary>What stands after the bar.</summary>
    sealed record Facts(string Modifiers, string Accessors, string? Constant, Dictionary<string, string> Values)
    {
        public string this[string key] => Values.GetValueOrDefault(key, "");
        public bool Has(string key) => Values.ContainsKey(key);

        public static Facts Parse(string text)
        {
            var accessors = Braces().Match(text).Value;
            if (accessors.Length > 0) text = text.Replace(accessors, "");
            text = Obsolete().Replace(text, "");
            var parts = text.Split("; ");
            var values = parts.Skip(1).Select(p => p.Split('=', 2))
                .ToDictionary(p => p[0].Trim(), p => p.Length > 1 ? p[1].Trim() : "");
            var head = parts[0].Split(" = ", 2);
            return new Facts(head[0].Trim().TrimEnd(';'), accessors.Trim('{', '}').Trim(),
                head.Length > 1 ? head[1].Trim() : null, values);
        }
    }

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Braces();

    [GeneratedRegex(@" ?\bobsolete\b.*$")]
    private static partial Regex Obsolete();
}

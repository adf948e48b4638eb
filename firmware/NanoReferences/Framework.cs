using System.Reflection;

namespace FourPerMille.Sensor.NanoReferences;

/// <summary>
/// What .NET's own mscorlib can answer for. A node compiled against the device's shapes binds at run time to the framework's,
/// so a core member which the framework lacks, or shapes differently, must not be in the reference.
/// </summary>
static class Framework
{
    static readonly Assembly Mscorlib = Assembly.Load("mscorlib");
    const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.FlattenHierarchy;

    /// <summary>Why the framework cannot answer for the type, or null.</summary>
    public static string? Lacks(ListedType listed)
    {
        if (Find(listed.Name) is not { } type) return ".NET has no such type";
        var kind = type.IsEnum ? "enum" : type.IsInterface ? "interface" : type.IsValueType ? "struct"
            : type.BaseType == typeof(MulticastDelegate) ? "delegate" : "class";
        return listed.Is(kind) ? null : $"a {kind} in .NET";
    }

    /// <summary>Why the framework cannot answer for the member, or null.</summary>
    public static string? Lacks(ListedType listed, ListedMember member)
    {
        var type = Find(listed.Name)!;
        if (type.IsEnum || type.BaseType == typeof(MulticastDelegate) || member.Constant is not null) return null;
        var found = member.Kind switch
        {
            'F' => type.GetField(member.Name, Declared) is { } f && Same(f.FieldType, member.Type) && (f.IsPublic || f.IsFamily && !member.Modifiers.StartsWith("public", StringComparison.Ordinal)),
            'P' => type.GetProperties(Declared).Any(p => p.Name == member.Name && Same(p.PropertyType, member.Type)
                && Same(p.GetIndexParameters(), member) && p.GetAccessors(true) is var a && a.Any(m => m.IsStatic) == member.IsStatic
                && (!member.Accessors.Contains("get") || Visible(p.GetMethod)) && (!member.Accessors.Contains("set") || Visible(p.SetMethod))),
            'E' => type.GetEvent(member.Name, Declared) is { } e && Same(e.EventHandlerType!, member.Type),
            _ when member.IsConstructor => type.GetConstructors(Declared).Any(c => !c.IsStatic && Visible(c) && Same(c.GetParameters(), member)),
            _ => type.GetMethods(Declared).Any(m => m.Name == member.Name && !m.IsGenericMethod && m.IsStatic == member.IsStatic && Visible(m)
                && Same(m.GetParameters(), member) && Same(m.ReturnType, member.Type)),
        };
        return found ? null : ".NET has no such member";

        bool Visible(MethodBase? method) => method is not null
            && (method.IsPublic || (method.IsFamily || method.IsFamilyOrAssembly) && !member.Modifiers.StartsWith("public", StringComparison.Ordinal));
    }

    static Type? Find(string name)
    {
        if (Mscorlib.GetType(name) is { } type) return type;
        var dot = name.LastIndexOf('.');
        return dot < 0 ? null : Mscorlib.GetType(name[..dot])?.GetNestedType(name[(dot + 1)..]);
    }

    static bool Same(ParameterInfo[] actual, ListedMember member) => actual.Length == member.Parameters.Length
        && actual.Zip(member.Parameters).All(p => Same(p.First.ParameterType, p.Second));

    static bool Same(Type actual, string listed) => (actual.FullName ?? "").Replace('&', '@').Replace('+', '.') == listed;
}

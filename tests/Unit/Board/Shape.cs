using System.Reflection;
using FourPerMille.Sensor.NanoReferences;

namespace FourPerMille.Sensor.Unit.Boards;

/// <summary>
/// Compares a type of the device library with its listing. A library that flattens a hierarchy or forgets an override compiles, and
/// fails in the field with a MissingMethodException: the firmware binds to the listed shape.
/// </summary>
static class Shape
{
    const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IEnumerable<string> Differences(ListedType listed, Assembly library)
    {
        if (Find(library, listed.Name) is not { } type) return [$"{listed.Name}: absent"];
        if (KindOf(type) is var kind && !listed.Is(kind)) return [$"{listed.Name}: a {kind}, listed {listed.Modifiers}"];
        if (type.IsEnum) return Values(listed, type);
        if (kind == "delegate") return ActualOf(type, listed.Members.Single(m => m.Name == "Invoke")) is null ? [$"{listed.Name}: another signature"] : [];
        return OwnFacts(listed, type).Concat(Members(listed, type)).Concat(Surplus(listed, type));
    }

    static IEnumerable<string> OwnFacts(ListedType listed, Type type)
    {
        if (listed.Base.Length > 0 && !type.IsValueType && NameOf(type.BaseType!) != listed.Base)
            yield return $"{listed.Name}: base {NameOf(type.BaseType!)}, listed {listed.Base}";
        foreach (var contract in listed.Interfaces.Where(i => type.GetInterfaces().All(own => NameOf(own) != i)))
            yield return $"{listed.Name}: does not implement {contract}";
        var isStatic = type is { IsAbstract: true, IsSealed: true };
        if (listed.Is("static") != isStatic) yield return $"{listed.Name}: static {isStatic}, listed {listed.Modifiers}";
        if (!isStatic && !type.IsInterface && listed.Is("abstract") != type.IsAbstract) yield return $"{listed.Name}: abstract {type.IsAbstract}, listed {listed.Modifiers}";
        if (!isStatic && !type.IsValueType && listed.Is("sealed") != type.IsSealed) yield return $"{listed.Name}: sealed {type.IsSealed}, listed {listed.Modifiers}";
    }

    static IEnumerable<string> Values(ListedType listed, Type type)
    {
        foreach (var member in listed.Members)
        {
            var value = type.GetField(member.Name)?.GetRawConstantValue();
            if (value is null || Convert.ToDecimal(value) != decimal.Parse(member.Constant!)) yield return $"{listed.Name}.{member.Name}: {value ?? "absent"}, listed {member.Constant}";
        }
    }

    static IEnumerable<string> Members(ListedType listed, Type type) => listed.Members
        .Select(m => (Member: m, Actual: ActualOf(type, m)))
        .Where(p => p.Actual is null || Modifiers(p.Actual) != Modifiers(p.Member, type))
        .Select(p => p.Actual is null ? $"{listed.Name}.{p.Member.Signature}: absent"
            : $"{listed.Name}.{p.Member.Signature}: {Modifiers(p.Actual)}, listed {Modifiers(p.Member, type)}");

    /// <summary>Public members that the device does not have would hide that the node uses none of them: they must not exist.</summary>
    static IEnumerable<string> Surplus(ListedType listed, Type type) => type.GetMethods(Declared)
        .Where(m => m.IsPublic && !m.IsSpecialName && listed.Members.All(l => ActualOf(type, l) != m))
        .Select(m => $"{listed.Name}.{m.Name}: not listed");

    static MethodBase? ActualOf(Type type, ListedMember member) => member.Kind switch
    {
        'F' => type.GetField(member.Name, Declared) is { } f && NameOf(f.FieldType) == member.Type && f.IsStatic == member.IsStatic ? FieldAccess : null,
        'P' => type.GetProperties(Declared).FirstOrDefault(p => p.Name == member.Name && NameOf(p.PropertyType) == member.Type && Same(p.GetIndexParameters(), member)
            && HasAccessor(p.GetMethod, member.Accessors.Contains("get")) && HasAccessor(p.SetMethod, member.Accessors.Contains("set"))) is { } property
            ? property.GetMethod ?? property.SetMethod : null,
        'E' => type.GetEvent(member.Name, Declared) is { } e && NameOf(e.EventHandlerType!) == member.Type ? e.AddMethod : null,
        _ when member.IsConstructor => type.GetConstructors(Declared).FirstOrDefault(c => !c.IsStatic && Same(c.GetParameters(), member)),
        _ => type.GetMethods(Declared).FirstOrDefault(m => m.Name == member.Name && Same(m.GetParameters(), member) && NameOf(m.ReturnType) == member.Type),
    };

    /// <summary>Stands for a field, which has no accessor to compare.</summary>
    static readonly MethodBase FieldAccess = typeof(object).GetMethod(nameof(ReferenceEquals))!;

    static bool HasAccessor(MethodInfo? accessor, bool isListed) => isListed == (accessor is { IsPrivate: false, IsAssembly: false, IsFamilyAndAssembly: false });

    static string Modifiers(MethodBase actual)
    {
        if (actual == FieldAccess) return "field";
        var visibility = actual.IsPublic ? "public" : actual.IsFamily || actual.IsFamilyOrAssembly ? "protected" : "hidden";
        if (actual.IsStatic) return visibility + " static";
        if (actual.IsAbstract) return visibility + " abstract";
        var isOverridable = actual is MethodInfo { IsVirtual: true, IsFinal: false } method && !method.DeclaringType!.IsSealed;
        return visibility + (isOverridable || actual is MethodInfo { IsVirtual: true } sealedOverride && IsOverride(sealedOverride) ? " virtual" : "");
    }

    static string Modifiers(ListedMember member, Type type)
    {
        if (member.Kind == 'F') return "field";
        var visibility = type.IsInterface ? "public" : member.Modifiers.Split(' ')[0];
        if (member.IsStatic) return visibility + " static";
        if (member.Modifiers.Contains("abstract")) return visibility + " abstract";
        return visibility + (member.Modifiers.Contains("virtual") || member.Modifiers.Contains("override") ? " virtual" : "");
    }

    static bool IsOverride(MethodInfo method) => method.GetBaseDefinition().DeclaringType != method.DeclaringType;

    static bool Same(ParameterInfo[] actual, ListedMember member) => actual.Select(p => NameOf(p.ParameterType)).SequenceEqual(member.Parameters);

    static string KindOf(Type type) => type.IsEnum ? "enum" : type.IsInterface ? "interface" : type.IsValueType ? "struct"
        : type.BaseType == typeof(MulticastDelegate) ? "delegate" : "class";

    static string NameOf(Type type) => (type.FullName ?? type.Name).Replace('&', '@').Replace('+', '.');

    static Type? Find(Assembly library, string name) => library.GetTypes().FirstOrDefault(t => NameOf(t) == name);
}

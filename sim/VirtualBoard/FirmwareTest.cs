using System.Reflection;
using System.Runtime.ExceptionServices;

namespace FourPerMille.Sensor.VirtualBoard;

/// <summary>
/// A test of the device's own framework (nanoFramework.TestFramework) as an image that a board boots: one method, with one row of
/// arguments if it has rows. A failed assertion escapes, so the wake ends as crashed with the assertion as its failure.
/// </summary>
/// <param name="Name">Class, method and arguments.</param>
public sealed record FirmwareTest(string Name, FirmwareImage Image)
{
    const string Framework = "nanoFramework.TestFramework.";

    /// <summary>Every test of an assembly that was compiled against the device's API, as <see cref="FirmwareImage.Load"/> takes it.</summary>
    public static IReadOnlyList<FirmwareTest> In(string hostedDll) =>
        [.. from type in FirmwareImage.LoadAssembly(hostedDll).GetTypes()
            where Is(type, "TestClassAttribute")
            from method in type.GetMethods()
            where Is(method, "TestMethodAttribute") || Is(method, "DataRowAttribute")
            from row in Rows(method)
            select new FirmwareTest($"{type.Name}.{method.Name}{(row.Length > 0 ? $"({string.Join(", ", row)})" : "")}", new FirmwareImage(() => Run(type, method, row)))];

    static IEnumerable<object?[]> Rows(MethodInfo method)
    {
        var rows = method.GetCustomAttributesData().Where(a => a.AttributeType.FullName == Framework + "DataRowAttribute")
            .Select(a => ((IReadOnlyCollection<CustomAttributeTypedArgument>)a.ConstructorArguments[0].Value!).Select(v => v.Value).ToArray()).ToList();
        return rows.Count > 0 ? rows : [[]];
    }

    static void Run(Type type, MethodInfo method, object?[] arguments)
    {
        var test = Activator.CreateInstance(type);
        try
        {
            Call(test, type, "SetupAttribute");
            method.Invoke(test, arguments);
            Call(test, type, "CleanupAttribute");
        }
        catch (TargetInvocationException wrapped)
        {
            ExceptionDispatchInfo.Throw(wrapped.InnerException!);
        }
    }

    static void Call(object? test, Type type, string attribute)
    {
        foreach (var method in type.GetMethods().Where(m => Is(m, attribute))) method.Invoke(test, null);
    }

    static bool Is(MemberInfo member, string attribute) =>
        member.GetCustomAttributesData().Any(a => a.AttributeType.FullName == Framework + attribute);
}

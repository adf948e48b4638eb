using System.Reflection;
using System.Runtime.Loader;
using FourPerMille.Sensor.NanoReferences;

namespace FourPerMille.Sensor.Unit.Boards;

/// <summary>The listings, the references made from them, and the library that answers at run time.</summary>
public sealed class ReferenceTests
{
    static readonly References Listed = References.Load(Path.Combine(Repository.Root, "firmware/NanoReferences"));
    static readonly Assembly Library = LoadLibrary();

    [Fact]
    public void The_device_library_has_exactly_the_listed_shapes()
    {
        var differences = Listed.Device.SelectMany(t => Shape.Differences(t, Library)).ToArray();

        Assert.True(differences.Length == 0, string.Join("\n", differences));
    }

    [Fact]
    public void A_shape_that_differs_is_named()
    {
        var type = Listed.Find("System.Threading.Thread")!;
        var changed = type with
        {
            Base = "System.MarshalByRefObject",
            Members = [.. type.Members, new ListedMember('M', "Yield", [], [], "System.Boolean", "public static", "", null)],
        };

        Assert.Equal(["System.Threading.Thread: base System.Object, listed System.MarshalByRefObject", "System.Threading.Thread.Yield()~System.Boolean: absent"],
            Shape.Differences(changed, Library));
    }

    [Fact]
    public void Nothing_that_hurts_on_the_device_can_be_named()
    {
        string[] absent = ["System.Collections.Generic.List", "System.Nullable", "System.Func", "System.Threading.Tasks.Task", "System.Decimal", "System.Span"];

        Assert.DoesNotContain(Listed.Core.Concat(Listed.Device), t => t.Name.Contains('`') || absent.Contains(t.Name));
        Assert.DoesNotContain(Listed.Find("System.String")!.Members, m => m.Name is "Replace" or "Join" or "IsNullOrWhiteSpace");
    }

    [Fact]
    public void What_dotnet_cannot_answer_for_is_left_out_with_its_reason()
    {
        Assert.Contains("System.Char.ToUpper()~System.Char: .NET has no such member", Listed.LeftOut);
        Assert.Contains(Listed.LeftOut, l => l.StartsWith("System.Convert.ToDateTime(System.String)~System.DateTime: names System.DateTime"));
        Assert.DoesNotContain(Listed.Find("System.Char")!.Members, m => m.Name == "ToUpper");
    }

    [Fact]
    public void The_hosted_node_names_only_the_two_references()
    {
        foreach (var file in new[] { Firmware.HostedNodeFile, Bench.FirmwareFile })
        {
            var context = new AssemblyLoadContext("names", isCollectible: true);
            var names = context.LoadFromAssemblyPath(file).GetReferencedAssemblies().Select(n => n.Name).Order();
            Assert.Equal(["FourPerMille.Sensor.DeviceLibrary", "mscorlib"], names);
            context.Unload();
        }
    }

    static Assembly LoadLibrary()
    {
        var folder = Path.GetDirectoryName(Firmware.HostedNodeFile)!;
        return new AssemblyLoadContext("shapes").LoadFromAssemblyPath(Path.Combine(folder, "FourPerMille.Sensor.DeviceLibrary.dll"));
    }
}

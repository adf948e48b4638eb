using System.Reflection;
using System.Runtime.Loader;

namespace FourPerMille.Sensor.VirtualBoard;

/// <summary>
/// A firmware assembly, loaded once for any number of boards. It lies beside the device library it runs on; both are shared by all
/// boards, which is why a node may have no mutable statics.
/// </summary>
public sealed class FirmwareImage
{
    internal FirmwareImage(Action main) => Main = main;

    internal Action Main { get; }

    /// <param name="hostedNodeDll">FourPerMille.Sensor.HostedNode.dll; FourPerMille.Sensor.DeviceLibrary.dll lies beside it.</param>
    /// <param name="entryType">The type whose static Main() is the firmware.</param>
    /// <exception cref="FileNotFoundException">The firmware has not been built.</exception>
    /// <exception cref="MissingMethodException">The type has no static Main() without arguments.</exception>
    public static FirmwareImage Load(string hostedNodeDll, string entryType = "FourPerMille.Sensor.Node.NodeProgram")
    {
        var main = LoadAssembly(hostedNodeDll).GetType(entryType, throwOnError: true)!.GetMethod("Main", BindingFlags.Public | BindingFlags.Static, [])
            ?? throw new MissingMethodException(entryType, "Main");
        return new FirmwareImage(main.CreateDelegate<Action>());
    }

    internal static Assembly LoadAssembly(string dll)
    {
        var path = Path.GetFullPath(dll);
        if (!File.Exists(path)) throw new FileNotFoundException("The hosted firmware has not been built.", path);
        return new ImageContext(path).LoadFromAssemblyPath(path);
    }

    /// <summary>Finds the device library beside the firmware; this assembly and the framework are those already running.</summary>
    sealed class ImageContext(string firmware) : AssemblyLoadContext("firmware " + Path.GetFileName(firmware))
    {
        protected override Assembly? Load(AssemblyName name)
        {
            if (name.Name != "FourPerMille.Sensor.DeviceLibrary") return null;
            return LoadFromAssemblyPath(Path.Combine(Path.GetDirectoryName(firmware)!, name.Name + ".dll"));
        }
    }
}

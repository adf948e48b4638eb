using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace FourPerMille.Sensor.Unit.Node;

/// <summary>
/// What the firmware's own code allocates, apart from what the virtual board does for it: a copy of the firmware in which every call into the
/// device library stops the count and every return goes on with it.
/// </summary>
public static class AllocationMeter
{
    const string DeviceLibrary = "FourPerMille.Sensor.DeviceLibrary";

    [ThreadStatic] static long t_mark;
    [ThreadStatic] static long t_total;

    /// <summary>The firmware steps into the device library. Called by the copy.</summary>
    public static void Leave()
    {
        t_total += GC.GetAllocatedBytesForCurrentThread() - t_mark;
        t_mark = GC.GetAllocatedBytesForCurrentThread();
    }

    /// <summary>And is back.</summary>
    public static void Return() => t_mark = GC.GetAllocatedBytesForCurrentThread();

    /// <summary>Bytes on the desktop's heap that the firmware's code allocated meanwhile, on this thread. A call that throws counts with it.</summary>
    public static long During(Action wake)
    {
        t_total = 0;
        Return();
        wake();
        return t_total;
    }

    /// <summary>Writes the copy, and the library it runs on, to a folder.</summary>
    public static string Metered(string hostedNodeDll, string folder)
    {
        var copy = Path.Combine(folder, Path.GetFileName(hostedNodeDll));
        using (var firmware = AssemblyDefinition.ReadAssembly(hostedNodeDll))
        {
            var leave = firmware.MainModule.ImportReference(typeof(AllocationMeter).GetMethod(nameof(Leave)));
            var back = firmware.MainModule.ImportReference(typeof(AllocationMeter).GetMethod(nameof(Return)));
            foreach (var body in firmware.MainModule.GetTypes().SelectMany(t => t.Methods).Where(m => m.HasBody).Select(m => m.Body)) Meter(body, leave, back);
            firmware.Write(copy);
        }
        File.Copy(Path.Combine(Path.GetDirectoryName(hostedNodeDll)!, DeviceLibrary + ".dll"), Path.Combine(folder, DeviceLibrary + ".dll"));
        return copy;
    }

    static void Meter(MethodBody body, MethodReference leave, MethodReference back)
    {
        body.SimplifyMacros();
        var il = body.GetILProcessor();
        foreach (var call in body.Instructions.Where(i => i.Operand is MethodReference { DeclaringType.Scope.Name: DeviceLibrary }).ToList())
        {
            il.InsertBefore(call.Previous is { OpCode.OpCodeType: OpCodeType.Prefix } prefix ? prefix : call, il.Create(OpCodes.Call, leave));
            il.InsertAfter(call, il.Create(OpCodes.Call, back));
        }
        body.OptimizeMacros();
    }
}

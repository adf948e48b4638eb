using FourPerMille.Sensor.NanoReferences;

// (core|device|library) <folder of NanoReferences> <file to write>: the sources of the two reference assemblies, and of the part of
// sim/DeviceLibrary that is declarations only.
var (verb, folder, output) = (args[0], args[1], args[2]);
var references = References.Load(folder);
var source = verb switch
{
    "core" => ReferenceSource.Write(references, references.Core, (_, _) => "throw null"),
    "device" => ReferenceSource.Write(references, references.Device, (_, _) => "throw null"),
    "library" => ReferenceSource.Write(references, references.Device.Where(t => !references.Modelled.Contains(t.Name)),
        (type, member) => $"throw new global::System.NotSupportedException(\"The virtual board does not model {type.Name}.{member.Name}.\")"),
    _ => throw new ArgumentException("no such verb: " + verb),
};
Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(output))!);
File.WriteAllText(output, source);
return 0;

using FourPerMille.Sensor.NanoReferences;

// core|device|library <folder of NanoReferences> <file to write>: the sources of the two reference assemblies, and of the part of
// sim/DeviceLibrary that is declarations only.
// check <firmware assembly>: names what would compile and not run on the device; exit code 1 if there is any.
return args switch
{
    ["check", var assembly] => Check(assembly),
    [var verb, var folder, var output] => Write(verb, References.Load(folder), Path.GetFullPath(output)),
    _ => throw new ArgumentException("core|device|library FOLDER FILE, or check ASSEMBLY"),
};

static int Check(string assembly)
{
    var violations = DeviceRules.Check(assembly);
    foreach (var violation in violations) Console.Error.WriteLine(violation);
    return violations.Count == 0 ? 0 : 1;
}

static int Write(string verb, References references, string output)
{
    var source = verb switch
    {
        "core" => ReferenceSource.Write(references, references.Core, (_, _) => "throw null"),
        "device" => ReferenceSource.Write(references, references.Device, (_, _) => "throw null"),
        "library" => ReferenceSource.Write(references, references.Device.Where(t => !references.Modelled.Contains(t.Name)),
            (type, member) => $"throw new global::System.NotSupportedException(\"The virtual board does not model {type.Name}.{member.Name}.\")"),
        _ => throw new ArgumentException("no such verb: " + verb),
    };
    Directory.CreateDirectory(Path.GetDirectoryName(output)!);
    File.WriteAllText(output, source);
    return 0;
}

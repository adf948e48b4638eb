using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace FourPerMille.Sensor.NanoReferences;

/// <param name="Member">Type and member, as in source.</param>
/// <param name="File">Null without debug information.</param>
public sealed record Violation(string Member, string Reason, string? File, int Line)
{
    /// <summary>In the form MSBuild shows as an error.</summary>
    public override string ToString() => $"{File ?? "firmware"}({Line}): error NANO001: {Member}: {Reason}";
}

/// <summary>
/// What the compiler accepts against the device's API and the device does not survive: own generics and generic delegates, int[,] and
/// pointers crash at load or in the metadata processor, localloc and default interface methods at run time (observed on the runtime).
/// And one rule of the fleet: no mutable statics, because thousands of nodes share one copy of the firmware.
/// </summary>
public sealed class DeviceRules
{
    const string Generic = "the device loads no generics of one's own";

    readonly MetadataReader _metadata;
    readonly PEReader _image;
    readonly MetadataReader? _symbols;
    readonly List<Violation> _found = [];

    DeviceRules(PEReader image, MetadataReader? symbols) => (_image, _metadata, _symbols) = (image, image.GetMetadataReader(), symbols);

    /// <param name="isChecked">Which types, by full name, to look at; null: all.</param>
    public static IReadOnlyList<Violation> Check(string assembly, Func<string, bool>? isChecked = null)
    {
        using var image = new PEReader(File.OpenRead(assembly));
        var pdb = Path.ChangeExtension(assembly, ".pdb");
        using var symbols = File.Exists(pdb) ? MetadataReaderProvider.FromPortablePdbStream(File.OpenRead(pdb)) : null;
        var rules = new DeviceRules(image, symbols?.GetMetadataReader());
        foreach (var handle in rules._metadata.TypeDefinitions)
        {
            if (isChecked is null || isChecked(rules.NameOf(handle))) rules.CheckType(handle);
        }
        return rules._found;
    }

    void CheckType(TypeDefinitionHandle handle)
    {
        var type = _metadata.GetTypeDefinition(handle);
        var name = NameOf(handle);
        var place = type.GetMethods().Select(PlaceOf).FirstOrDefault(p => p.File is not null);
        if (type.GetGenericParameters().Count > 0) _found.Add(new Violation(name, Generic, place.File, place.Line));
        foreach (var field in type.GetFields()) CheckField(name, _metadata.GetFieldDefinition(field), place);
        foreach (var method in type.GetMethods()) CheckMethod(name, method, (type.Attributes & TypeAttributes.Interface) != 0);
    }

    void CheckField(string type, FieldDefinition field, (string? File, int Line) place)
    {
        var name = _metadata.GetString(field.Name);
        if (field.DecodeSignature(Shapes.Reader, null) is { } reason) _found.Add(new Violation($"{type}.{name}", reason, place.File, place.Line));
        // "<>" fields are the compiler's caches of lambdas that capture nothing: filling one twice changes nothing.
        var isMutable = (field.Attributes & (FieldAttributes.InitOnly | FieldAttributes.Literal)) == 0 && !name.StartsWith("<>", StringComparison.Ordinal);
        if ((field.Attributes & FieldAttributes.Static) != 0 && isMutable)
            _found.Add(new Violation($"{type}.{name}", "a mutable static would be shared by all nodes of a process", place.File, place.Line));
    }

    void CheckMethod(string type, MethodDefinitionHandle handle, bool isInterface)
    {
        var method = _metadata.GetMethodDefinition(handle);
        var reasons = new List<string?>();
        if (method.GetGenericParameters().Count > 0) reasons.Add(Generic);
        if (isInterface && method.RelativeVirtualAddress != 0) reasons.Add("the device cannot run interface methods with a body");
        var signature = method.DecodeSignature(Shapes.Reader, null);
        reasons.Add(signature.ReturnType);
        reasons.AddRange(signature.ParameterTypes);
        if (method.RelativeVirtualAddress != 0) reasons.AddRange(ReasonsInBody(_image.GetMethodBody(method.RelativeVirtualAddress)));
        var (file, line) = PlaceOf(handle);
        foreach (var reason in reasons.OfType<string>().Distinct())
            _found.Add(new Violation($"{type}.{_metadata.GetString(method.Name)}", reason, file, line));
    }

    IEnumerable<string?> ReasonsInBody(MethodBodyBlock body)
    {
        if (!body.LocalSignature.IsNil)
            foreach (var reason in _metadata.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(Shapes.Reader, null)) yield return reason;
        foreach (var (code, token) in Instructions(body.GetILBytes()!))
        {
            if (code == OpCodes.Localloc) yield return "the device has no stack allocation";
            if (token is { } used) yield return ReasonAgainst(used);
        }
    }

    string? ReasonAgainst(int token)
    {
        var handle = MetadataTokens.EntityHandle(token);
        switch (handle.Kind)
        {
            case HandleKind.TypeSpecification:
                return _metadata.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(Shapes.Reader, null);
            case HandleKind.MethodSpecification:
                return Generic;
            case HandleKind.MemberReference:
                var parent = _metadata.GetMemberReference((MemberReferenceHandle)handle).Parent;
                return parent.Kind == HandleKind.TypeSpecification ? ReasonAgainst(MetadataTokens.GetToken(parent)) : null;
            default:
                return null;
        }
    }

    static IEnumerable<(OpCode Code, int? Token)> Instructions(byte[] il)
    {
        for (var at = 0; at < il.Length;)
        {
            short value = il[at++];
            if (value == 0xFE) value = (short)(0xFE00 | il[at++]);
            var code = OpCodesByValue[value];
            var size = OperandSize(code, il, at);
            var isToken = code.OperandType is OperandType.InlineType or OperandType.InlineMethod
                or OperandType.InlineField or OperandType.InlineTok;
            yield return (code, isToken ? BitConverter.ToInt32(il, at) : null);
            at += size;
        }
    }

    static int OperandSize(OpCode code, byte[] il, int at) => code.OperandType switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI
            or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + 4 * BitConverter.ToInt32(il, at),
        _ => 4,
    };

    static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (OpCode)f.GetValue(null)!).ToDictionary(c => c.Value);

    string NameOf(TypeDefinitionHandle handle)
    {
        var type = _metadata.GetTypeDefinition(handle);
        var name = _metadata.GetString(type.Name);
        if (type.GetDeclaringType() is { IsNil: false } parent) return $"{NameOf(parent)}.{name}";
        return type.Namespace.IsNil ? name : $"{_metadata.GetString(type.Namespace)}.{name}";
    }

    (string? File, int Line) PlaceOf(MethodDefinitionHandle method)
    {
        if (_symbols is null) return default;
        var points = _symbols.GetMethodDebugInformation(method).GetSequencePoints().Where(p => !p.IsHidden).ToArray();
        return points.Length == 0 ? default : (_symbols.GetString(_symbols.GetDocument(points[0].Document).Name), points[0].StartLine);
    }

    /// <summary>Reads a signature as the first reason against it, or null.</summary>
    sealed class Shapes : ISignatureTypeProvider<string?, object?>
    {
        public static readonly Shapes Reader = new();

        public string? GetArrayType(string? elementType, ArrayShape shape) => "the device has no rectangular arrays";
        public string? GetPointerType(string? elementType) => "the device has no pointers";
        public string? GetFunctionPointerType(MethodSignature<string?> signature) => "the device has no pointers";
        public string? GetGenericInstantiation(string? genericType, ImmutableArray<string?> typeArguments) => Generic;
        public string? GetGenericMethodParameter(object? genericContext, int index) => Generic;
        public string? GetGenericTypeParameter(object? genericContext, int index) => Generic;
        public string? GetByReferenceType(string? elementType) => elementType;
        public string? GetSZArrayType(string? elementType) => elementType;
        public string? GetPinnedType(string? elementType) => "the device has no pointers";
        public string? GetModifiedType(string? modifier, string? unmodifiedType, bool isRequired) => unmodifiedType;
        public string? GetPrimitiveType(PrimitiveTypeCode typeCode) => null;
        public string? GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => null;
        public string? GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => null;
        public string? GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
            reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);
    }
}

using System.Buffers.Binary;
using System.Text;

namespace FourPerMille.Sensor.Gateway.Provisioning.Firmware;

/// <summary>
/// An assembly as the nanoFramework runtime loads it: the .pe that its metadata processor makes of a .NET assembly. Checked as the device's
/// loader checks it (nf-interpreter: CLR_RECORD_ASSEMBLY in nanoCLR_Types.h, GoodHeader and GoodAssembly in TypeSystem.cpp).
/// </summary>
/// <remarks>
/// Little-endian header of 124 bytes: marker "NFMRK1" (8), header CRC, assembly CRC, flags, checksum of the native methods, patch offset (4 each),
/// version (4 × 2), name (2, an offset into the strings), version of the runtime's string table (2), starts of 16 tables (4 each; the last is the
/// total size), patched methods (4), padding of the tables (16). References are 12 bytes each: name (2), pad (2), version (4 × 2).
/// </remarks>
public sealed record PeFile(string Name, Version Version, uint NativeChecksum, IReadOnlyList<PeReference> References, byte[] Bytes)
{
    const int HeaderLength = 124, TableCount = 16, ReferenceLength = 12;
    const int AssemblyReferences = 0, TypeReferences = 1, Strings = 11, Signatures = 12, End = 15;

    /// <summary>Names at the top of the range are numbers of strings that every runtime has; of assemblies only mscorlib is among them.</summary>
    const int BuiltInNames = 0xFFFF - 860, BuiltInMscorlib = 0xFCD2, StringTableVersion = 1;

    static ReadOnlySpan<byte> Marker => "NFMRK1\0\0"u8;

    /// <param name="source">Named in refusals.</param>
    /// <exception cref="InputRefused">The device would not load it, and would misread all that follow it.</exception>
    public static PeFile Read(ReadOnlySpan<byte> bytes, string source)
    {
        if (bytes.Length < HeaderLength || !bytes[..8].SequenceEqual(Marker))
            throw new InputRefused($"{source}: does not begin with NFMRK1, so it is no nanoFramework assembly. Give the .pe files of the build, not its .dll or .pdbx.");
        Span<byte> header = stackalloc byte[HeaderLength];
        bytes[..HeaderLength].CopyTo(header);
        header[8..12].Clear();
        if (Crc(header) != U32(bytes, 8)) throw new InputRefused($"{source}: its header's checksum does not hold. Build it again; the file was cut or changed.");
        if (U16(bytes, 38) != StringTableVersion)
            throw new InputRefused($"{source}: made for version {U16(bytes, 38)} of the runtime's string table, not {StringTableVersion}. Use the metadata processor of the 1.x line.");
        var total = Table(bytes, End);
        // The loader steps by the size in the header, rounded up to four: a longer file would shift what follows.
        if (total < HeaderLength || total > bytes.Length || bytes.Length > Rounded(total))
            throw new InputRefused($"{source}: says {total} bytes and has {bytes.Length}. Build it again; the file was cut or something was appended.");
        if (Crc(bytes[HeaderLength..total]) != U32(bytes, 12)) throw new InputRefused($"{source}: its checksum does not hold. Build it again; the file was changed.");

        var strings = bytes[Table(bytes, Strings)..Table(bytes, Signatures)];
        var references = new List<PeReference>();
        for (var at = Table(bytes, AssemblyReferences); at + ReferenceLength <= Table(bytes, TypeReferences); at += ReferenceLength)
            references.Add(new(NameAt(U16(bytes, at), strings, source), VersionAt(bytes, at + 4)));
        return new(NameAt(U16(bytes, 36), strings, source), VersionAt(bytes, 28), U32(bytes, 20), references, bytes[..total].ToArray());
    }

    public static int Rounded(int length) => (length + 3) & ~3;

    /// <summary>CRC-32 with polynomial 0x04C11DB7, most significant bit first, from zero, not inverted (nanoSupport_CRC32.c).</summary>
    public static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = 0u;
        foreach (var value in bytes)
        {
            crc ^= (uint)value << 24;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 0x80000000) != 0 ? crc << 1 ^ 0x04C11DB7 : crc << 1;
        }
        return crc;
    }

    static string NameAt(int offset, ReadOnlySpan<byte> strings, string source)
    {
        if (offset == BuiltInMscorlib) return "mscorlib";
        if (offset >= BuiltInNames || offset >= strings.Length)
            throw new InputRefused($"{source}: names an assembly by string {offset:x4}, which is unknown here. The runtime's string table is newer than this program: update it.");
        var from = strings[offset..];
        var end = from.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? from : from[..end]);
    }

    static Version VersionAt(ReadOnlySpan<byte> bytes, int at) => new(U16(bytes, at), U16(bytes, at + 2), U16(bytes, at + 4), U16(bytes, at + 6));

    static int Table(ReadOnlySpan<byte> bytes, int table) =>
        U32(bytes, 40 + 4 * table) is var at && at <= bytes.Length ? (int)at : throw new InputRefused($"A table of the assembly begins at {at}, behind the file's end ({bytes.Length}). Build it again.");

    static int U16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);
    static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);
}

public sealed record PeReference(string Name, Version Version)
{
    /// <summary>The loader asks for the same major and minor number; the other two may differ (FindAssembly in TypeSystem.cpp).</summary>
    public bool IsMetBy(PeFile file) => file.Name == Name && file.Version.Major == Version.Major && file.Version.Minor == Version.Minor;
}

using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using FourPerMille.Sensor.Gateway;
using FourPerMille.Sensor.Gateway.Provisioning.Firmware;
using FourPerMille.Sensor.Gateway.Technician.Cli;

namespace FourPerMille.Sensor.Unit.Gateway;

/// <summary>Files shaped as the device's loader reads them, made here byte by byte: the tools that make real ones are not on every machine.</summary>
public sealed class FirmwareImageTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("fpm-firmware-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_checksum_is_the_loader_s()
    {
        // The check value of CRC-32/MPEG-2 is from an initial value of all ones; from zero the same polynomial gives this one.
        Assert.Equal(0x89A1897Fu, PeFile.Crc("123456789"u8));
        Assert.Equal(0u, PeFile.Crc([0, 0, 0]));
    }

    [Fact]
    public void A_file_is_read_with_its_name_version_natives_and_references()
    {
        var file = PeFile.Read(Pe("System.Net", new(1, 11, 60, 0), [("mscorlib", new(1, 17, 11, 0)), ("nanoFramework.Runtime.Events", new(1, 11, 39, 0))], natives: 0x12345678), "a.pe");
        Assert.Equal(("System.Net", new Version(1, 11, 60, 0), 0x12345678u), (file.Name, file.Version, file.NativeChecksum));
        Assert.Equal([new("mscorlib", new(1, 17, 11, 0)), new("nanoFramework.Runtime.Events", new(1, 11, 39, 0))], file.References);
    }

    [Fact]
    public void Assemblies_stand_one_after_another_on_four_bytes_each_behind_what_it_references()
    {
        byte[][] files = [Application(), Pe("Zoo", V(1, 0), [("mscorlib", V(1, 17))], extra: 1), Pe("mscorlib", V(1, 17), [], extra: 2), Pe("Alpha", V(2, 3), [("Zoo", V(1, 0)), ("mscorlib", V(1, 17))], extra: 3)];
        var image = DeploymentImage.Of([.. files.Select(f => PeFile.Read(f, "x"))]);

        Assert.Equal(["mscorlib", "Zoo", "Alpha", "FourPerMille.Sensor.Device"], image.Assemblies.Select(a => a.Name));
        Assert.Equal(["mscorlib", "Zoo", "Alpha", "FourPerMille.Sensor.Device"], AsTheDeviceLoads(image.Bytes));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(image.Bytes)), image.Hash);
        Assert.Equal(image.Hash, DeploymentImage.Of([.. files.Reverse().Select(f => PeFile.Read(f, "x"))]).Hash);
    }

    [Theory]
    [InlineData(3, "NFMRK1")]
    [InlineData(30, "header's checksum")]
    [InlineData(130, "its checksum")]
    public void One_changed_byte_is_found_wherever_it_is(int at, string reason)
    {
        var bytes = Application();
        bytes[at] ^= 1;
        Assert.Contains(reason, Assert.Throws<InputRefused>(() => PeFile.Read(bytes, "app.pe")).Message);
    }

    [Fact]
    public void Every_flipped_bit_every_cut_and_every_tail_is_refused()
    {
        var good = Application();
        for (var bit = 0; bit < good.Length * 8; bit++)
        {
            var bad = (byte[])good.Clone();
            bad[bit / 8] ^= (byte)(1 << bit % 8);
            Assert.Throws<InputRefused>(() => PeFile.Read(bad, "bad"));
        }
        for (var length = 0; length < good.Length; length++) Assert.Throws<InputRefused>(() => PeFile.Read(good.AsSpan(0, length), "cut"));
        Assert.Throws<InputRefused>(() => PeFile.Read([.. good, 0, 0, 0, 0], "tail"));
    }

    [Fact]
    public void What_is_missing_is_named_with_who_asks_and_what_there_is_instead()
    {
        var refused = Assert.Throws<InputRefused>(() => DeploymentImage.Of([PeFile.Read(Application(), "a"), PeFile.Read(Pe("mscorlib", V(1, 16), []), "b")])).Message;
        Assert.Contains("mscorlib 1.17 for FourPerMille.Sensor.Device (there is 1.16.0.0)", refused);
        Assert.Contains("Zoo 1.0 for FourPerMille.Sensor.Device", refused);
    }

    [Fact]
    public void Two_versions_of_one_assembly_are_refused() =>
        Assert.Contains("Zoo: is there 2 times", Assert.Throws<InputRefused>(() => DeploymentImage.Of([PeFile.Read(Pe("Zoo", V(1, 0), []), "a"), PeFile.Read(Pe("Zoo", V(1, 1), []), "b")])).Message);

    [Fact]
    public async Task The_command_packs_a_build_folder_and_prepares_one_to_flash_from()
    {
        Write("bin/app.pe", Application());
        Write("bin/mscorlib.pe", Pe("mscorlib", V(1, 17), []));
        Write("bin/zoo.pe", Pe("Zoo", V(1, 0), [("mscorlib", V(1, 17))]));
        Assert.Equal(0, await CommandLine.Run(["firmware", "pack", Path.Combine(_folder, "bin"), "--release", "1.2.3", "--out", Path.Combine(_folder, "out")]));
        var image = Path.Combine(_folder, "out", "fpm-node-1.2.3.bin");
        var hash = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(image)));
        Assert.Equal($"{hash}  fpm-node-1.2.3.bin\n", File.ReadAllText(image + ".sha256"));

        var flash = Path.Combine(_folder, "flash");
        Assert.Equal(0, await CommandLine.Run(["firmware", "folder", image, "--runtime", "1.17.0.9", "--port", "/dev/ttyUSB0", "--out", flash]));
        Assert.Equal($"{hash}  fpm-node-1.2.3.bin\n", File.ReadAllText(Path.Combine(flash, "SHA256SUMS")));
        Assert.Equal(File.ReadAllBytes(image), File.ReadAllBytes(Path.Combine(flash, "fpm-node-1.2.3.bin")));
        Assert.Contains("--fwversion 1.17.0.9 --serialport /dev/ttyUSB0 --masserase --fromarchive", File.ReadAllText(Path.Combine(flash, "FLASH.md")));
        Assert.Equal("/dev/ttyUSB0", System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(Path.Combine(flash, "files.json")))!["serialport"]!.ToString());
    }

    [Fact]
    public async Task A_folder_without_a_build_is_refused() =>
        Assert.Equal(CommandLine.Refused, await CommandLine.Run(["firmware", "pack", _folder, "--release", "1", "--out", _folder]));

    [Fact]
    public void The_public_workflow_packs_the_project_that_is_there()
    {
        var workflow = File.ReadAllText(Path.Combine(Repository.Root, ".github/workflows/firmware.yml"));
        Assert.Contains("msbuild FourPerMille.Sensor.Device.nfproj", workflow);
        var arguments = workflow.Split('\n').Single(l => l.Contains("firmware pack")).Split("-- ", 2)[1].Replace("\"${version//\\//-}\"", "1.0.0").Trim();
        Assert.Empty(CommandLine.Build().Parse(arguments).Errors);
        var project = XElement.Load(Path.Combine(Repository.Root, "firmware/Device/FourPerMille.Sensor.Device.nfproj"));
        Assert.Equal("FourPerMille.Sensor.Device", project.Descendants().Single(e => e.Name.LocalName == "AssemblyName").Value);
    }

    static byte[] Application() => Pe("FourPerMille.Sensor.Device", V(0, 1), [("mscorlib", V(1, 17)), ("Zoo", V(1, 0))], extra: 5);

    static Version V(int major, int minor) => new(major, minor, 0, 0);

    void Write(string name, byte[] bytes)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
    }

    /// <summary>ContiguousBlockAssemblies of the runtime's CLRStartup.cpp, told in C#: header, total size, on by that much rounded to four.</summary>
    static IEnumerable<string> AsTheDeviceLoads(byte[] image)
    {
        for (var at = 0; image.Length - at >= 124;)
        {
            var total = BinaryPrimitives.ReadInt32LittleEndian(image.AsSpan(at + 40 + 4 * 15));
            var file = PeFile.Read(image.AsSpan(at, total), $"at {at}");
            yield return file.Name;
            at += (total + 3) / 4 * 4;
        }
    }

    /// <summary>Header, references, strings and some bytes of code, with both checksums. mscorlib is a number of the runtime's own string table.</summary>
    static byte[] Pe(string name, Version version, (string Name, Version Version)[] references, uint natives = 0, int extra = 0)
    {
        const int header = 124;
        var strings = new List<byte> { 0 };
        ushort Intern(string text)
        {
            if (text == "mscorlib") return 0xFCD2;
            var at = strings.Count;
            strings.AddRange([.. Encoding.UTF8.GetBytes(text), 0]);
            return (ushort)at;
        }
        var nameAt = Intern(name);
        var body = new List<byte>();
        foreach (var (referenced, wanted) in references) body.AddRange([.. U16(Intern(referenced)), 0, 0, .. Numbers(wanted)]);
        var stringsAt = header + body.Count;
        var codeAt = stringsAt + strings.Count;
        var total = codeAt + extra;
        body.AddRange([.. strings, .. Enumerable.Range(1, extra).Select(i => (byte)i)]);
        int[] tables = [header, .. Enumerable.Repeat(stringsAt, 11), codeAt, codeAt, total, total];
        byte[] file =
        [
            .. "NFMRK1\0\0"u8, .. U32(0), .. U32(PeFile.Crc(body.ToArray())), .. U32(0), .. U32(natives), .. U32(0xFFFFFFFF), .. Numbers(version), .. U16(nameAt), .. U16(1),
            .. tables.SelectMany(t => U32((uint)t)), .. U32(0), .. new byte[16], .. body,
        ];
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(8), PeFile.Crc(file.AsSpan(0, header)));
        return file;

        static byte[] U16(ushort value) => [(byte)value, (byte)(value >> 8)];
        static byte[] U32(uint value) => BitConverter.GetBytes(value);
        static byte[] Numbers(Version v) => [.. U16((ushort)v.Major), .. U16((ushort)v.Minor), .. U16((ushort)v.Build), .. U16((ushort)v.Revision)];
    }
}

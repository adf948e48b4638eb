using System.Security.Cryptography;

namespace FourPerMille.Sensor.Gateway.Provisioning.Firmware;

/// <summary>
/// What is flashed beside the runtime: all .pe files one after another, each padded to four bytes. The same files always give the same bytes,
/// so the SHA-256 of the image names the firmware.
/// </summary>
public sealed record DeploymentImage(IReadOnlyList<PeFile> Assemblies, byte[] Bytes)
{
    /// <summary>The deployment area of the 4 MB layout (partitions_nanoclr_4mb.csv of the ESP32 target): 1792 KiB.</summary>
    public const int SmallestAreaBytes = 0x1C0000;

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public string Hash { get; } = Convert.ToHexStringLower(SHA256.HashData(Bytes));

    /// <exception cref="InputRefused">A reference that nothing meets, two assemblies of one name, no entry, or no room.</exception>
    public static DeploymentImage Of(IReadOnlyList<PeFile> files)
    {
        var twice = files.GroupBy(f => f.Name).FirstOrDefault(g => g.Count() > 1);
        if (twice is not null) throw new InputRefused($"{twice.Key}: is there {twice.Count()} times ({string.Join(", ", twice.Select(f => f.Version))}). Leave one.");
        var missing = files.SelectMany(f => f.References.Where(r => !files.Any(r.IsMetBy)).Select(r => (f, r))).ToList();
        if (missing.Count > 0)
            throw new InputRefused($"The runtime would stop at start, because these are missing: {string.Join("; ", missing.Select(m => Say(m.f, m.r, files)))}. Add their .pe files; they lie beside the application's after a build.");
        var ordered = InOrder(files);
        var bytes = new byte[ordered.Sum(f => PeFile.Rounded(f.Bytes.Length))];
        var at = 0;
        foreach (var file in ordered)
        {
            file.Bytes.CopyTo(bytes, at);
            at += PeFile.Rounded(file.Bytes.Length);
        }
        if (bytes.Length > SmallestAreaBytes)
            throw new InputRefused($"The image has {bytes.Length} bytes, and the deployment area of a board with 4 MB of flash {SmallestAreaBytes}. Build it in Release, or leave out what is not referenced.");
        return new(ordered, bytes);
    }

    static string Say(PeFile file, PeReference reference, IReadOnlyList<PeFile> files) =>
        $"{reference.Name} {reference.Version.Major}.{reference.Version.Minor} for {file.Name}"
        + (files.FirstOrDefault(f => f.Name == reference.Name) is { } other ? $" (there is {other.Version})" : "");

    /// <summary>
    /// What is referenced before what references it, and names in ordinal order where that leaves a choice. The loader resolves in any order; a
    /// fixed one makes the hash a property of the assemblies.
    /// </summary>
    static List<PeFile> InOrder(IReadOnlyList<PeFile> files)
    {
        var ordered = new List<PeFile>();
        var left = files.OrderBy(f => f.Name, StringComparer.Ordinal).ToList();
        while (left.Count > 0)
        {
            var next = left.FirstOrDefault(f => f.References.All(r => ordered.Any(o => o.Name == r.Name) || r.Name == f.Name))
                ?? throw new InputRefused($"{string.Join(", ", left.Select(f => f.Name))}: reference each other in a circle, which no build makes. Build again from clean.");
            ordered.Add(next);
            left.Remove(next);
        }
        return ordered;
    }
}

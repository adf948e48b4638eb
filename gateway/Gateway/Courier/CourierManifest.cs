using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using FourPerMille.Sensor.Mrv.Notes;

namespace FourPerMille.Sensor.Gateway.Courier;

/// <summary>What a courier carries, file by file, signed by the log's key (SPEC.md of Mrv, "The courier"). It is written last: without it a stick is half copied.</summary>
/// <param name="From">The first record that is carried as such.</param>
/// <param name="Size">Records of the log the carried tiles make.</param>
/// <param name="Files">Names below the folder, in ordinal order, with their SHA-256 in hexadecimal.</param>
sealed partial record CourierManifest(string Origin, long From, long Size, long Observations, IReadOnlyDictionary<string, string> Files)
{
    const string FirstLine = "fpm.courier/1";

    /// <summary>The name of its file.</summary>
    public const string FileName = "manifest";

    /// <summary>Below the head every line is as <c>sha256sum</c> writes and reads it.</summary>
    public string Text
    {
        get
        {
            var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{FirstLine}\n{Origin}\nrecords {From} {Size}\nobservations {Observations}\n");
            foreach (var (name, hash) in Files.OrderBy(f => f.Key, StringComparer.Ordinal)) text.Append(CultureInfo.InvariantCulture, $"{hash}  {name}\n");
            return text.ToString();
        }
    }

    /// <exception cref="FormatException">The text is no manifest, or names a file that could lie elsewhere than below the folder.</exception>
    public static CourierManifest Parse(string text)
    {
        var head = Head().Match(text);
        if (!head.Success || !head.Groups["rest"].Value.EndsWith('\n')) throw new FormatException("the manifest does not begin as one");
        var files = new Dictionary<string, string>();
        foreach (var line in head.Groups["rest"].Value[..^1].Split('\n'))
        {
            var file = FileLine().Match(line);
            if (!file.Success || !files.TryAdd(file.Groups["name"].Value, file.Groups["hash"].Value)) throw new FormatException($"the manifest has a line that names no file: {line}");
        }
        return new(head.Groups["origin"].Value, Number("from"), Number("size"), Number("observations"), files);

        long Number(string group) => long.Parse(head.Groups[group].Value, CultureInfo.InvariantCulture);
    }

    public SignedNote Sign(SigningKey key) => new(Text, [key.Sign(Text)]);

    [GeneratedRegex(@"\Afpm\.courier/1\n(?<origin>[^\n]+)\nrecords (?<from>[0-9]{1,18}) (?<size>[0-9]{1,18})\nobservations (?<observations>[0-9]{1,18})\n(?<rest>.*)\z", RegexOptions.Singleline)]
    private static partial Regex Head();

    // Lower-case letters, digits, '.', '-' and folders: FAT holds such names whatever its letter case, and none leads out of the folder.
    [GeneratedRegex(@"\A(?<hash>[0-9a-f]{64})  (?<name>[a-z0-9][a-z0-9-]*(\.[a-z0-9-]+)*(/[a-z0-9][a-z0-9-]*(\.[a-z0-9-]+)*)*)\z")]
    private static partial Regex FileLine();
}

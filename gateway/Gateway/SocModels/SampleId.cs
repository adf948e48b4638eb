using System.Security.Cryptography;
using System.Text;

namespace FourPerMille.Sensor.Gateway.SocModels;

/// <summary>What is wrong with a typed or scanned sample id.</summary>
public enum SampleIdFault { None, Length, Letters, Check }

/// <summary>
/// The name on a sample's bag: <c>7K3M-012A-R</c> is campaign 7K3M, core 12, first layer, check character R. Thirty-one characters that a muddy
/// label keeps apart (no I, L, O, S, U), and a check over the field of 31: a sum weighted by powers of 3, a primitive root of 31, is
/// changed by every single wrong character and by every swap of two, as ISBN-10 does over 11.
/// </summary>
public static class SampleId
{
    const string Alphabet = "0123456789ABCDEFGHJKMNPQRTVWXYZ";
    const int CodeLength = 4, NumberLength = 3, Root = 3, Characters = CodeLength + NumberLength + 2, FirstLetter = 10;

    public const int MostCores = 999;
    public const int MostLayers = 6;

    /// <summary>Four characters for a campaign's name; <paramref name="attempt"/> gives another where it is taken.</summary>
    public static string CodeOf(string campaign, int attempt = 0)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"fpm-sample-code/1\n{campaign}\n{attempt}\n")));
        return string.Concat(hash.Take(CodeLength).Select(b => Alphabet[b % Alphabet.Length]));
    }

    /// <param name="number">Of the core in its campaign, from 1.</param>
    /// <param name="layer">From 0, the shallowest.</param>
    public static string Of(string code, int number, int layer)
    {
        if (number is < 1 or > MostCores) throw new ArgumentOutOfRangeException(nameof(number), number, $"A campaign numbers its cores 1 to {MostCores}.");
        if (layer is < 0 or >= MostLayers) throw new ArgumentOutOfRangeException(nameof(layer), layer, $"A core has at most {MostLayers} layers.");
        var said = FormattableString.Invariant($"{code}{number:000}{Alphabet[FirstLetter + layer]}");
        return Written(said + Check(said));
    }

    /// <summary>Reads an id as people type it: small letters, without dashes, with the look-alikes O, I, L, S, U.</summary>
    /// <param name="id">As it stands on the label; empty where there is a fault.</param>
    public static SampleIdFault Read(string? typed, out string id)
    {
        id = "";
        var plain = string.Concat((typed ?? "").ToUpperInvariant().Where(c => !char.IsWhiteSpace(c) && c is not ('-' or '_' or '.' or '/')).Select(Unmistaken));
        if (plain.Length != Characters) return SampleIdFault.Length;
        if (plain.Any(c => !Alphabet.Contains(c))) return SampleIdFault.Letters;
        if (Check(plain[..^1]) != plain[^1]) return SampleIdFault.Check;
        id = Written(plain);
        return SampleIdFault.None;
    }

    /// <summary>The core without its layer: 7K3M-012.</summary>
    public static string CoreOf(string id) => id[..(CodeLength + 1 + NumberLength)];

    static char Unmistaken(char c) => c switch { 'I' or 'L' => '1', 'O' => '0', 'S' => '5', 'U' => 'V', _ => c };

    static string Written(string plain) => $"{plain[..CodeLength]}-{plain[CodeLength..^1]}-{plain[^1]}";

    static char Check(string said)
    {
        var (sum, weight) = (0, 1);
        foreach (var c in said)
        {
            weight = weight * Root % Alphabet.Length;
            sum += weight * Alphabet.IndexOf(c, StringComparison.Ordinal);
        }
        return Alphabet[sum % Alphabet.Length];
    }
}
